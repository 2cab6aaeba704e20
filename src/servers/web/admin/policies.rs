//! Policies: the sheet of what people may do, one rule of it, and what it comes to for one person.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, page, page_with, see};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::count;
use super::people::actor;
use super::{Refused, open_to, tabs};
use crate::domain::people::{self, PeopleError, Person};
use crate::domain::policy::{Act, Kind, PolicyError, Verdict};
use crate::domain::settings as office;
use crate::domain::store::ReadTx;
use crate::kernel::id::{GroupId, PersonId};
use crate::kernel::text::sentence;
use crate::services::policy::{self, Sheet};
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;

const PAGE: &str = "/admin/policies";

impl From<PolicyError> for Refused {
    fn from(error: PolicyError) -> Self {
        match error {
            PolicyError::Value { wanted, .. } => Self::Field(FieldError::new("", format!("This takes {wanted}."))),
            PolicyError::ForEverybody(_) | PolicyError::Barred(_) => {
                Self::Field(FieldError::new("", sentence(&error.to_string())))
            }
            other => Self::Web(other.into()),
        }
    }
}

/// What holds for a group, or for everybody.
struct CellView {
    href: String,
    /// What the cell is called by who cannot see the table.
    name: String,
    label: String,
    sentence: String,
    /// Whether the rule was set for this very group.
    is_own: bool,
}

/// One rule in the sheet.
struct RowView {
    href: String,
    name: &'static str,
    doors: String,
    everybody: CellView,
    cells: Vec<CellView>,
    /// How many groups have a rule of their own, in words.
    own: String,
    is_for_groups: bool,
}

/// A group in the head of the sheet.
struct HeadView {
    name: String,
    href: String,
}

/// Somebody to choose.
struct ChoiceView {
    id: PersonId,
    name: String,
    is_on: bool,
}

#[derive(Template)]
#[template(path = "admin/policies.html")]
struct SheetPage {
    shell: Shell,
    tabs: Vec<Tab>,
    groups: Vec<HeadView>,
    rows: Vec<RowView>,
    presence: Vec<String>,
    people: Vec<ChoiceView>,
}

/// GET /admin/policies
pub async fn sheet(visit: Visit) -> PageResult {
    let read = visit.page(Place::Nowhere, |tx, session| {
        open_to(session)?;
        let idle = office::get(tx, office::PRESENCE_IDLE_MINUTES)?;
        Ok((Sheet::read(tx)?, idle, choices(tx, session.person.id)?))
    });
    let (shell, (sheet, idle, people)) = read.await?;
    let rows = Act::ALL.into_iter().map(|act| row(act, &sheet)).collect();
    let head = |group: &people::Group| HeadView {
        name: group.name.clone(),
        href: format!("/admin/groups?open={}#group-{}", group.id, group.id),
    };
    let groups = sheet.groups.iter().map(head).collect();
    page(&SheetPage { shell, tabs: tabs(PAGE), groups, rows, presence: presence_words(&sheet, &idle), people })
}

fn choices(tx: &ReadTx<'_>, on: PersonId) -> Result<Vec<ChoiceView>, PeopleError> {
    let open = people::all(tx)?.into_iter().filter(|person| !person.is_disabled);
    Ok(open.map(|person| ChoiceView { is_on: person.id == on, id: person.id, name: person.full_name }).collect())
}

fn row(act: Act, sheet: &Sheet) -> RowView {
    let href = format!("{PAGE}/{}", act.key());
    let usual = sheet.everybody(act);
    let cell = |id: Option<GroupId>, name: &str| {
        let own = sheet.kept(act, id);
        let value = own.unwrap_or(usual);
        let (label, mark) = (act.kind().label(value), id.map_or("all".to_owned(), |id| format!("g{id}")));
        CellView {
            href: format!("{href}#{mark}"),
            name: format!("{} for {name}: {label}", act.name()),
            sentence: act.kind().sentence(value),
            is_own: own.is_some(),
            label,
        }
    };
    let cells: Vec<CellView> = sheet.groups.iter().map(|group| cell(Some(group.id), &group.name)).collect();
    let own = cells.iter().filter(|cell| cell.is_own).count();
    let doors: Vec<&str> = act.doors().iter().map(|door| door.name()).collect();
    RowView {
        name: act.name(),
        doors: doors.join(", "),
        everybody: cell(None, "everybody"),
        own: if own == 0 { String::new() } else { count(i64::try_from(own).unwrap_or(0), "group") },
        cells,
        href,
        is_for_groups: act.is_for_groups(),
    }
}

/// What the rules of presence come to, in plain sentences.
fn presence_words(sheet: &Sheet, idle: &str) -> Vec<String> {
    let mut words = Vec::new();
    for act in [Act::PresenceVisible, Act::LastSeen] {
        let usual = sheet.everybody(act);
        words.push(act.kind().sentence(usual));
        for group in &sheet.groups {
            if let Some(value) = sheet.kept(act, Some(group.id)).filter(|value| *value != usual) {
                words.push(format!(
                    "For the people in {} another rule holds. {}",
                    group.name,
                    act.kind().sentence(value)
                ));
            }
        }
    }
    let minutes = count(idle.parse().unwrap_or(5), "minute");
    words.push(format!("After {minutes} without a touch somebody is shown as away."));
    words.push("Each person may hide more in their own settings, never less.".to_owned());
    words
}

/// A value to choose.
struct OptionView {
    value: String,
    label: String,
    sentence: String,
    is_on: bool,
}

/// A group with what it may be given.
struct GroupView {
    id: GroupId,
    name: String,
    words: String,
    sentence: String,
    value: String,
    options: Vec<OptionView>,
}

/// One rule.
struct RuleView {
    key: &'static str,
    name: &'static str,
    doors: Vec<&'static str>,
    is_number: bool,
    most: i64,
    unit: &'static str,
    value: String,
    options: Vec<OptionView>,
    groups: Vec<GroupView>,
    is_for_groups: bool,
    usual: String,
    sentence: String,
    is_set: bool,
}

#[derive(Template)]
#[template(path = "admin/policy.html")]
struct RulePage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    it: RuleView,
    confirm: String,
    asks: bool,
}

impl RulePage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

fn options(act: Act, on: Option<&str>) -> Vec<OptionView> {
    match act.kind() {
        Kind::Words(words) => words
            .iter()
            .map(|word| OptionView {
                value: word.name.to_owned(),
                label: word.label.to_owned(),
                sentence: word.sentence.to_owned(),
                is_on: on == Some(word.name),
            })
            .collect(),
        Kind::Number { .. } => Vec::new(),
    }
}

impl RuleView {
    fn new(act: Act, sheet: &Sheet) -> Self {
        let usual = sheet.everybody(act);
        let (is_number, most, unit) = match act.kind() {
            Kind::Words(_) => (false, 0, ""),
            Kind::Number { most, unit, .. } => (true, most, unit),
        };
        let group = |group: &people::Group| {
            let own = sheet.kept(act, Some(group.id));
            let members = count(i64::try_from(group.members.len()).unwrap_or(i64::MAX), "person");
            GroupView {
                id: group.id,
                name: group.name.clone(),
                words: members.replace("persons", "people"),
                sentence: own.map(|value| act.kind().sentence(value)).unwrap_or_default(),
                value: own.unwrap_or_default().to_owned(),
                options: options(act, own),
            }
        };
        Self {
            key: act.key(),
            name: act.name(),
            doors: act.doors().iter().map(|door| door.name()).collect(),
            is_number,
            most,
            unit,
            value: usual.to_owned(),
            options: options(act, Some(usual)),
            groups: sheet.groups.iter().map(group).collect(),
            is_for_groups: act.is_for_groups(),
            usual: act.kind().label(usual),
            sentence: act.kind().sentence(usual),
            is_set: sheet.kept(act, None).is_some(),
        }
    }
}

fn named(key: &str) -> Result<Act, WebError> {
    Act::named(key).ok_or(WebError::NotFound)
}

/// GET /admin/policies/{key}
pub async fn rule(visit: Visit, at: Path<String>) -> PageResult {
    show(&visit, named(&at)?, &Fields::default(), Vec::new()).await
}

async fn show(visit: &Visit, act: Act, typed: &Fields, errors: Vec<FieldError>) -> PageResult {
    let read = visit.page(Place::Nowhere, move |tx, session| {
        open_to(session)?;
        Ok(RuleView::new(act, &Sheet::read(tx)?))
    });
    let (shell, mut it) = read.await?;
    if typed.has("value") && typed.get("group").is_empty() && it.is_number {
        typed.get("value").clone_into(&mut it.value);
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let asks = errors.iter().any(|error| error.field == "confirm");
    let confirm = typed.get("confirm").to_owned();
    page_with(status, &RulePage { shell, tabs: tabs(PAGE), errors, it, confirm, asks })
}

/// Lets nothing be forgotten that was not named: what is gone cannot be brought back.
pub fn confirmed(tx: &ReadTx<'_>, act: Act, days: &str, typed: &str) -> Result<(), Refused> {
    let Ok(new) = days.parse::<i64>() else { return Ok(()) };
    let gone = policy::outdated(tx, act, new)?;
    if gone == 0 || typed.trim() == days {
        return Ok(());
    }
    let words = format!(
        "{} older than {} would go within the hour, for ever. Type {days} here to go on.",
        count(gone, "message"),
        count(new, "day"),
    );
    Err(Refused::Field(FieldError::new("confirm", words)))
}

/// POST /admin/policies/{key}: `value`, none to take the rule away; `group` where it is a group's; `confirm` where something
/// is to be forgotten.
pub async fn set(visit: Visit, at: Path<String>, form: Form<Fields>) -> PageResult {
    let (act, here, fields) = (named(&at)?, visit.clone(), form.0.clone());
    let group: Option<GroupId> = match form.get("group") {
        "" => None,
        id => Some(id.parse().map_err(|_| WebError::NotFound)?),
    };
    let written: Result<(), Refused> = visit
        .attempt(&form, move |tx, session| {
            open_to(session)?;
            let value = Some(fields.get("value").trim()).filter(|value| !value.is_empty());
            confirmed(tx, act, value.unwrap_or(act.default()), fields.get("confirm"))?;
            Ok(policy::set(tx, &actor(&here, session), act, group, value)?)
        })
        .await;
    let mark = group.map_or("all".to_owned(), |id| format!("g{id}"));
    match written {
        Ok(()) => Ok(see(&format!("{PAGE}/{}?done=office#{mark}", act.key()))),
        Err(refused) => {
            let field = group.map_or("value".to_owned(), |id| format!("value-{id}"));
            show(&visit, act, &form, vec![refused.at(&field)?]).await
        }
    }
}

/// What holds for somebody.
pub struct VerdictView {
    pub name: &'static str,
    pub label: String,
    pub sentence: String,
    pub reason: String,
    /// Whether it is less than the office begins with.
    pub is_less: bool,
}

impl From<Verdict> for VerdictView {
    fn from(verdict: Verdict) -> Self {
        Self {
            name: verdict.act.name(),
            label: verdict.act.kind().label(&verdict.value),
            sentence: verdict.sentence(),
            reason: sentence(&verdict.reason()),
            is_less: verdict.value != verdict.act.default(),
        }
    }
}

#[derive(Template)]
#[template(path = "admin/policy_as.html")]
struct AsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    person: Person,
    groups: String,
    verdicts: Vec<VerdictView>,
    by: String,
    colleagues: Vec<ChoiceView>,
    seen: Vec<String>,
}

/// GET /admin/policies/as?person=: leads to the page of who was chosen.
pub async fn choose(visit: Visit) -> PageResult {
    visit.read(|_, session| open_to(session)).await?;
    let who: PersonId = visit.query.get("person").parse().map_err(|_| WebError::NotFound)?;
    Ok(see(&format!("{PAGE}/as/{who}")))
}

/// GET /admin/policies/as/{person}?by=: what a person may do, and what one colleague sees of the person.
pub async fn view_as(visit: Visit, at: Path<PersonId>) -> PageResult {
    let (who, by) = (*at, visit.query.get("by").parse::<PersonId>().ok());
    let read = visit.page(Place::Nowhere, move |tx, session| {
        open_to(session)?;
        let person = people::account_of(tx, who)?.person;
        let groups = people::groups(tx)?.into_iter().filter(|group| group.members.contains(&who));
        let groups: Vec<String> = groups.map(|group| group.name).collect();
        let by = by.filter(|by| *by != who).map(|by| people::account_of(tx, by)).transpose()?.map(|one| one.person);
        let seen = by.as_ref().map(|by| policy::seen(tx, &person, by.id)).transpose()?;
        let mut colleagues = choices(tx, by.as_ref().map_or(PersonId::new(0), |by| by.id))?;
        colleagues.retain(|one| one.id != who);
        Ok((person, groups.join(", "), policy::verdicts(tx, who)?, by, seen, colleagues))
    });
    let (shell, (person, groups, verdicts, by, seen, colleagues)) = read.await?;
    page(&AsPage {
        shell,
        tabs: tabs(PAGE),
        groups,
        verdicts: verdicts.into_iter().map(VerdictView::from).collect(),
        by: by.map(|by| by.full_name).unwrap_or_default(),
        colleagues,
        seen: seen.map(|seen| seen_words(&seen, &person)).unwrap_or_default(),
        person,
    })
}

/// What a colleague sees of a person, in sentences.
fn seen_words(seen: &policy::Seen, person: &Person) -> Vec<String> {
    let name = &person.full_name;
    let calendars = |found: usize| count(i64::try_from(found).unwrap_or(i64::MAX), "calendar");
    let presence = if seen.presence {
        format!("Sees whether {name} is here.")
    } else {
        format!("Does not see whether {name} is here: to them {name} always looks offline.")
    };
    let chat = match &seen.chat {
        None => format!("Chats with {name}."),
        Some(why) => sentence(why),
    };
    let calendar = match (seen.read, seen.busy) {
        (0, 0) => format!("Sees no calendar of {name}."),
        (read, 0) => format!("Reads {} of {name}, but for what is private.", calendars(read)),
        (0, busy) => format!("Sees of {} of {name} only when it is busy.", calendars(busy)),
        (read, busy) => {
            format!("Reads {} of {name}, and of {} sees only busy times.", calendars(read), calendars(busy))
        }
    };
    vec![presence, chat, calendar]
}
