//! The shapes of `people`.

use crate::kernel::clock::Moment;
use crate::kernel::id::{PersonId, SessionId};
use crate::kernel::text::EmailAddress;

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Uses the office.
    Member,
    /// Runs it as well.
    Admin,
    /// Says who runs it as well.
    Owner,
}

impl Role {
    /// Every role, the smallest first.
    pub const ALL: [Self; 3] = [Self::Member, Self::Admin, Self::Owner];

    /// Whether the person runs the office.
    #[must_use]
    pub fn runs_office(self) -> bool {
        self >= Self::Admin
    }

    /// Its name in forms and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    pub(super) const fn to_row(self) -> i64 {
        match self {
            Self::Member => 0,
            Self::Admin => 1,
            Self::Owner => 2,
        }
    }

    pub(super) const fn from_row(row: i64) -> Self {
        match row {
            1 => Self::Admin,
            2 => Self::Owner,
            _ => Self::Member,
        }
    }
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub id: PersonId,
    /// The name to sign in with.
    pub name: String,
    /// The name that others read.
    pub full_name: String,
    /// The first address.
    pub address: EmailAddress,
    /// What the person may do.
    pub role: Role,
    /// Whether signing in is barred. Mail still arrives.
    pub is_disabled: bool,
    /// The mark of the picture; empty for none.
    pub portrait: String,
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// The name to sign in with; also the local part of the first address.
    pub name: String,
    /// The name that others read.
    pub full_name: String,
    /// What the person may do.
    pub role: Role,
    /// The password's hash, as a PHC string.
    pub password: String,
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// Who is signed in.
    pub person: Person,
    /// What every form of this session carries.
    pub csrf: String,
    /// What it says it is.
    pub device: String,
    /// Where it was last seen.
    pub address: String,
    /// When it began.
    pub made_at: Moment,
    /// When it was last seen.
    pub seen_at: Moment,
}

/// A session to be opened.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Who signs in.
    pub person: PersonId,
    /// The secret that the browser keeps; only its hash is stored.
    pub token: String,
    /// What every form of this session carries.
    pub csrf: String,
    /// What the browser says it is.
    pub device: String,
    /// Where it is.
    pub address: String,
}

/// Where mail for an address goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// To these people.
    People(Vec<PersonId>),
    /// The domain is ours, the name is nobody's.
    NoSuchAddress,
    /// The domain is not ours.
    NotOurs,
}
