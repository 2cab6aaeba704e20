//! What changes of presence look like: the person, the dot, the words, as far as the reader may know them.

use super::super::error::WebError;
use super::super::presence::Watch;
use super::super::session::Visit;
use super::patch::Patches;
use crate::domain::event::Signal;
use crate::domain::presence::Device;
use crate::domain::store::ReadTx;
use crate::kernel::id::{PersonId, SessionId};

/// What a stream comes from.
pub(super) fn device(agent: &str, session: SessionId) -> Device {
    let is_phone = ["Mobi", "iPhone", "Android"].iter().any(|mark| agent.contains(mark));
    Device { is_phone, session: Some(session) }
}

/// Tells of those whose presence was said to be another.
pub(super) fn tell(
    tx: &ReadTx<'_>,
    visit: &Visit,
    watch: &mut Watch,
    signals: &[Signal],
    to: &mut Patches,
) -> Result<(), WebError> {
    let person = |signal: &Signal| match signal {
        Signal::Presence(person) => Some(*person),
        Signal::Typing { .. } | Signal::Delivered { .. } | Signal::Read { .. } | Signal::Quote(_) => None,
    };
    let people: Vec<PersonId> = signals.iter().filter_map(person).collect();
    if people.is_empty() {
        return Ok(());
    }
    for view in watch.patches(tx, visit, &people)? {
        to.say(None, "presence", &view.json(), "");
    }
    Ok(())
}
