//! What differs between two states of one thing, for the audit: fields that stay say nothing.

/// Fields by name, in the order in which they are told.
pub type Fields = Vec<(&'static str, String)>;

/// The fields that differ, as they were and as they are: `every: 60; delay: 15`.
#[must_use]
pub fn difference(before: &Fields, after: &Fields) -> (String, String) {
    (others(before, after), others(after, before))
}

/// The fields of `these` whose values are not among `those`.
fn others(these: &Fields, those: &Fields) -> String {
    let is_other = |(name, value): &&(&'static str, String)| {
        let known = those.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value);
        known != value
    };
    let told = these
        .iter()
        .filter(is_other)
        .map(|(name, value)| if value.is_empty() { format!("{name}: nothing") } else { format!("{name}: {value}") });
    told.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_says_nothing_and_what_is_new_was_nothing() {
        let fields = |pairs: &[(&'static str, &str)]| -> Fields {
            pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
        };
        let (before, after) =
            (fields(&[("a", "1"), ("b", "2"), ("c", "")]), fields(&[("a", "1"), ("b", ""), ("d", "4")]));
        assert_eq!(difference(&before, &after), ("b: 2".to_owned(), "b: nothing; d: 4".to_owned()));
        assert_eq!(difference(&before, &before), (String::new(), String::new()));
        assert_eq!(difference(&Fields::new(), &before), (String::new(), "a: 1; b: 2".to_owned()));
    }
}
