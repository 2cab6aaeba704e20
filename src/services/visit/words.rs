//! The mails about bookings, to the visitor and to the person.

use super::VisitError;
use crate::domain::calendar::{NewVisit, OpenDesk, Visit};
use crate::domain::people::{self, Person};
use crate::domain::settings;
use crate::format::ical::{self, Item, Method, Scope};
use crate::format::mime::{Mailbox, NewInvitation, NewMail, tidy};
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use crate::kernel::secret;
use crate::kernel::text::EmailAddress;
use crate::services::brand::signed;
use crate::services::office::Office;
use chrono::DateTime;
use chrono_tz::Tz;

/// What all mails about one booking share.
pub(super) struct House {
    pub person: Person,
    pub company: String,
    /// What ends each mail: who writes, and the imprint.
    pub imprint: String,
    pub hostname: String,
    /// Where the person's clock hangs.
    pub zone: Tz,
    /// What opens the booking.
    pub token: String,
    /// Where the booking is looked at.
    pub link: String,
}

impl House {
    pub async fn of(office: &Office, who: PersonId, link: &str, token: &str) -> Result<Self, VisitError> {
        let (hostname, token, link) = (office.hostname.clone(), token.to_owned(), format!("{link}{token}"));
        let read = office.store.read(move |tx| {
            let brand = settings::brand(tx)?;
            Ok::<_, VisitError>(Self {
                person: people::person(tx, who)?.ok_or(VisitError::Nothing)?,
                imprint: brand.imprint(),
                company: brand.company,
                zone: people::zone(tx, who)?.unwrap_or(Tz::UTC),
                hostname,
                token,
                link,
            })
        });
        read.await
    }

    fn mail(&self, to: (&str, &EmailAddress), subject: String, text: String, now: Moment) -> NewMail {
        NewMail {
            from: Mailbox {
                name: format!("{} – {}", tidy(&self.person.full_name), tidy(&self.company)),
                address: self.person.address.to_string(),
            },
            to: vec![Mailbox { name: tidy(to.0), address: to.1.to_string() }],
            cc: Vec::new(),
            subject,
            text: signed(&text, &self.imprint),
            in_reply_to: None,
            references: Vec::new(),
            files: Vec::new(),
            message_id: format!("{}@{}", secret::token(), self.hostname),
            date: now,
        }
    }
}

/// When a booking is, on a clock of `zone`.
fn when(visit: &NewVisit, zone: Tz) -> String {
    let at = |moment: Moment| DateTime::from_timestamp_millis(moment.millis()).unwrap_or_default().with_timezone(&zone);
    let (starts, ends) = (at(visit.starts_at), at(visit.ends_at));
    format!("{}, {}–{} ({})", starts.format("%A, %-d %B %Y"), starts.format("%H:%M"), ends.format("%H:%M"), zone.name())
}

fn visitors(visit: &NewVisit) -> String {
    when(visit, visit.zone.parse().unwrap_or(Tz::UTC))
}

/// Asks the visitor to confirm.
pub(super) fn confirm(house: &House, desk: &OpenDesk, visit: &NewVisit, now: Moment) -> NewMail {
    let text = format!(
        "Hello {},\n\nplease confirm your booking with {} at {}:\n\n{}\n{}\n\nConfirm here within 15 minutes:\n{}\n\n\
         Until then the time is held for you. If it was not you who booked, do nothing: nothing will come of it.\n",
        visit.name,
        house.person.full_name,
        house.company,
        desk.is.title,
        visitors(visit),
        house.link
    );
    let subject = format!("Please confirm: {} on {}", desk.is.title, visitors(visit));
    house.mail((&visit.name, &visit.address), subject, text, now)
}

/// Tells the visitor that the time is booked.
pub(super) fn booked(house: &House, visit: &Visit, item: &Item, now: Moment) -> (NewMail, NewInvitation) {
    let place = if visit.desk.is.place.is_empty() { String::new() } else { format!("\n{}", visit.desk.is.place) };
    let text = format!(
        "Hello {},\n\nyour time with {} at {} is booked:\n\n{}\n{}{place}\n\nTo move it or call it off:\n{}\n",
        visit.is.name,
        house.person.full_name,
        house.company,
        visit.desk.is.title,
        visitors(&visit.is),
        house.link
    );
    let subject = format!("Booked: {} on {}", visit.desk.is.title, visitors(&visit.is));
    let calendar = ical::message(item, Method::Request, None, now);
    let mail = house.mail((&visit.is.name, &visit.is.address), subject, text, now);
    (mail, NewInvitation { method: "REQUEST", text: calendar, sender: None })
}

/// Tells the visitor that it was called off.
pub(super) fn gone(house: &House, visit: &Visit, item: &Item, now: Moment) -> (NewMail, NewInvitation) {
    let text = format!(
        "Hello {},\n\nyour time with {} at {} was called off:\n\n{}\n{}\n",
        visit.is.name,
        house.person.full_name,
        house.company,
        visit.desk.is.title,
        visitors(&visit.is)
    );
    let subject = format!("Called off: {} on {}", visit.desk.is.title, visitors(&visit.is));
    let cancelled = ical::cancel(item, Scope::All, now).item.unwrap_or_else(|| item.clone());
    let calendar = ical::message(&cancelled, Method::Cancel, None, now);
    let mail = house.mail((&visit.is.name, &visit.is.address), subject, text, now);
    (mail, NewInvitation { method: "CANCEL", text: calendar, sender: None })
}

/// Tells the person.
pub(super) fn told(house: &House, visit: &Visit, what: &str, now: Moment) -> NewMail {
    let text = format!(
        "{} <{}>\n{}\n{}\n\n{}\n",
        visit.is.name,
        visit.is.address,
        visit.desk.is.title,
        when(&visit.is, house.zone),
        visit.is.answers
    );
    let subject = format!("{what}: {} – {}", visit.is.name, when(&visit.is, house.zone));
    house.mail((&house.person.full_name, &house.person.address), subject, text, now)
}
