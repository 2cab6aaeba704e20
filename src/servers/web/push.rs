//! Settings: what wakes me, on which devices, and the service worker that shows it when no tab is open.

use super::error::WebError;
use super::filters;
use super::form::Fields;
use super::page::{PageResult, page, see};
use super::session::Visit;
use super::settings::{Choice, Tab, choices, tabs};
use super::shell::{Frame, Place, Shell};
use super::words::Reader;
use super::{Web, assets};
use crate::domain::calendar::{self, Ways};
use crate::domain::push::{self, ChatLevel, Choices, PushError, Quiet, Subscription};
use crate::kernel::id::SubscriptionId;
use crate::kernel::text::sentence;
use crate::services::push::{self as waking, Given, PushServiceError};
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Data, Form, Path};
use askama::Template;

/// Longest subscription that is read, in bytes.
const GIVEN: usize = 8 * 1024;
const PAGE: &str = "/settings/notifications";

impl From<PushError> for WebError {
    fn from(error: PushError) -> Self {
        match error {
            PushError::NoSubscription => Self::NotFound,
            PushError::BadQuiet => Self::BadInput(error.to_string()),
            PushError::Store(error) => error.into(),
        }
    }
}

impl From<PushServiceError> for WebError {
    fn from(error: PushServiceError) -> Self {
        match error {
            PushServiceError::Off(words) => Self::Barred(words),
            PushServiceError::BadSubscription => Self::BadInput(error.to_string()),
            PushServiceError::Format(error) => Self::Broken(error.to_string()),
            PushServiceError::Push(error) => error.into(),
            PushServiceError::Store(error) => error.into(),
        }
    }
}

struct DeviceView {
    id: SubscriptionId,
    name: String,
    words: String,
    trouble: String,
    is_this: bool,
}

impl DeviceView {
    fn new(device: Subscription, is_this: bool, reader: Reader) -> Self {
        let words = match device.sent_at {
            Some(at) => format!("last woken {}", reader.when(at).full()),
            None => format!("added {}, not woken yet", reader.when(device.made_at).full()),
        };
        Self { id: device.id, name: device.device, words, trouble: device.last_error, is_this }
    }
}

#[derive(Template)]
#[template(path = "settings/notifications.html")]
struct NotificationsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    /// What browsers subscribe with; empty where it is switched off.
    key: String,
    /// Why it is switched off.
    off: String,
    levels: Vec<Choice>,
    is_mail: bool,
    shows_text: bool,
    is_mailed: bool,
    ways: Ways,
    quiet_from: String,
    quiet_to: String,
    zone: String,
    devices: Vec<DeviceView>,
}

/// GET /settings/notifications
pub async fn form(visit: Visit) -> PageResult {
    let who = visit.session().await?.person.id;
    let (key, off) = match waking::public_key(&visit.web.office, who).await {
        Ok(key) => (key, String::new()),
        Err(PushServiceError::Off(words)) => (String::new(), sentence(&words)),
        Err(error) => return Err(error.into()),
    };
    let read = visit.page(Place::Settings, |tx, session| {
        let me = session.person.id;
        Ok((push::choices(tx, me)?, calendar::ways(tx, me)?, push::subscriptions(tx, me)?, session.id))
    });
    let (shell, (chosen, ways, devices, this)) = read.await?;
    let all = [("all", "Everything that rings"), ("pings", "Only what is said to me"), ("nothing", "Nothing")];
    let on = match chosen.chat {
        ChatLevel::All => "all",
        ChatLevel::Pings => "pings",
        ChatLevel::Nothing => "nothing",
    };
    let (from, to) =
        chosen.quiet.map(Quiet::bounds).map_or_else(Default::default, |(from, to)| (clock(from), clock(to)));
    let reader = visit.reader();
    page(&NotificationsPage {
        shell,
        tabs: tabs(PAGE),
        key,
        off,
        levels: choices(&all, on),
        is_mail: chosen.is_mail,
        shows_text: chosen.shows_text,
        is_mailed: chosen.is_mailed,
        ways,
        quiet_from: from,
        quiet_to: to,
        zone: zone(&visit).replace('_', " "),
        devices: devices
            .into_iter()
            .map(|one| (one.session == this, one))
            .map(|(is_this, one)| DeviceView::new(one, is_this, reader))
            .collect(),
    })
}

/// The reader's zone by name; the server's where the browser tells none.
fn zone(visit: &Visit) -> String {
    visit.look.zone.map_or_else(|| "UTC".to_owned(), |zone| zone.name().to_owned())
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The minute of the day that a field says, as `22:30`.
fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// POST /settings/notifications
pub async fn keep(visit: Visit, form: Form<Fields>) -> PageResult {
    let (from, to) = (form.get("quiet_from").trim(), form.get("quiet_to").trim());
    let quiet = match (from, to) {
        ("", _) | (_, "") => None,
        (from, to) => {
            let bounds = minute(from).zip(minute(to)).ok_or(PushError::BadQuiet)?;
            Some(Quiet::new(bounds.0, bounds.1)?)
        }
    };
    let chosen = Choices {
        chat: match form.get("chat") {
            "nothing" => ChatLevel::Nothing,
            "pings" => ChatLevel::Pings,
            _ => ChatLevel::All,
        },
        is_mail: form.has("mail"),
        shows_text: form.has("text"),
        quiet,
        zone: zone(&visit),
        is_mailed: form.has("mailed"),
    };
    let ways = Ways {
        by_page: form.has("remind_page"),
        by_push: form.has("remind_push"),
        by_mail: form.has("remind_mail"),
        by_chat: form.has("remind_chat"),
    };
    let kept = visit.write(&form, move |tx, session| {
        calendar::set_ways(tx, session.person.id, ways)?;
        Ok(push::set_choices(tx, session.person.id, &chosen)?)
    });
    kept.await?;
    Ok(see("/settings/notifications?done=notifications"))
}

fn given(form: &Fields) -> Result<Given, WebError> {
    let text = form.get("subscription");
    let read = (text.len() <= GIVEN).then(|| serde_json::from_str(text).ok()).flatten();
    read.ok_or_else(|| WebError::BadInput("this is no subscription of a browser".to_owned()))
}

/// POST /push/subscribe: `subscription` is what the browser gave, as JSON.
pub async fn subscribe(visit: Visit, form: Form<Fields>) -> PageResult {
    let session = visit.checked(&form).await?;
    waking::public_key(&visit.web.office, session.person.id).await?;
    let new = given(&form)?.kept(session.person.id, session.id, &session.device)?;
    visit.write(&form, move |tx, _| Ok(push::subscribe(tx, &new)?)).await?;
    Ok(see("/settings/notifications?done=push-on"))
}

/// POST /push/renew: a browser has changed its subscription while no page was open. Its old address, which nobody else
/// knows, stands for the form's token.
pub async fn renew(visit: Visit, form: Form<Fields>) -> PageResult {
    let session = visit.session().await?;
    let (me, old) = (session.person.id, form.get("old").to_owned());
    waking::public_key(&visit.web.office, me).await?;
    let new = given(&form)?.kept(me, session.id, &session.device)?;
    let renewed = visit.web.office.store.write(move |tx| {
        if !push::subscriptions(tx, me)?.iter().any(|one| one.endpoint == old) {
            return Err(PushError::NoSubscription);
        }
        push::unsubscribe(tx, me, &old)?;
        push::subscribe(tx, &new)
    });
    renewed.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// POST /push/unsubscribe
pub async fn unsubscribe(visit: Visit, form: Form<Fields>) -> PageResult {
    let endpoint = form.get("endpoint").to_owned();
    visit.write(&form, move |tx, session| Ok(push::unsubscribe(tx, session.person.id, &endpoint)?)).await?;
    Ok(see("/settings/notifications?done=push-off"))
}

/// POST /push/test: wakes one of one's own devices, `device`.
pub async fn test(visit: Visit, form: Form<Fields>) -> PageResult {
    visit.checked(&form).await?;
    let device = device(&form)?;
    visit.write(&form, move |tx, session| Ok(waking::owe_test(tx, session.person.id, device)?)).await?;
    Ok(see("/settings/notifications?done=push-test"))
}

/// POST /push/{id}/remove
pub async fn remove(visit: Visit, at: Path<SubscriptionId>, form: Form<Fields>) -> PageResult {
    let id = at.into_inner();
    visit.write(&form, move |tx, session| Ok(push::remove(tx, session.person.id, id)?)).await?;
    Ok(see("/settings/notifications?done=push-off"))
}

fn device(form: &Fields) -> Result<SubscriptionId, WebError> {
    form.get("device").parse().map_err(|_| WebError::NotFound)
}

/// GET /sw.js: the service worker. At the root, since it may only serve what lies below it.
pub async fn worker(visit: Visit) -> HttpResponse {
    let frame = visit.frame().await;
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/javascript; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(assets::worker(&frame.name, &frame.brand_mark))
}

#[derive(Template)]
#[template(path = "errors/offline.html")]
struct OfflinePage {
    frame: Frame,
}

/// GET /offline: what the service worker shows where the office is not reached.
pub async fn offline(visit: Visit, _: Data<Web>) -> PageResult {
    page(&OfflinePage { frame: visit.frame().await })
}
