//! Mailboxes of received messages. RFC 5322 §3.4 and §4.4.

use super::{Mailbox, text::tidy};
use crate::kernel::text::cut;
use mail_parser::{Addr, Address};

/// Characters of a display name and of an address that are kept.
const NAME: usize = 256;
const ADDRESS: usize = 320;

/// Every mailbox of a field; what has no address is left out.
pub(super) fn mailboxes<'a>(field: &'a Address<'a>) -> impl Iterator<Item = Mailbox> + 'a {
    field.iter().filter_map(mailbox)
}

fn mailbox(given: &Addr<'_>) -> Option<Mailbox> {
    let name = given.name.as_deref().unwrap_or_default();
    let address = given.address.as_deref()?.trim();
    // `"a b"@example.net`: the parser takes the quoted local part for a name. RFC 5322 §3.4.1.
    if !name.is_empty() && address.starts_with('@') && !address.contains([':', ',']) {
        let whole = format!("\"{}\"{}", tidy(name).replace('"', ""), tidy(address));
        return Some(Mailbox { name: String::new(), address: whole.chars().take(ADDRESS).collect() });
    }
    let address = bare(address);
    (!address.is_empty()).then(|| Mailbox { name: cut(&tidy(name), NAME), address })
}

/// An address without blanks outside its quotes, control characters and an obsolete route.
///
/// RFC 5322 §4.4: `@relay.example,@other.example:mary@example.net` is `mary@example.net`.
fn bare(address: &str) -> String {
    let line = tidy(address);
    let line = line.trim_matches(|c: char| matches!(c, '<' | '>') || c.is_whitespace());
    let routed = if line.starts_with('@') { line.rsplit_once(':').map_or("", |(_, last)| last) } else { line };
    let is_quoted = routed.contains('"');
    let kept = routed.chars().filter(|c| is_quoted || !c.is_whitespace());
    kept.take(ADDRESS).collect()
}
