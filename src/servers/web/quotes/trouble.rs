//! Feeds that have fallen silent, as their readers notice it: every price of theirs has grown stale.

use super::super::words::Reader;
use crate::domain::quotes::{PriceState, Quote};
use crate::kernel::clock::Moment;

/// One sentence for each source that tells nothing new of any of these symbols.
pub fn words(found: &[Quote], reader: Reader) -> Vec<String> {
    let mut sources: Vec<(&str, Moment, bool)> = Vec::new();
    for price in found.iter().filter_map(|quote| quote.price.as_ref()) {
        let is_silent = matches!(price.state, PriceState::Stale { .. });
        match sources.iter_mut().find(|(name, ..)| *name == price.source) {
            Some((_, last, silent)) => (*last, *silent) = ((*last).max(price.received_at), *silent && is_silent),
            None => sources.push((&price.source, price.received_at, is_silent)),
        }
    }
    let silent = sources.into_iter().filter(|(_, _, is_silent)| *is_silent);
    let sentence = |(name, last, _): (&str, Moment, bool)| {
        let name = if name.is_empty() { "A feed".to_owned() } else { format!("The feed “{name}”") };
        format!(
            "{name} has told nothing new since {}. The last prices stay, and new ones come by themselves.",
            reader.when(last).short()
        )
    };
    silent.map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::look::Look;
    use super::super::samples::{quote, stale};
    use super::*;

    #[test]
    fn a_feed_is_down_when_all_it_tells_is_old_and_not_when_one_symbol_is() {
        let reader = Reader::new(&Look::read(""), Moment::from_millis(1_795_007_100_000));
        assert_eq!(words(&[stale("A"), stale("B")], reader).len(), 1);
        assert!(words(&[stale("A"), quote("B", Some(3))], reader).is_empty());
        assert!(words(&[quote("A", None)], reader).is_empty(), "what has no price yet is no trouble");
    }
}
