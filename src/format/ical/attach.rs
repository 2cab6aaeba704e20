//! Files that stand in a calendar's own text. RFC 5545 §3.8.1.1.

use crate::format::ical::edit::Open;
use crate::format::ical::{Item, When, facts};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The name and the bytes of a file that stands in an item, counted as in the facts of the instance or the whole.
#[must_use]
pub fn attached_bytes(item: &Item, instance: Option<When>, index: usize) -> Option<(String, Vec<u8>)> {
    let open = Open::of(item)?;
    let at = instance.and_then(|id| item.override_of(id)).map_or(0, |at| at + 1);
    let node = open.root.parts.get(*open.at.get(at)?)?;
    let (line, told) = node.all("ATTACH").filter_map(|line| Some((line, facts::attached(line)?))).nth(index)?;
    if !told.address.is_empty() {
        return None;
    }
    let text: String = line.value().chars().filter(|c| !c.is_whitespace()).collect();
    Some((told.name, STANDARD.decode(text).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::ical;

    #[test]
    fn a_file_comes_out_as_it_was_put_in_and_a_link_is_none() {
        let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20260101T000000Z\r\n\
            DTSTART:20260120T140000Z\r\nATTACH:https://example.org/plan\r\n\
            ATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME=plan.txt:aGVs\r\n bG8=\r\n\
            ATTACH;ENCODING=BASE64;VALUE=BINARY:***\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let item = ical::item(text).unwrap();
        assert_eq!(attached_bytes(&item, None, 0), None);
        assert_eq!(attached_bytes(&item, None, 1), Some(("plan.txt".to_owned(), b"hello".to_vec())));
        assert_eq!((attached_bytes(&item, None, 2), attached_bytes(&item, None, 3)), (None, None));
    }
}
