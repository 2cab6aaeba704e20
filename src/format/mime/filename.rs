//! File names that are safe to show, to store and to download under.

use super::text::tidy;

/// Characters of a file name.
const NAME: usize = 120;
/// Characters of an extension that are kept when the name is cut.
const EXTENSION: usize = 12;

/// Names that Windows keeps for devices, whatever their extension.
const RESERVED: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// `name` without path, control and bidirectional characters, leading dots and reserved words, at most 120 characters
/// with its extension kept; a name after `media_type` where nothing is left.
#[must_use]
pub fn safe(name: &str, media_type: &str) -> String {
    let line = tidy(name);
    let last = line.rsplit(['/', '\\']).find(|part| !part.trim_matches(['.', ' ']).is_empty()).unwrap_or_default();
    let plain: String = last.chars().map(|c| if r#"<>:"|?*"#.contains(c) { '_' } else { c }).collect();
    let plain = plain.trim_start_matches(['.', ' ']).trim_end_matches(['.', ' ']);
    if plain.is_empty() {
        return made_up(media_type).to_owned();
    }
    let stem = plain.split('.').next().unwrap_or_default().trim_end();
    if RESERVED.iter().any(|word| stem.eq_ignore_ascii_case(word)) {
        return shortened(&format!("_{plain}"));
    }
    shortened(plain)
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= NAME {
        return name.to_owned();
    }
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    match extension.filter(|e| !e.is_empty() && e.chars().count() <= EXTENSION) {
        Some(extension) => {
            let stem: String = name.chars().take(NAME - extension.chars().count() - 1).collect();
            format!("{}.{extension}", stem.trim_end_matches(['.', ' ']))
        }
        None => name.chars().take(NAME).collect::<String>().trim_end_matches(['.', ' ']).to_owned(),
    }
}

fn made_up(media_type: &str) -> &'static str {
    match media_type {
        "application/pdf" => "document.pdf",
        "application/pgp-signature" => "signature.asc",
        "image/gif" => "image.gif",
        "image/jpeg" => "image.jpg",
        "image/png" => "image.png",
        "image/webp" => "image.webp",
        "message/delivery-status" => "delivery-status.txt",
        "message/rfc822" | "message/global" => "message.eml",
        "text/calendar" => "invite.ics",
        "text/html" => "page.html",
        "text/plain" | "text/rfc822-headers" => "text.txt",
        "text/vcard" => "contact.vcf",
        _ => "attachment.bin",
    }
}
