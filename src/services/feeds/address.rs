//! Addresses with symbols and a key put in, and texts with the key taken out.

use std::borrow::Cow;
use url::form_urlencoded::byte_serialize;

fn escaped(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

/// An address with what is asked for.
pub(super) fn filled(pattern: &str, codes: &[String], separator: &str, key: &str) -> String {
    let all: Vec<String> = codes.iter().map(|code| escaped(code)).collect();
    let one = all.first().map_or("", String::as_str);
    // The key last: a key that looks like a place for symbols is told as it is.
    pattern.replace("{symbols}", &all.join(separator)).replace("{symbol}", one).replace("{key}", &escaped(key))
}

/// A text without the key, however it is written.
pub(super) fn hidden<'a>(text: &'a str, key: &str) -> Cow<'a, str> {
    let escaped = escaped(key);
    if key.is_empty() || !(text.contains(key) || text.contains(&escaped)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(&escaped, "…").replace(key, "…"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_and_key_go_where_they_are_asked_and_nowhere_else() {
        let codes = ["^GSPC".to_owned(), "BRK B".to_owned()];
        let url = filled("https://x.test/q?s={symbols}&k={key}", &codes, "+", "a&b={symbol}");
        assert_eq!(url, "https://x.test/q?s=%5EGSPC+BRK+B&k=a%26b%3D%7Bsymbol%7D");
        assert_eq!(filled("https://x.test/{symbol}", &codes, ",", "k"), "https://x.test/%5EGSPC");
        assert_eq!(hidden("no way to https://x.test/?k=a%26b or a&b", "a&b"), "no way to https://x.test/?k=… or …");
        assert_eq!(hidden("nothing", ""), "nothing");
    }
}
