//! What may be said: text without what nobody sees and everybody suffers from.

use super::TextProblem;
use crate::kernel::{limits, text};

/// A text as it is kept: 1 to 4,000 characters, without control characters, characters that turn the direction of
/// those behind them, and towers of combining marks.
///
/// # Errors
/// `Empty` or `TooLong`.
pub fn clean(typed: &str) -> Result<String, TextProblem> {
    // Far too much is refused without being looked at.
    if typed.len() > limits::CHAT_TEXT * 16 {
        return Err(TextProblem::TooLong);
    }
    let kept = sifted(typed);
    let kept = kept.trim();
    if kept.chars().all(is_blank) {
        return Err(TextProblem::Empty);
    }
    if kept.len() > limits::CHAT_TEXT && kept.chars().count() > limits::CHAT_TEXT {
        return Err(TextProblem::TooLong);
    }
    Ok(kept.to_owned())
}

/// A name or topic as it is kept: one line.
pub(super) fn line(typed: &str, most: usize) -> String {
    text::cut(&text::one_line(&sifted(&text::cut(typed, most * 16))), most)
}

/// The first words of a text, on one line.
pub(super) fn preview(text: &str) -> String {
    text::cut(&text::one_line(&text::cut(text, limits::PREVIEW * 2)), limits::PREVIEW)
}

fn sifted(typed: &str) -> String {
    let mut kept = String::with_capacity(typed.len());
    let mut marks = 0;
    let mut before = ' ';
    for c in typed.chars() {
        let is_line_end = c == '\r';
        let is_second = c == '\n' && before == '\r';
        before = c;
        if is_line_end {
            kept.push('\n');
            continue;
        }
        if is_second || (c.is_control() && !matches!(c, '\n' | '\t')) || is_turner(c) {
            continue;
        }
        marks = if is_mark(c) { marks + 1 } else { 0 };
        if marks <= limits::CHAT_MARKS {
            kept.push(c);
        }
    }
    kept
}

/// Whether a character is no sign, but moves what stands around it.
pub(super) fn is_unseen(c: char) -> bool {
    c.is_control() || is_turner(c)
}

/// Whether a character turns the direction of the text behind it, so that it can be made to read otherwise.
const fn is_turner(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character is set over or under the one before it.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{0591}'..='\u{05BD}' | '\u{0610}'..='\u{061A}'
        | '\u{064B}'..='\u{065F}' | '\u{06D6}'..='\u{06DC}' | '\u{0E34}'..='\u{0E3A}' | '\u{0E47}'..='\u{0E4E}'
        | '\u{0EB4}'..='\u{0EBC}' | '\u{0EC8}'..='\u{0ECE}' | '\u{1AB0}'..='\u{1ACE}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20F0}' | '\u{FE20}'..='\u{FE2F}')
}

/// Whether nobody sees a character.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || is_mark(c)
        || matches!(c, '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_nobody_sees_is_not_said() {
        for (typed, kept) in [
            ("  hello \r\n", "hello"),
            ("a\r\nb\rc\nd", "a\nb\nc\nd"),
            ("a\0b\u{7}c\u{1b}[31m", "abc[31m"),
            ("tab\tstays", "tab\tstays"),
            ("gpj\u{202E}exe.txt\u{2066}", "gpjexe.txt"),
            ("👩\u{200D}👧 e\u{301}", "👩\u{200D}👧 e\u{301}"),
        ] {
            assert_eq!(clean(typed).as_deref(), Ok(kept), "{typed:?}");
        }
        for empty in ["", " \n\t ", "\u{200B}\u{202E}", "\0", "\u{3164}\u{FEFF}", "\u{301}"] {
            assert_eq!(clean(empty), Err(TextProblem::Empty), "{empty:?}");
        }
    }

    #[test]
    fn a_tower_of_marks_is_cut_down() {
        let tower = format!("a{}b", "\u{301}".repeat(200));
        assert_eq!(clean(&tower).unwrap().chars().count(), 2 + limits::CHAT_MARKS);
    }

    #[test]
    fn four_thousand_characters_are_said_and_one_more_is_not() {
        for letter in ["x", "é", "語", "😀"] {
            assert!(clean(&letter.repeat(4000)).is_ok(), "{letter}");
            assert_eq!(clean(&letter.repeat(4001)), Err(TextProblem::TooLong), "{letter}");
            assert_eq!(clean(&letter.repeat(1_000_000)), Err(TextProblem::TooLong), "{letter}");
        }
    }

    proptest! {
        #[test]
        fn cleaning_never_panics_and_what_is_clean_stays_as_it_is(typed in "(\\PC|[\\x00-\\x1f\u{202E}\u{301}\u{200B}]){0,200}") {
            if let Ok(kept) = clean(&typed) {
                prop_assert!(!kept.chars().any(|c| (c.is_control() && c != '\n' && c != '\t') || is_turner(c)));
                prop_assert_eq!(clean(&kept), Ok(kept.clone()));
            }
            line(&typed, 60);
            preview(&typed);
        }
    }
}
