//! Settings: own rules for what others say to me.

use super::error::WebError;
use super::filters;
use super::form::{FieldError, Fields};
use super::page::{PageResult, page_with, see};
use super::session::Visit;
use super::settings::{Choice, Tab, choices, tabs};
use super::shell::{Place, Shell};
use crate::domain::filter::{self, Deed, FilterError, Rule, State};
use crate::domain::people::{self, Person};
use crate::domain::store::StoreError;
use crate::kernel::id::{PersonId, RuleId};
use crate::kernel::limits;
use crate::kernel::text::sentence;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;

const STATES: [(&str, &str, State); 4] = [
    ("any", "However I am", State::Any),
    ("away", "While I am away", State::Away),
    ("busy", "While I am not to be disturbed", State::Busy),
    ("offline", "While I am offline", State::Offline),
];
const DEEDS: [(&str, &str); 3] = [
    ("answer", "Answer with these words"),
    ("forward", "Pass it on to a colleague"),
    ("mail", "Send it to me by mail"),
];

/// Why a rule was not made.
enum Refused {
    Words(FieldError),
    Web(WebError),
}

impl From<WebError> for Refused {
    fn from(error: WebError) -> Self {
        Self::Web(error)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Web(error.into())
    }
}

impl From<FilterError> for Refused {
    fn from(error: FilterError) -> Self {
        let field = match error {
            FilterError::NoRule => return Self::Web(WebError::NotFound),
            FilterError::Store(error) => return Self::Web(error.into()),
            FilterError::NoColleague => "to",
            FilterError::NoText => "text",
            FilterError::TooMany => "",
        };
        Self::Words(FieldError::new(field, sentence(&error.to_string())))
    }
}

/// A rule in words.
struct RuleView {
    id: RuleId,
    when: String,
    then: String,
}

struct PersonChoice {
    id: PersonId,
    name: String,
    is_sayer: bool,
    is_to: bool,
}

#[derive(Template)]
#[template(path = "settings/rules.html")]
struct RulesPage {
    shell: Shell,
    tabs: Vec<Tab>,
    rules: Vec<RuleView>,
    people: Vec<PersonChoice>,
    states: Vec<Choice>,
    deeds: Vec<Choice>,
    words: String,
    text: String,
    hours: u64,
    errors: Vec<FieldError>,
}

impl RulesPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

/// GET /settings/rules
pub async fn form(visit: Visit) -> PageResult {
    show(&visit, Fields::default(), Vec::new()).await
}

async fn show(visit: &Visit, typed: Fields, errors: Vec<FieldError>) -> PageResult {
    let read = visit.page(Place::Settings, |tx, session| {
        let rules = filter::rules(tx, session.person.id).map_err(of_filter)?;
        Ok((session.person.id, rules, people::all(tx)?))
    });
    let (shell, (me, rules, everybody)) = read.await?;
    let chosen = |name: &str| typed.get(name).parse::<PersonId>().ok();
    let others = everybody.iter().filter(|other| other.id != me && !other.is_disabled);
    let people = others.map(|other| PersonChoice {
        id: other.id,
        name: other.full_name.clone(),
        is_sayer: chosen("sayer") == Some(other.id),
        is_to: chosen("to") == Some(other.id),
    });
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let or = |value: &str, otherwise: &str| if value.is_empty() { otherwise.to_owned() } else { value.to_owned() };
    let states = STATES.map(|(value, words, _)| (value, words));
    page_with(
        status,
        &RulesPage {
            shell,
            tabs: tabs("/settings/rules"),
            rules: rules.iter().map(|rule| RuleView::new(rule, &everybody)).collect(),
            people: people.collect(),
            states: choices(&states, &or(typed.get("state"), "any")),
            deeds: choices(&DEEDS, &or(typed.get("deed"), "answer")),
            words: typed.get("words").to_owned(),
            text: typed.get("text").to_owned(),
            hours: limits::FILTER_PAUSE.as_secs() / 3600,
            errors,
        },
    )
}

impl RuleView {
    fn new(rule: &Rule, everybody: &[Person]) -> Self {
        let name = |id: PersonId| {
            everybody.iter().find(|one| one.id == id).map_or_else(|| "somebody".to_owned(), |one| one.full_name.clone())
        };
        let from = rule.sayer.map_or_else(|| "anybody".to_owned(), name);
        let state = STATES.iter().find(|(.., state)| *state == rule.state).map_or("", |(_, words, _)| *words);
        let about = if rule.words.is_empty() { String::new() } else { format!(", with “{}”", rule.words) };
        Self {
            id: rule.id,
            when: format!("{state}, from {from}{about}"),
            then: match &rule.deed {
                Deed::Forward(person) => format!("Pass it on to {}", name(*person)),
                Deed::Answer(text) => format!("Answer: {text}"),
                Deed::Mail => "Send it to me by mail".to_owned(),
            },
        }
    }
}

/// POST /settings/rules: `sayer`, `state`, `words`, `deed`, `to`, `text`.
pub async fn make(visit: Visit, form: Form<Fields>) -> PageResult {
    let fields = form.0.clone();
    let made: Result<RuleId, Refused> = visit
        .attempt(&form, move |tx, session| {
            let deed = match fields.get("deed") {
                "forward" => Deed::Forward(fields.get("to").parse().map_err(|_| FilterError::NoColleague)?),
                "mail" => Deed::Mail,
                _ => Deed::Answer(fields.get("text").to_owned()),
            };
            let state = STATES.iter().find(|(value, ..)| *value == fields.get("state"));
            let rule = Rule {
                id: RuleId::new(0),
                sayer: fields.get("sayer").parse().ok(),
                state: state.map_or(State::Any, |(.., state)| *state),
                words: fields.get("words").to_owned(),
                deed,
            };
            Ok(filter::make(tx, session.person.id, &rule)?)
        })
        .await;
    match made {
        Ok(_) => Ok(see("/settings/rules?done=rule")),
        Err(Refused::Words(error)) => show(&visit, form.0, vec![error]).await,
        Err(Refused::Web(error)) => Err(error),
    }
}

/// POST /settings/rules/{id}/remove
pub async fn remove(visit: Visit, at: Path<RuleId>, form: Form<Fields>) -> PageResult {
    let id = at.into_inner();
    visit.write(&form, move |tx, session| filter::remove(tx, session.person.id, id).map_err(of_filter)).await?;
    Ok(see("/settings/rules?done=rule-removed"))
}

fn of_filter(error: FilterError) -> WebError {
    match error {
        FilterError::NoRule => WebError::NotFound,
        FilterError::Store(error) => error.into(),
        other => WebError::BadInput(other.to_string()),
    }
}
