//! A person's own groups of colleagues: made, named, put in order and filled on the people pages.

use super::error::WebError;
use super::form::{FieldError, Fields};
use super::page::{PageResult, see};
use super::people;
use super::session::Visit;
use crate::domain::people::Session;
use crate::domain::roster::{self, RosterError};
use crate::domain::store::{StoreError, WriteTx};
use crate::kernel::id::{OwnGroupId, PersonId};
use crate::kernel::text::sentence;
use actix_web::web::{Form, Path};

/// Why a deed was not done: what the person can put right, or anything else.
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

impl From<RosterError> for Refused {
    fn from(error: RosterError) -> Self {
        match error {
            RosterError::NoGroup | RosterError::NoPerson => Self::Web(WebError::NotFound),
            RosterError::BadName | RosterError::Taken(_) | RosterError::TooMany => {
                Self::Words(FieldError::new("name", sentence(&error.to_string())))
            }
            RosterError::Store(error) => Self::Web(error.into()),
        }
    }
}

/// POST /people/groups: `name`.
pub async fn make(visit: Visit, form: Form<Fields>) -> PageResult {
    let name = form.get("name").to_owned();
    let made: Result<OwnGroupId, Refused> =
        visit.attempt(&form, move |tx, session| Ok(roster::make(tx, session.person.id, &name)?)).await;
    match made {
        Ok(id) => Ok(see(&format!("/people?own={id}"))),
        Err(Refused::Words(error)) => people::show(visit, None, Some((form.get("name").to_owned(), error))).await,
        Err(Refused::Web(error)) => Err(error),
    }
}

/// POST /people/groups/{id}/{deed}
pub async fn act(visit: Visit, at: Path<(OwnGroupId, String)>, form: Form<Fields>) -> PageResult {
    let (id, deed) = at.into_inner();
    let (own, fields) = (deed.clone(), form.0.clone());
    let done: Result<(), Refused> =
        visit.attempt(&form, move |tx, session| do_deed(tx, session, id, &own, &fields)).await;
    match done {
        Ok(()) if deed == "remove" => Ok(see("/people?done=group-removed")),
        Ok(()) => Ok(see(&format!("/people?own={id}"))),
        Err(Refused::Words(error)) => people::show(visit, Some(id), Some((form.get("name").to_owned(), error))).await,
        Err(Refused::Web(error)) => Err(error),
    }
}

fn do_deed(tx: &WriteTx<'_>, session: &Session, id: OwnGroupId, deed: &str, fields: &Fields) -> Result<(), Refused> {
    let me = session.person.id;
    let person = || fields.get("person").parse::<PersonId>().map_err(|_| WebError::NotFound);
    match deed {
        "rename" => roster::rename(tx, me, id, fields.get("name"))?,
        "remove" => roster::remove(tx, me, id)?,
        "up" => roster::shift(tx, me, id, true)?,
        "down" => roster::shift(tx, me, id, false)?,
        "put" => roster::put(tx, me, id, person()?)?,
        "take-out" => roster::take_out(tx, me, id, person()?)?,
        _ => return Err(WebError::NotFound.into()),
    }
    Ok(())
}

/// POST /people/{id}/groups: `group`, those that the person is to be in.
pub async fn place(visit: Visit, at: Path<PersonId>, form: Form<Fields>) -> PageResult {
    let id = at.into_inner();
    let wanted: Vec<OwnGroupId> = form.all("group").filter_map(|group| group.parse().ok()).collect();
    let write = visit.write(&form, move |tx, session| {
        let me = session.person.id;
        for group in roster::groups(tx, me).map_err(of_roster)? {
            let is_in = group.members.contains(&id);
            match (is_in, wanted.contains(&group.id)) {
                (false, true) => roster::put(tx, me, group.id, id).map_err(of_roster)?,
                (true, false) => roster::take_out(tx, me, group.id, id).map_err(of_roster)?,
                _ => {}
            }
        }
        Ok(())
    });
    write.await?;
    Ok(see(&format!("/people/{id}?done=room")))
}

/// What a page says of a refusal that its forms do not lead to.
pub fn of_roster(error: RosterError) -> WebError {
    match error {
        RosterError::NoGroup | RosterError::NoPerson => WebError::NotFound,
        RosterError::BadName | RosterError::Taken(_) | RosterError::TooMany => WebError::BadInput(error.to_string()),
        RosterError::Store(error) => error.into(),
    }
}
