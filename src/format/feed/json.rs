//! JSON, read within bounds and with every number as it was written: a reader that makes floating point of it would
//! change prices. RFC 8259; the same key twice is refused.

use super::FeedError;
use crate::kernel::limits;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Json<'a> {
    Null,
    Bool(bool),
    /// A number, in its own digits.
    Number(&'a str),
    Text(Cow<'a, str>),
    List(Vec<Self>),
    Map(BTreeMap<Cow<'a, str>, Self>),
}

impl<'a> Json<'a> {
    /// What a map has under a name; nothing of anything else.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(map) => map.get(name),
            _ => None,
        }
    }

    /// The values of a list; none of anything else.
    pub(super) fn list(&self) -> &[Self] {
        match self {
            Self::List(list) => list,
            _ => &[],
        }
    }

    /// The entries of a map; nothing of anything else.
    pub(super) const fn map(&self) -> Option<&BTreeMap<Cow<'a, str>, Self>> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    /// A text, or a number as it was written.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Number(text) => Some(text),
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text under a name, where there is one that is not empty.
    pub(super) fn text_at(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Self::text).map(str::trim).filter(|text| !text.is_empty())
    }
}

/// Reads one value and nothing behind it.
pub(super) fn read(text: &str) -> Result<Json<'_>, FeedError> {
    let mut reader = Reader { text, at: 0, left: limits::FEED_VALUES };
    reader.blank();
    if reader.at == text.len() {
        return Err(FeedError::Empty);
    }
    let value = reader.value(limits::FEED_DEPTH)?;
    reader.blank();
    if reader.at < text.len() { Err(FeedError::OtherKind("something stands behind the JSON")) } else { Ok(value) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Values that may still come.
    left: usize,
}

const NO_JSON: FeedError = FeedError::OtherKind("it is no JSON");

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json<'a>, FeedError> {
        self.left = self.left.checked_sub(1).ok_or(FeedError::TooMuch("values"))?;
        match self.peek().ok_or(FeedError::Cut)? {
            b'{' | b'[' if depth == 0 => Err(FeedError::TooMuch("levels")),
            b'{' => self.map(depth - 1),
            b'[' => self.list(depth - 1),
            b'"' => Ok(Json::Text(self.string()?)),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'n' => self.word("null", Json::Null),
            _ => Err(NO_JSON),
        }
    }

    fn word(&mut self, word: &str, value: Json<'a>) -> Result<Json<'a>, FeedError> {
        let rest = &self.text.as_bytes()[self.at..];
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(value);
        }
        Err(if word.as_bytes().starts_with(rest) { FeedError::Cut } else { NO_JSON })
    }

    /// Behind an entry: whether another follows, or `end` has come.
    fn goes_on(&mut self, end: u8) -> Result<bool, FeedError> {
        self.blank();
        let byte = self.peek().ok_or(FeedError::Cut)?;
        self.at += 1;
        match byte {
            b',' => Ok(true),
            byte if byte == end => Ok(false),
            _ => Err(NO_JSON),
        }
    }

    /// Behind an opening bracket: whether `end` follows at once.
    fn is_empty(&mut self, end: u8) -> bool {
        self.at += 1;
        self.blank();
        let is_end = self.peek() == Some(end);
        self.at += usize::from(is_end);
        is_end
    }

    fn list(&mut self, depth: usize) -> Result<Json<'a>, FeedError> {
        let mut list = Vec::new();
        if self.is_empty(b']') {
            return Ok(Json::List(list));
        }
        loop {
            self.blank();
            list.push(self.value(depth)?);
            if !self.goes_on(b']')? {
                return Ok(Json::List(list));
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Json<'a>, FeedError> {
        let mut map = BTreeMap::new();
        if self.is_empty(b'}') {
            return Ok(Json::Map(map));
        }
        loop {
            self.blank();
            match self.peek() {
                Some(b'"') => {}
                None => return Err(FeedError::Cut),
                Some(_) => return Err(NO_JSON),
            }
            let name = self.string()?;
            self.blank();
            match self.peek() {
                Some(b':') => self.at += 1,
                None => return Err(FeedError::Cut),
                Some(_) => return Err(NO_JSON),
            }
            self.blank();
            if map.insert(name, self.value(depth)?).is_some() {
                return Err(FeedError::Twice);
            }
            if !self.goes_on(b'}')? {
                return Ok(Json::Map(map));
            }
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Result<Json<'a>, FeedError> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        let has_zero = self.peek() == Some(b'0');
        let whole = self.digits();
        let mut is_number = whole > 0 && !(has_zero && whole > 1);
        if self.peek() == Some(b'.') {
            self.at += 1;
            is_number &= self.digits() > 0;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            is_number &= self.digits() > 0;
        }
        match (is_number, self.peek()) {
            (true, _) => Ok(Json::Number(&self.text[start..self.at])),
            (false, None) => Err(FeedError::Cut),
            (false, Some(_)) => Err(NO_JSON),
        }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, FeedError> {
        self.at += 1;
        let start = self.at;
        let mut made: Option<String> = None;
        let mut copied = start;
        loop {
            match self.peek().ok_or(FeedError::Cut)? {
                b'"' => {
                    let rest = &self.text[copied..self.at];
                    self.at += 1;
                    return Ok(match made {
                        Some(made) => Cow::Owned(made + rest),
                        None => Cow::Borrowed(rest),
                    });
                }
                b'\\' => {
                    let so_far = made.get_or_insert_default();
                    so_far.push_str(&self.text[copied..self.at]);
                    self.at += 1;
                    let escaped = self.escaped()?;
                    made.get_or_insert_default().push(escaped);
                    copied = self.at;
                }
                0..=0x1F => return Err(NO_JSON),
                _ => self.at += 1,
            }
        }
    }

    fn escaped(&mut self) -> Result<char, FeedError> {
        let byte = self.peek().ok_or(FeedError::Cut)?;
        self.at += 1;
        match byte {
            b'"' | b'\\' | b'/' => Ok(char::from(byte)),
            b'b' => Ok('\u{8}'),
            b'f' => Ok('\u{C}'),
            b'n' => Ok('\n'),
            b'r' => Ok('\r'),
            b't' => Ok('\t'),
            b'u' => self.unicode(),
            _ => Err(NO_JSON),
        }
    }

    fn unicode(&mut self) -> Result<char, FeedError> {
        let first = self.four()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first).ok_or(FeedError::NotText);
        }
        if !self.text[self.at..].starts_with("\\u") {
            return Err(FeedError::NotText);
        }
        self.at += 2;
        let second = self.four()?;
        if !(0xDC00..0xE000).contains(&second) {
            return Err(FeedError::NotText);
        }
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)).ok_or(FeedError::NotText)
    }

    fn four(&mut self) -> Result<u32, FeedError> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).ok_or(FeedError::Cut)?;
        self.at += 4;
        digits.iter().try_fold(0, |sum, byte| Some(sum * 16 + char::from(*byte).to_digit(16)?)).ok_or(NO_JSON)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    /// The same value as a widely used reader has it.
    fn common(json: &Json<'_>) -> Value {
        match json {
            Json::Null => Value::Null,
            Json::Bool(is) => Value::Bool(*is),
            Json::Number(text) => serde_json::from_str(text).unwrap(),
            Json::Text(text) => Value::String(text.to_string()),
            Json::List(list) => list.iter().map(common).collect(),
            Json::Map(map) => map.iter().map(|(name, value)| (name.to_string(), common(value))).collect(),
        }
    }

    #[test]
    fn numbers_stay_as_they_were_written() {
        let read = read(r#"[1.0125e2, -0.000000000000000000012345, 1e999, "\ud83d\ude00\u0041\n"]"#).unwrap();
        let texts: Vec<_> = read.list().iter().filter_map(Json::text).collect();
        assert_eq!(texts, ["1.0125e2", "-0.000000000000000000012345", "1e999", "😀A\n"]);
    }

    #[test]
    fn what_breaks_off_what_is_twice_and_what_is_too_deep_is_told_apart() {
        for cut in [r#"{"a":1"#, r#"{"a"#, r#"{"a":"#, "[1,", "\"x", "tru", "-", r#""\u12"#] {
            assert_eq!(read(cut), Err(FeedError::Cut), "{cut}");
        }
        assert_eq!(read(" \n "), Err(FeedError::Empty));
        assert_eq!(read(r#"{"a":1,"\u0061":2}"#), Err(FeedError::Twice));
        assert_eq!(read(&"[".repeat(100_000)), Err(FeedError::TooMuch("levels")));
        let many = format!("[{}1]", "1,".repeat(limits::FEED_VALUES));
        assert_eq!(read(&many), Err(FeedError::TooMuch("values")));
        for no in ["NaN", "[NaN]", "01", "1.", ".5", "+1", "{1:2}", "[1 2]", "1 2", "\"\t\"", "'a'", r#""\x""#] {
            assert!(matches!(read(no), Err(FeedError::OtherKind(_) | FeedError::Cut)), "{no}: {:?}", read(no));
        }
    }

    proptest! {
        #[test]
        fn it_reads_what_a_common_reader_reads(text in r#"([\[\]{},:"\\ntrue0-9.eE+ -]|null|true|"a"|"b":){0,40}"#) {
            match (read(&text), serde_json::from_str::<Value>(&text)) {
                (Ok(ours), Ok(theirs)) => prop_assert_eq!(common(&ours), theirs),
                // Theirs takes the same key twice, and refuses numbers that no float holds.
                (Err(FeedError::Twice), Ok(_)) | (Err(_), Err(_)) => {}
                (Ok(_), Err(error)) => prop_assert!(error.to_string().contains("number out of range")),
                (Err(error), Ok(_)) => prop_assert!(false, "{}", error),
            }
        }

        #[test]
        fn nothing_makes_it_panic(text in ".{0,200}") {
            let _ = read(&text);
        }
    }
}
