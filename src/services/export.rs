//! Mail in open formats.

use crate::domain::mail::{self, MailError};
use crate::domain::people::Person;
use crate::domain::store::StoreError;
use crate::kernel::id::ItemId;
use crate::services::office::Office;
use chrono::DateTime;
use std::io::{self, Write};

/// Messages read at once.
const BATCH: usize = 100;

/// Writes all of a person's messages as mbox, oldest first, in the variant that quotes `From ` lines (mboxrd) and
/// with line ends of the system. Each says in `X-Folder` where it lies.
///
/// # Errors
/// Where the file cannot be read or `out` not written.
pub fn mbox(office: &Office, who: &Person, out: &mut dyn Write) -> io::Result<()> {
    let mut after = ItemId::new(0);
    loop {
        let id = who.id;
        let batch = office.store.read_here(|tx| mail::items_after(tx, id, after, BATCH)).map_err(other)?;
        for item in &batch {
            let packed = office.store.read_here(|tx| mail::raw(tx, id, item.id)).map_err(other)?;
            let raw = packed.unpack().map_err(|error| other(MailError::Store(error)))?;
            write_one(item, &raw, out)?;
        }
        match batch.last() {
            Some(last) => after = last.id,
            None => return Ok(()),
        }
    }
}

fn other(error: MailError) -> io::Error {
    match error {
        MailError::Store(StoreError::Disk(why)) => io::Error::other(why),
        error => io::Error::other(error.to_string()),
    }
}

fn write_one(item: &mail::Item, raw: &[u8], out: &mut dyn Write) -> io::Result<()> {
    let date = DateTime::from_timestamp_millis(item.at.millis()).unwrap_or_default();
    let from = if item.from.address.is_empty() { "MAILER-DAEMON" } else { &item.from.address };
    writeln!(out, "From {} {}", from.replace(char::is_whitespace, "_"), date.format("%a %b %e %H:%M:%S %Y"))?;
    writeln!(out, "X-Folder: {}", item.folder.name)?;
    for line in raw.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let bare = line.iter().position(|byte| *byte != b'>').unwrap_or(line.len());
        if line[bare..].starts_with(b"From ") {
            out.write_all(b">")?;
        }
        out.write_all(line)?;
        out.write_all(b"\n")?;
    }
    out.write_all(b"\n")
}
