//! How one browser looks at calendars: the view used last, and a second zone beside the hours. Kept in a cookie.

use super::view::View;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use chrono_tz::Tz;

/// The cookie, as `week` or `week:Asia/Tokyo`.
const COOKIE: &str = "hs_calendar";

/// How one browser looks at calendars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Habit {
    /// The view used last.
    pub view: Option<View>,
    /// The zone whose hours stand beside the reader's.
    pub second: Option<Tz>,
}

impl Habit {
    /// What the request's cookie says.
    pub fn of(request: &HttpRequest) -> Self {
        request.cookie(COOKIE).map(|cookie| Self::parse(cookie.value())).unwrap_or_default()
    }

    fn parse(said: &str) -> Self {
        let (view, second) = said.split_once(':').unwrap_or((said, ""));
        Self { view: view.parse().ok(), second: second.replace("%2F", "/").parse().ok() }
    }

    /// The cookie that keeps it for a year.
    pub fn cookie(self, is_tls: bool) -> Cookie<'static> {
        let view = self.view.map_or("", View::name);
        let said = self.second.map_or_else(|| view.to_owned(), |zone| format!("{view}:{}", zone.name()));
        let cookie = Cookie::build(COOKIE, said).path("/calendar").same_site(SameSite::Lax).secure(is_tls);
        cookie.max_age(Duration::days(365)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_habit_comes_back_from_its_cookie() {
        for second in [None, Some(Tz::Asia__Tokyo)] {
            let habit = Habit { view: Some(View::Month), second };
            assert_eq!(Habit::parse(habit.cookie(false).value()), habit);
        }
        assert_eq!(Habit::parse("<script>:Nowhere/City"), Habit::default());
    }
}
