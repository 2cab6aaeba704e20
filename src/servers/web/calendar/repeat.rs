//! How something comes back: the fields of the form, and the rule of a series. RFC 5545 §3.3.10.

use super::super::form::{FieldError, Fields};
use crate::format::ical::{self, Draft, Every, MonthDay, RuleEnd, RuleFields, RuleForm, When};
use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

/// The days of a week as rules name them, from Monday.
pub const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
/// They themselves. On the first five most people work.
const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
/// Steps that may be left out between two times.
const EVERY: u32 = 999;
/// Times that a counted series may have.
const COUNT: u32 = 9999;

/// What stands in the fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repeat {
    /// `daily`, `workdays`, `weekly`, `monthly`, `nth`, `last`, `yearly` or `custom`; empty for once.
    pub how: String,
    /// Every which of them.
    pub every: String,
    /// The days of a week.
    pub days: Vec<String>,
    /// The one day that the form itself had ticked: left alone, it follows the day that the event begins on.
    pub day_shown: String,
    /// `until` or `count`; empty for no end.
    pub ends: String,
    /// The last day.
    pub until: String,
    /// How often in all.
    pub count: String,
    /// A rule that the fields cannot say.
    pub custom: String,
}

impl Repeat {
    /// What a form says.
    pub fn of(fields: &Fields) -> Self {
        let get = |name: &str| fields.get(name).to_owned();
        Self {
            how: get("repeat"),
            every: get("every"),
            days: fields.all("weekday").filter(|day| DAYS.contains(day)).take(7).map(str::to_owned).collect(),
            day_shown: get("weekday_shown"),
            ends: get("repeat_ends"),
            until: get("until"),
            count: get("count"),
            custom: get("rule"),
        }
    }

    /// What the form of a rule shows, of a series that begins at `starts`.
    pub fn show(rule: Option<&str>, starts: Option<When>) -> Self {
        let once =
            Self { every: "1".to_owned(), days: ticked(starts.map(|when| when.date().weekday())), ..Self::default() };
        let custom = |text: &str| Self { how: "custom".to_owned(), custom: text.to_owned(), ..once.clone() };
        let fields = match RuleForm::parse(rule, starts) {
            RuleForm::Once => return once,
            RuleForm::Other(text) => return custom(&text),
            RuleForm::Fields(fields) => fields,
        };
        let Some(how) = named(&fields, starts.map(When::date)) else { return custom(rule.unwrap_or_default()) };
        let mut shown = Self { how: how.to_owned(), every: fields.interval.to_string(), ..once };
        if !fields.weekdays.is_empty() {
            shown.days = ticked(fields.weekdays);
        }
        shown.day_shown = own_day(&shown.days);
        match fields.end {
            RuleEnd::Never => {}
            RuleEnd::Until(day) => (shown.ends, shown.until) = ("until".to_owned(), day.to_string()),
            RuleEnd::Count(count) => (shown.ends, shown.count) = ("count".to_owned(), count.to_string()),
        }
        shown
    }

    /// The rule that the fields say, of a series that begins at `starts`; nothing for once.
    pub fn rule(&self, starts: Option<When>) -> Result<Option<String>, FieldError> {
        let Some(day) = starts.map(When::date) else {
            // What is wrong with the start is told beside the start; this only says that there is a rule.
            return Ok(Some(String::new()).filter(|_| !self.how.is_empty()));
        };
        let (every, on) = match self.how.as_str() {
            "" => return Ok(None),
            "custom" => return Ok(Some(self.custom.clone()).filter(|rule| is_rule(rule))),
            "daily" => (Every::Day, MonthDay::AsStart),
            "workdays" | "weekly" => (Every::Week, MonthDay::AsStart),
            "monthly" => (Every::Month, MonthDay::Day(day.day().cast_signed())),
            "nth" => (Every::Month, nth(day)),
            "last" => (Every::Month, MonthDay::Nth(-1, day.weekday())),
            "yearly" => (Every::Year, MonthDay::AsStart),
            _ => return Err(FieldError::new("repeat", "Choose how it comes back.")),
        };
        let is_workdays = self.how == "workdays";
        let interval = if is_workdays { 1 } else { self.number(&self.every, "every", EVERY)? };
        let weekdays = match every {
            Every::Week => self.weekdays(is_workdays, day)?,
            Every::Day | Every::Month | Every::Year => Vec::new(),
        };
        Ok(RuleForm::Fields(RuleFields { every, interval, weekdays, on, end: self.end(day)? }).to_rule(starts))
    }

    fn weekdays(&self, is_workdays: bool, first: NaiveDate) -> Result<Vec<Weekday>, FieldError> {
        if is_workdays {
            return Ok(WEEK[..5].to_vec());
        }
        if self.days.len() == 1 && self.days[0] == self.day_shown {
            return Ok(vec![first.weekday()]);
        }
        let is_ticked = |day: &&str| self.days.iter().any(|one| one == *day);
        let days: Vec<_> = DAYS.iter().zip(WEEK).filter(|(name, _)| is_ticked(name)).map(|(_, day)| day).collect();
        if days.is_empty() { Err(FieldError::new("weekdays", "Tick at least one day of the week.")) } else { Ok(days) }
    }

    fn end(&self, first: NaiveDate) -> Result<RuleEnd, FieldError> {
        match self.ends.as_str() {
            "until" => {
                let until = NaiveDate::parse_from_str(self.until.trim(), "%Y-%m-%d").ok();
                let until = until.filter(|day| day.year() < 3000);
                let until = until.ok_or_else(|| FieldError::new("until", "Say the last day, such as 2026-12-31."))?;
                if until < first {
                    return Err(FieldError::new("until", "The last day lies before the first."));
                }
                Ok(RuleEnd::Until(until))
            }
            "count" => Ok(RuleEnd::Count(self.number(&self.count, "count", COUNT)?)),
            _ => Ok(RuleEnd::Never),
        }
    }

    fn number(&self, text: &str, field: &str, most: u32) -> Result<u32, FieldError> {
        let text = if text.trim().is_empty() && field == "every" { "1" } else { text.trim() };
        let number = text.parse().ok().filter(|number| (1..=most).contains(number));
        number.ok_or_else(|| FieldError::new(field, format!("A number from 1 to {most}.")))
    }

    /// Puts a weekly event whose first day is not among its days to the first that is: a series begins with its first time.
    pub fn fit(&self, draft: &mut Draft) {
        if !matches!(self.how.as_str(), "weekly" | "workdays") || draft.rule.is_none() {
            return;
        }
        let Some(first) = draft.starts.or(draft.ends).map(When::date) else { return };
        let Ok(days) = self.weekdays(self.how == "workdays", first) else { return };
        let is_on = |ahead: &i64| days.contains(&(first + TimeDelta::days(*ahead)).weekday());
        let Some(ahead) = (0..7).find(is_on) else { return };
        let later = |when: When| when.with_local(when.local() + TimeDelta::days(ahead));
        (draft.starts, draft.ends) = (draft.starts.map(later), draft.ends.map(later));
    }
}

/// What the form calls a rule of a series that begins on `first`; nothing where it has no word for it.
fn named(fields: &RuleFields, first: Option<NaiveDate>) -> Option<&'static str> {
    Some(match (fields.every, fields.on) {
        (Every::Day, MonthDay::AsStart) => "daily",
        (Every::Week, _) if fields.weekdays == WEEK[..5] && fields.interval == 1 => "workdays",
        (Every::Week, _) => "weekly",
        (Every::Month, MonthDay::AsStart) => "monthly",
        (Every::Month, MonthDay::Day(day)) if first.is_some_and(|first| first.day().cast_signed() == day) => "monthly",
        (Every::Month, on) if first.is_some_and(|first| nth(first) == on) => "nth",
        (Every::Month, on) if first.is_some_and(|first| MonthDay::Nth(-1, first.weekday()) == on) => "last",
        (Every::Year, MonthDay::AsStart) => "yearly",
        _ => return None,
    })
}

/// What may stand in a rule: it is one line, holds nothing that ends it, and a series can follow it.
fn is_rule(rule: &str) -> bool {
    rule.len() <= 500
        && rule.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"=;,+-".contains(&byte))
        && ical::check_rule(rule).is_ok()
}

/// The day that is ticked where it is the only one.
fn own_day(days: &[String]) -> String {
    if let [one] = days { one.clone() } else { String::new() }
}

/// Days of the week as the form names them.
fn ticked(days: impl IntoIterator<Item = Weekday>) -> Vec<String> {
    days.into_iter().map(|day| DAYS[day.num_days_from_monday() as usize].to_owned()).collect()
}

/// The second Tuesday of a month, as a day is; of a fifth, that is the last.
fn nth(day: NaiveDate) -> MonthDay {
    match day.day().div_ceil(7) {
        5 => MonthDay::Nth(-1, day.weekday()),
        nth => MonthDay::Nth(nth.cast_signed(), day.weekday()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Berlin;

    /// Tuesday, 10 March 2026, 9:00 in Berlin.
    fn tuesday() -> Option<When> {
        let local = NaiveDate::from_ymd_opt(2026, 3, 10)?.and_hms_opt(9, 0, 0)?;
        Some(When::Zoned { local, zone: Berlin })
    }

    fn shown(rule: &str) -> Repeat {
        Repeat::show(Some(rule), tuesday())
    }

    #[test]
    fn what_the_form_can_say_comes_back_as_it_was() {
        let rules = [
            ("daily", "FREQ=DAILY"),
            ("daily", "FREQ=DAILY;INTERVAL=3;COUNT=10"),
            ("workdays", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
            ("weekly", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;UNTIL=20260630T215959Z"),
            ("monthly", "FREQ=MONTHLY;BYMONTHDAY=10"),
            ("nth", "FREQ=MONTHLY;BYDAY=2TU"),
            ("last", "FREQ=MONTHLY;BYDAY=-1TU;COUNT=4"),
            ("yearly", "FREQ=YEARLY"),
        ];
        for (how, rule) in rules {
            let form = shown(rule);
            assert_eq!((form.how.as_str(), form.rule(tuesday()).unwrap().as_deref()), (how, Some(rule)));
        }
        assert_eq!(shown(rules[3].1).until, "2026-06-30");
        assert_eq!(Repeat::show(None, tuesday()).rule(tuesday()), Ok(None));
    }

    #[test]
    fn what_the_form_cannot_say_is_kept_as_it_is() {
        for rule in
            ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=HOURLY;INTERVAL=6", "FREQ=YEARLY;BYDAY=20MO"]
        {
            let form = shown(rule);
            assert_eq!((form.how.as_str(), form.rule(tuesday()).unwrap().as_deref()), ("custom", Some(rule)));
        }
        let forged =
            Repeat { how: "custom".to_owned(), custom: "FREQ=DAILY\r\nATTENDEE:x".to_owned(), ..Repeat::default() };
        assert_eq!(forged.rule(tuesday()), Ok(None), "nothing gets past the end of its line");
    }

    #[test]
    fn what_is_wrong_is_told_beside_its_field() {
        let form = |how: &str| Repeat { how: how.to_owned(), every: "1".to_owned(), ..Repeat::default() };
        let field = |form: Repeat| form.rule(tuesday()).unwrap_err().field;
        assert_eq!(field(form("weekly")), "weekdays");
        assert_eq!(field(form("fortnightly")), "repeat");
        assert_eq!(field(Repeat { every: "0".to_owned(), ..form("daily") }), "every");
        assert_eq!(field(Repeat { ends: "count".to_owned(), count: "-1".to_owned(), ..form("daily") }), "count");
        let until = |day: &str| Repeat { ends: "until".to_owned(), until: day.to_owned(), ..form("daily") };
        assert_eq!(field(until("2026-03-09")), "until");
        assert_eq!(field(until("9999-99-99")), "until");
        assert_eq!(until("2026-03-10").rule(tuesday()).unwrap().unwrap(), "FREQ=DAILY;UNTIL=20260310T225959Z");
    }

    #[test]
    fn a_weekly_event_begins_on_one_of_its_days() {
        let days = vec!["MO".to_owned(), "FR".to_owned()];
        let form = Repeat { how: "weekly".to_owned(), days, ..Repeat::default() };
        let mut draft = Draft::at(crate::format::ical::Kind::Event, tuesday(), tuesday());
        draft.rule = form.rule(tuesday()).unwrap();
        form.fit(&mut draft);
        assert_eq!(draft.starts.unwrap().date().to_string(), "2026-03-13");
    }

    #[test]
    fn a_tick_that_the_form_made_follows_the_day_the_event_begins_on() {
        let form = shown("FREQ=WEEKLY;BYDAY=TU");
        let wednesday = tuesday().map(|when| when.with_local(when.local() + TimeDelta::days(1)));
        assert_eq!(form.rule(wednesday).unwrap().unwrap(), "FREQ=WEEKLY;BYDAY=WE");
        let both = Repeat { days: vec!["TU".to_owned(), "TH".to_owned()], ..form };
        assert_eq!(both.rule(wednesday).unwrap().unwrap(), "FREQ=WEEKLY;BYDAY=TU,TH");
    }
}
