//! People: who works here, under which addresses, in which groups, and who is signed in.
//!
//! Owns `people_*`. Asked by every other module who is who. Not here: passwords in the clear (`services::signin` turns
//! them into hashes), mailboxes (`mail`).

mod account;
mod address;
mod app_password;
mod error;
mod factor;
mod formats;
mod group;
mod link;
mod model;
mod person;
mod portrait;
mod registration;
mod session;
#[cfg(test)]
mod tests;
mod thing;
mod zone;

pub use account::{
    Account, Deed, GRACE, State, account_of, accounts, count_active, count_sessions, due_to_erase, end_sessions, erase,
    hasten_leaving, may, remove_alias, rename, set_groups, set_leaving, set_role,
};
pub use address::{
    add_alias, add_domain, addresses, addresses_in, domains, is_own_address, owner, primary_domain, remove_domain,
    route, set_primary_domain,
};
pub use app_password::{
    AppPassword, add_app_password, app_password, app_passwords, note_app_password, remove_app_password,
};
pub use error::PeopleError;
pub use factor::{
    Factor, begin_factor, confirm_factor, count_recovery, factor, has_factor, keep_recovery, remove_factor,
    use_recovery, use_step,
};
pub use formats::{Liked, like_formats, liked_by_token, liked_formats};
pub use group::{Group, disabled, group_address, groups, mates, remove_group, set_members};
pub use link::{drop_links, keep_link, link, link_ends};
pub use model::{NewPerson, NewSession, Person, Role, Route, Session};
pub use person::{add_group, add_person, all, any_admin, by_login, change_password, is_login, person, set_disabled};
pub use portrait::{portrait, portrait_at, remove_portrait, set_portrait};
pub use registration::{
    NewRegistration, Registration, count_registrations, may_register, register, registrations, take_registration,
};
pub use session::{end_other_sessions, end_session, open_session, see_session, session_by_token, sessions};
pub use thing::{add_thing, remove_thing};
pub use zone::{choose_zone, note_zone, zone};
