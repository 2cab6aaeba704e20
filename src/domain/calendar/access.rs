//! Access: the one function that decides what a person may do with a calendar.

use super::CalendarError;
use super::model::{CalendarKind, Rights};
use crate::domain::policy::{self, Act};
use crate::domain::store::{ReadTx, StoreError};
use crate::kernel::id::{CalendarId, PersonId};
use rusqlite::OptionalExtension;

/// What a person may do with a calendar, and what deciding it has read anyway. Whoever has one may at least know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// The calendar.
    pub calendar: CalendarId,
    /// What it is.
    pub kind: CalendarKind,
    /// Whose it is.
    pub owner: Option<PersonId>,
    /// What the person may do.
    pub rights: Rights,
}

/// What a person may do with a calendar: the most of what everybody may, what they were given, what their groups may, and
/// what its owner may; no more than the office's rule for its owner lets be seen. Administrators own what is nobody's, and
/// nothing else.
///
/// # Errors
/// `NoCalendar` for all that is not this person's to know of.
pub fn access(tx: &ReadTx<'_>, who: PersonId, id: CalendarId) -> Result<Access, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select c.kind, c.owner,
                max(c.open_to,
                    ifnull((select s.rights from calendar_share s where s.calendar = c.id and s.person = ?2), 0),
                    ifnull((select max(g.rights) from calendar_group_share g
                              join people_member m on m.in_group = g.in_group and m.person = ?2
                             where g.calendar = c.id), 0),
                    case when exists (select 1 from people_member m where m.in_group = c.in_group and m.person = ?2)
                         then 3 else 0 end,
                    case when c.owner = ?2 then 5 else 0 end,
                    case when c.owner is null
                          and (select p.role from people_person p where p.id = ?2 and p.is_disabled = 0) >= 1
                         then 5 else 0 end)
           from calendar_calendar c where c.id = ?1",
    )?;
    let found = found.query_row((id, who), |row| {
        let kind = CalendarKind::from_row(row.get(0)?);
        Ok(Access { calendar: id, kind, owner: row.get(1)?, rights: Rights::from_row(row.get(2)?) })
    });
    match found.optional()? {
        Some(access) if access.rights > Rights::Nothing => {
            Ok(Access { rights: at_most(tx, who, access.owner, access.rights)?, ..access })
        }
        _ => Err(CalendarError::NoCalendar),
    }
}

/// Rights to somebody's calendar, no more than the office's rule for its owner lets be given. Who acts for the owner, and
/// the owner, keep theirs.
pub(super) fn at_most(
    tx: &ReadTx<'_>,
    who: PersonId,
    owner: Option<PersonId>,
    rights: Rights,
) -> Result<Rights, StoreError> {
    let Some(owner) = owner.filter(|owner| *owner != who && rights > Rights::Busy && rights < Rights::Act) else {
        return Ok(rights);
    };
    let shows_detail = policy::of(tx, owner, Act::CalendarDetail)?.value == "full";
    Ok(if shows_detail { rights } else { Rights::Busy })
}

impl Access {
    /// Lets nobody through who may not put events there.
    pub(super) fn writer(self) -> Result<Self, CalendarError> {
        if self.kind.is_read_only() {
            return Err(CalendarError::NotAllowed("this calendar is only read"));
        }
        if self.rights < Rights::Write {
            return Err(CalendarError::NotAllowed("you may not change this calendar"));
        }
        Ok(self)
    }

    /// Lets nobody through whose calendar it is not.
    pub(super) fn owner(self) -> Result<Self, CalendarError> {
        if self.rights < Rights::Own {
            return Err(CalendarError::NotAllowed("only its owner may do that"));
        }
        Ok(self)
    }

    /// Whether the person may read an event of it. What is private stays so in the calendar of a room that it is in, also
    /// for those who run the office.
    #[must_use]
    pub fn may_read(&self, is_private: bool) -> bool {
        if is_private && self.kind == CalendarKind::Resource {
            return false;
        }
        self.rights >= if is_private { Rights::Act } else { Rights::Read }
    }
}
