//! How one browser likes to see the office: theme, density, keys, time zone. Kept in two cookies, so that the first
//! byte of a page already knows.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use chrono_tz::Tz;

/// The cookie of theme, density and keys, as `dark.compact.nokeys`.
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
    /// The reader's zone, where it is known.
    pub zone: Option<Tz>,
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
        Self { theme, density: if has("compact") { "compact" } else { "" }, keys: !has("nokeys"), zone: None }
    }

    /// The cookie that keeps this look for a year.
    pub fn cookie(&self, is_tls: bool) -> Cookie<'static> {
        let words = [self.theme, self.density, if self.keys { "" } else { "nokeys" }];
        let said: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).collect();
        lasting(COOKIE, said.join("."), is_tls)
    }

    /// The cookie that keeps a zone for a year.
    pub fn zone_cookie(zone: Tz, is_tls: bool) -> Cookie<'static> {
        lasting(ZONE_COOKIE, zone.name().to_owned(), is_tls)
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
        let dark = Look { theme: "dark", density: "compact", keys: false, zone: None };
        assert_eq!(Look::read(dark.cookie(false).value()), dark);
        assert_eq!(Look::read("pink.<script>"), Look { theme: "", density: "", keys: true, zone: None });
    }
}
