//! How one browser likes to see the office: theme, density, keys, colours of prices, time zone. Kept in two cookies, so that the first
//! byte of a page already knows.

use crate::format::formats::Formats;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use chrono_tz::Tz;

/// The cookie of theme, density and keys, as `dark.compact.nokeys.redup`.
pub const COOKIE: &str = "hs_look";
/// The cookie of the time zone's name. Scripts set it from the system's.
pub const ZONE_COOKIE: &str = "tz";

/// How one browser likes to see the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// `light`, `dark`, or empty: as the system.
    pub theme: &'static str,
    /// `compact`, or empty.
    pub density: &'static str,
    /// Whether single letters are keys.
    pub keys: bool,
    /// Whether a price that rises is red, as it is in the east of Asia.
    pub is_red_up: bool,
    /// The reader's zone, where it is known.
    pub zone: Option<Tz>,
    /// How times and dates are written: the person's choice or the office's, in no cookie.
    pub formats: Formats,
}

impl Look {
    /// What the request's cookies say.
    pub fn of(request: &HttpRequest) -> Self {
        let said = request.cookie(COOKIE).map(|cookie| cookie.value().to_owned()).unwrap_or_default();
        let zone = request.cookie(ZONE_COOKIE).and_then(|cookie| cookie.value().replace("%2F", "/").parse().ok());
        Self { zone, ..Self::read(&said) }
    }

    /// Reads the cookie; words of other versions are passed over.
    pub fn read(said: &str) -> Self {
        let has = |word: &str| said.split('.').any(|said| said == word);
        let theme = ["light", "dark"].into_iter().find(|theme| has(theme)).unwrap_or_default();
        let density = if has("compact") { "compact" } else { "" };
        Self { theme, density, keys: !has("nokeys"), is_red_up: has("redup"), zone: None, formats: Formats::default() }
    }

    /// The cookie that keeps this look for a year.
    pub fn cookie(&self, is_tls: bool) -> Cookie<'static> {
        let (keys, colours) = (if self.keys { "" } else { "nokeys" }, if self.is_red_up { "redup" } else { "" });
        let words = [self.theme, self.density, keys, colours];
        let said: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).collect();
        lasting(COOKIE, said.join("."), is_tls)
    }

    /// The cookie that keeps a zone for a year; without one, the script sets the system's again.
    pub fn zone_cookie(zone: Option<Tz>, is_tls: bool) -> Cookie<'static> {
        match zone {
            Some(zone) => lasting(ZONE_COOKIE, zone.name().to_owned(), is_tls),
            None => Cookie::build(ZONE_COOKIE, "").path("/").max_age(Duration::ZERO).finish(),
        }
    }
}

fn lasting(name: &'static str, value: String, is_tls: bool) -> Cookie<'static> {
    let cookie = Cookie::build(name, value).path("/").same_site(SameSite::Lax).secure(is_tls);
    cookie.max_age(Duration::days(365)).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_comes_back_from_its_cookie() {
        let plain = Look::read("");
        let dark = Look { theme: "dark", density: "compact", keys: false, is_red_up: true, ..plain.clone() };
        assert_eq!(Look::read(dark.cookie(false).value()), dark);
        assert!(plain.keys && plain.theme.is_empty());
        assert_eq!(Look::read("pink.<script>"), plain);
    }
}
