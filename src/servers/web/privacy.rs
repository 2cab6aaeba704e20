//! Settings: who may see me, and after how long I am away.

use super::filters;
use super::form::Fields;
use super::page::{PageResult, page, see};
use super::session::Visit;
use super::settings::{Choice, Tab, choices, tabs};
use super::shell::{Place, Shell};
use crate::domain::people;
use crate::domain::policy::{self, Act, Verdict};
use crate::domain::presence::{self, Privacy, Visibility};
use crate::kernel::id::PersonId;
use crate::services;
use actix_web::web::Form;
use askama::Template;

struct HideView {
    person: PersonId,
    name: String,
    is_on: bool,
}

#[derive(Template)]
#[template(path = "settings/presence.html")]
struct PrivacyPage {
    shell: Shell,
    tabs: Vec<Tab>,
    visible: Vec<Choice>,
    /// What the office's rules bring about for the reader, where that is less than everything.
    office: Vec<String>,
    people: Vec<HideView>,
    idle: String,
    usual: String,
}

/// GET /settings/presence
pub async fn form(visit: Visit) -> PageResult {
    let read = visit.page(Place::Settings, |tx, session| {
        let me = session.person.id;
        let everybody = people::all(tx)?.into_iter().filter(|other| other.id != me && !other.is_disabled);
        let rules = [Act::PresenceVisible, Act::LastSeen].map(|act| policy::of(tx, me, act));
        let rules = rules.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok((presence::privacy(tx, me)?, services::presence::idle(tx)?, rules, everybody.collect::<Vec<_>>()))
    });
    let (shell, (privacy, idle, rules, everybody)) = read.await?;
    let all = [("everyone", "Everybody in the office"), ("groups", "People in my groups"), ("nobody", "Nobody")];
    let hidden = |person: people::Person| HideView {
        is_on: privacy.hidden_from.contains(&person.id),
        person: person.id,
        name: person.full_name,
    };
    page(&PrivacyPage {
        shell,
        tabs: tabs("/settings/presence"),
        visible: choices(&all, privacy.visible_to.name()),
        office: rules
            .iter()
            .filter(|rule| rule.value != rule.act.default())
            .map(|rule| format!("By {}: {}", rule.reason(), own(rule)))
            .collect(),
        people: everybody.into_iter().map(hidden).collect(),
        idle: privacy.idle_minutes.map(|minutes| minutes.to_string()).unwrap_or_default(),
        usual: (idle.as_secs() / 60).to_string(),
    })
}

/// What a rule of presence brings about, as its reader hears it.
fn own(rule: &Verdict) -> &'static str {
    match (rule.act, rule.value.as_str()) {
        (Act::LastSeen, _) => "while you are offline, nobody reads since when.",
        (_, "groups") => "only people who share a group with you see whether you are here.",
        (_, _) => "to everyone else you always look offline.",
    }
}

/// POST /settings/presence: `visible`, `hide` as often as wanted, `idle`
pub async fn keep(visit: Visit, form: Form<Fields>) -> PageResult {
    let wished = Privacy {
        // What cannot be understood shows nothing.
        visible_to: Visibility::named(form.get("visible")).unwrap_or(Visibility::Nobody),
        hidden_from: form.all("hide").filter_map(|id| id.parse().ok()).collect(),
        idle_minutes: form.get("idle").trim().parse().ok(),
    };
    let kept = visit.write(&form, move |tx, session| {
        let me = session.person.id;
        Ok((me, presence::set_privacy(tx, me, &wished)?))
    });
    let (me, kept) = kept.await?;
    visit.web.office.presence.privacy_changed(me, kept.idle());
    Ok(see("/settings/presence?done=privacy"))
}
