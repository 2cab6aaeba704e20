//! Tables as text (RFC 4180), safe to open in a spreadsheet.

/// A line of cells that are ready: made by [`cell`], or numbers and words of ours.
#[must_use]
pub fn line(cells: &[String]) -> String {
    [&cells.join(","), "\r\n"].concat()
}

/// A text as a cell. A spreadsheet would run what begins like a formula: a quote mark in front makes it a text again.
#[must_use]
pub fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r', '\'']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_a_text() {
        for begin in ["=", "+", "-", "@", "\t", "\r"] {
            assert!(cell(&format!("{begin}1+2")).starts_with("\"'"), "{begin:?}");
        }
        let cells = [cell("Acme AG"), cell("say \"so\", he"), "-2".to_owned()];
        assert_eq!(line(&cells), "Acme AG,\"say \"\"so\"\", he\",-2\r\n");
    }
}
