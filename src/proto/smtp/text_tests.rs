use super::*;
use crate::kernel::clock::Stopwatch;
use proptest::prelude::*;

const PLENTY: usize = 1 << 20;

/// What a reader made of a whole wire: text, used bytes, end, flaw.
type Read = (Vec<u8>, usize, bool, Option<Flaw>);

fn read(mut reader: TextReader, slices: &[&[u8]]) -> Read {
    let (mut text, mut used) = (Vec::new(), 0);
    for slice in slices {
        let took = reader.read(slice, &mut text);
        used += took.used;
        if took.is_end {
            return (text, used, true, reader.flaw());
        }
    }
    (text, used, false, reader.flaw())
}

fn dotted(wire: &[u8]) -> Read {
    read(TextReader::dotted(PLENTY), &[wire])
}

/// RFC 5321 §4.5.2, the sending side.
fn stuff(text: &[u8]) -> Vec<u8> {
    let mut wire = Vec::new();
    for line in text.split_inclusive(|&b| b == b'\n') {
        if line.first() == Some(&b'.') {
            wire.push(b'.');
        }
        wire.extend_from_slice(line);
    }
    wire.extend_from_slice(b".\r\n");
    wire
}

#[test]
fn a_dot_on_its_own_line_ends_the_text() {
    for (wire, text) in [
        (&b".\r\n"[..], &b""[..]),
        (b"\r\n.\r\n", b"\r\n"),
        (b"a\r\n.\r\n", b"a\r\n"),
        (b"a\r\n..\r\n.\r\n", b"a\r\n.\r\n"),
        (b"..a\r\n.b\r\n.\r\n", b".a\r\nb\r\n"),
        (b"a\r\n. \r\n.\r\n", b"a\r\n \r\n"),
        (b"QUIT\r\n.\r\n", b"QUIT\r\n"),
        (b"a\r\n.b\x85.c\r\n.\r\n", b"a\r\nb\x85.c\r\n"),
    ] {
        assert_eq!(dotted(wire), (text.to_vec(), wire.len(), true, None), "{}", wire.escape_ascii());
    }
}

#[test]
fn what_follows_the_end_is_left_alone() {
    assert_eq!(dotted(b"a\r\n.\r\nQUIT\r\n"), (b"a\r\n".to_vec(), 6, true, None));
}

#[test]
fn no_other_end_is_believed_and_the_message_is_spoiled() {
    for (wire, flaw) in [
        (&b"a\n.\nRSET\r\n"[..], Flaw::BareLf),
        (b"a\n.\r\nRSET\r\n", Flaw::BareLf),
        (b"a\r\n.\nRSET\r\n", Flaw::BareLf),
        (b"a\r.\rRSET\r\n", Flaw::BareCr),
        (b"a\r\n.\rRSET\r\n", Flaw::BareCr),
        (b"a\r.\r\nRSET\r\n", Flaw::BareCr),
        (b"a\r\n\0.\r\nRSET\r\n", Flaw::Nul),
        (b"a\r\n.\0\r\nRSET\r\n", Flaw::Nul),
        (b"a\r\r\n.\r\r\nRSET\r\n", Flaw::BareCr),
        (b"\n.\r\nRSET\r\n", Flaw::BareLf),
        (b"\r\n.\r\r\nRSET\r\n", Flaw::BareCr),
    ] {
        assert_eq!(dotted(wire), (Vec::new(), wire.len(), false, Some(flaw)), "{}", wire.escape_ascii());
        let whole = [wire, b".\r\nNOOP\r\n"].concat();
        assert_eq!(dotted(&whole), (Vec::new(), wire.len() + 3, true, Some(flaw)), "{}", whole.escape_ascii());
    }
}

#[test]
fn only_so_much_is_kept() {
    let wire = [&b"x".repeat(50)[..], b"\r\n.\r\n"].concat();
    assert_eq!(read(TextReader::dotted(52), &[&wire]).3, None);
    assert_eq!(read(TextReader::dotted(51), &[&wire]), (Vec::new(), 55, true, Some(Flaw::TooLarge)));
    let line = vec![b'x'; limits::SMTP_TEXT_LINE];
    assert_eq!(read(TextReader::dotted(PLENTY * 9), &[&line, b"\r\n.\r\n"]).3, None);
    assert_eq!(read(TextReader::dotted(PLENTY * 9), &[&line, b"x\r\n.\r\n"]).3, Some(Flaw::LongLine));
}

#[test]
fn chunks_have_no_dots_but_line_ends_all_the_same() {
    let chunked = || TextReader::chunked(PLENTY);
    assert_eq!(read(chunked(), &[b".\r\n", b".\r\n"]), (b".\r\n.\r\n".to_vec(), 6, false, None));
    assert_eq!(read(chunked(), &[b"a\nb"]).3, Some(Flaw::BareLf));
    let mut reader = chunked();
    reader.read(b"a\r", &mut Vec::new());
    assert_eq!(reader.flaw(), None);
    reader.finish();
    assert_eq!(reader.flaw(), Some(Flaw::BareCr));
}

/// A guard against reading byte by byte, not a benchmark: the bound is some hundred times what it takes.
#[test]
fn eight_kilobytes_are_read_in_no_time() {
    let wire = stuff(&b"the quick brown fox jumps over the lazy dog, and over the lazy dog again\r\n".repeat(110));
    let mut text = Vec::with_capacity(wire.len());
    let watch = Stopwatch::start();
    for _ in 0..1000 {
        text.clear();
        assert!(TextReader::dotted(PLENTY).read(&wire, &mut text).is_end);
    }
    let each = watch.elapsed() / 1000;
    println!("{} bytes in {each:?}", wire.len());
    assert!(each.as_micros() < 2000, "{each:?}");
}

/// Bytes that matter to the reader, and a few that do not.
fn wire_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => Just(&b"\r\n"[..]),
        2 => Just(&b"."[..]),
        2 => Just(&b"ab"[..]),
        1 => Just(&b"\r"[..]),
        1 => Just(&b"\n"[..]),
        1 => Just(&b"\0"[..]),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn it_does_not_matter_how_the_bytes_are_cut(wire in wire_bytes(), cuts in proptest::collection::vec(0..80_usize, 0..8)) {
        for reader in [TextReader::dotted, TextReader::chunked] {
            let mut at: Vec<usize> = cuts.iter().map(|c| c % (wire.len() + 1)).chain([0, wire.len()]).collect();
            at.sort_unstable();
            let slices: Vec<&[u8]> = at.windows(2).map(|w| &wire[w[0]..w[1]]).collect();
            let bytes: Vec<&[u8]> = wire.chunks(1).collect();
            let whole = read(reader(PLENTY), &[&wire]);
            prop_assert_eq!(&read(reader(PLENTY), &slices), &whole);
            prop_assert_eq!(&read(reader(PLENTY), &bytes), &whole);
        }
    }

    #[test]
    fn the_end_is_where_cr_lf_dot_cr_lf_is(wire in wire_bytes()) {
        let seen = [b"\r\n", &wire[..]].concat();
        let end = seen.windows(5).position(|w| w == b"\r\n.\r\n").map(|at| at + 3);
        let (_, used, is_end, _) = dotted(&wire);
        prop_assert_eq!(is_end.then_some(used), end);
    }

    #[test]
    fn stuffed_text_comes_out_as_it_was(lines in proptest::collection::vec("[.a-z]{0,6}", 0..20)) {
        let text: Vec<u8> = lines.iter().flat_map(|l| [l.as_bytes(), b"\r\n"].concat()).collect();
        let wire = stuff(&text);
        prop_assert_eq!(dotted(&wire), (text, wire.len(), true, None));
    }
}
