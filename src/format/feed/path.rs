//! A path to a place in JSON: `data.price`, `rates.{symbol}`, `[0].value`, `items[code={symbol}].last`, `["odd name"]`.

use super::FeedError;
use super::json::Json;
use crate::kernel::limits;
use std::str::FromStr;

/// The steps from the top of an answer to one value in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// Into a map, by name.
    Name(String),
    /// Into a list, from 0; from its end where it is negative.
    Place(i64),
    /// Into the entry of a list that has this under that name.
    Where(String, String),
}

impl FromStr for Path {
    type Err = FeedError;

    fn from_str(text: &str) -> Result<Self, FeedError> {
        let wrong = || {
            FeedError::BadPlace(
                "a path looks like data.price, rates.{symbol}, [0].value or items[code={symbol}].last".to_owned(),
            )
        };
        let mut rest = text.trim().strip_prefix('$').unwrap_or_else(|| text.trim());
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, behind) = if let Some(inner) = rest.strip_prefix('[') {
                bracket(inner).ok_or_else(wrong)?
            } else {
                let bare = rest.strip_prefix('.').unwrap_or(rest);
                let end = bare.find(['.', '[']).unwrap_or(bare.len());
                (Step::Name(bare[..end].to_owned()), &bare[end..])
            };
            if step == Step::Name(String::new()) || steps.len() >= limits::FEED_DEPTH {
                return Err(wrong());
            }
            steps.push(step);
            rest = behind;
        }
        if text.len() > limits::FEED_CELL { Err(wrong()) } else { Ok(Self(steps)) }
    }
}

/// What stands in brackets, and what behind them.
fn bracket(inner: &str) -> Option<(Step, &str)> {
    for quote in ['"', '\''] {
        if let Some(quoted) = inner.strip_prefix(quote) {
            let (name, behind) = quoted.split_once(quote)?;
            return Some((Step::Name(name.to_owned()), behind.strip_prefix(']')?));
        }
    }
    let (within, behind) = inner.split_once(']')?;
    if let Some((name, value)) = within.split_once('=') {
        let value = value.trim_matches(['=', '"', '\'', ' ']);
        return Some((
            Step::Where(name.trim().trim_start_matches(['?', '@', '.']).to_owned(), value.to_owned()),
            behind,
        ));
    }
    Some((Step::Place(within.trim().parse().ok()?), behind))
}

impl Path {
    /// Whether it leads elsewhere for each symbol.
    pub(super) fn has_symbol(&self) -> bool {
        self.0.iter().any(|step| match step {
            Step::Name(name) => name.contains("{symbol}"),
            Step::Where(_, value) => value.contains("{symbol}"),
            Step::Place(_) => false,
        })
    }

    /// What it leads to.
    pub(super) fn walk<'a>(&self, json: &'a Json<'a>, symbol: &str) -> Option<&'a Json<'a>> {
        self.0.iter().try_fold(json, |at, step| match step {
            Step::Name(name) => at.get(&name.replace("{symbol}", symbol)),
            Step::Place(place) => {
                let list = at.list();
                let index = usize::try_from(place.unsigned_abs()).ok()?;
                if *place < 0 { list.get(list.len().checked_sub(index)?) } else { list.get(index) }
            }
            Step::Where(name, value) => {
                let value = value.replace("{symbol}", symbol);
                at.list().iter().find(|one| one.text_at(name).is_some_and(|told| told.eq_ignore_ascii_case(&value)))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::feed::json::read;

    fn at(path: &str, json: &str) -> Option<String> {
        let json = read(json).unwrap();
        path.parse::<Path>().unwrap().walk(&json, "HAIL").and_then(|found| found.text().map(str::to_owned))
    }

    #[test]
    fn a_path_leads_to_one_value() {
        let json = r#"{"a":{"b.c":[{"code":"RAIN","v":1},{"code":"hail","v":2.50}]},"rates":{"HAIL":3},"list":[4,5]}"#;
        for (path, is) in [
            (r#"a["b.c"][0].v"#, "1"),
            ("$.a['b.c'][code={symbol}].v", "2.50"),
            ("a['b.c'][?code=\"HAIL\"].v", "2.50"),
            ("rates.{symbol}", "3"),
            ("list[-1]", "5"),
            (".list[0]", "4"),
        ] {
            assert_eq!(at(path, json).as_deref(), Some(is), "{path}");
        }
        for path in ["rates", "rates.USD", "list[2]", "list[-3]", "list.a", "a[0]"] {
            assert_eq!(at(path, json), None, "{path}");
        }
        assert_eq!(at("", "7").as_deref(), Some("7"), "the answer itself");
    }

    #[test]
    fn a_path_that_cannot_be_is_told() {
        for wrong in ["a..b", "a[", "a[x]", "a[\"b]", "a.", "[]", &"a.".repeat(100)] {
            assert!(matches!(wrong.parse::<Path>(), Err(FeedError::BadPlace(_))), "{wrong}");
        }
    }
}
