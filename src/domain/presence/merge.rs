//! The merging: all that is known of a person becomes one presence, by one table. The first rule that holds wins.

use super::model::{Choice, Chosen, Input, Link, Presence, Show, Source};
use crate::kernel::clock::Moment;
use std::time::Duration;

/// How long a connection that broke off still counts as there.
pub(super) const GRACE: Duration = Duration::from_secs(15);
/// So many times the span after which a person is away, the person is away for longer.
const LONG: u32 = 3;

/// All that is known of a person.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// What the person has chosen.
    pub choice: &'a Choice,
    /// The person's connections.
    pub links: &'a [Link],
    /// What other parts of the office know, by source.
    pub told: &'a [Option<Input>; Source::COUNT],
    /// Without a touch for so long, the person is away.
    pub idle: Duration,
    /// When the person was last connected.
    pub seen_at: Option<Moment>,
}

/// What a rule makes of a person; the note is added to it.
type Verdict = Option<Presence>;

/// One rule: what it is called, and what it makes of a person where it holds.
pub type Rule = (&'static str, fn(&Inputs<'_>, Moment) -> Verdict);

/// The order of precedence. The first rule that holds wins.
pub const RULES: [Rule; 10] = [
    ("appears offline by choice", invisible),
    ("is not connected", not_connected),
    ("busy or away by choice", chosen_away),
    ("in a call", in_a_call),
    ("in a meeting", in_a_meeting),
    ("free by choice", chosen_free),
    ("outside working hours", outside_hours),
    ("left alone everywhere, for long", idle_for_long),
    ("left alone everywhere", idle),
    ("here", here),
];

/// How a person is at `now`. Whether somebody else may know it is for [`super::Eyes`] to say.
#[must_use]
pub fn merge(inputs: &Inputs<'_>, now: Moment) -> Presence {
    let found = RULES.iter().find_map(|(_, holds)| holds(inputs, now)).unwrap_or_default();
    Presence { note: inputs.choice.note_at(now).to_owned(), ..found }
}

/// The next moment at which time alone may change what [`merge`] says.
pub(super) fn next_turn(inputs: &Inputs<'_>, now: Moment) -> Option<Moment> {
    let told = inputs.told.iter().flatten().filter_map(|input| input.until);
    let gone = inputs.links.iter().filter_map(|link| link.gone_at).map(|gone| gone.plus(GRACE));
    let left =
        idle_since(inputs, now).into_iter().flat_map(|since| [since.plus(inputs.idle), since.plus(long(inputs))]);
    let chosen = [inputs.choice.show_until, inputs.choice.note_until].into_iter().flatten();
    told.chain(gone).chain(left).chain(chosen).filter(|at| *at > now).min()
}

/// The connections that count at `now`.
pub(super) fn living(links: &[Link], now: Moment) -> impl Iterator<Item = &Link> {
    links.iter().filter(move |link| link.gone_at.is_none_or(|gone| gone.plus(GRACE) > now))
}

fn offline(inputs: &Inputs<'_>) -> Presence {
    Presence { last_seen: inputs.seen_at, ..Presence::default() }
}

/// Looks in all to others as if the person had gone when it was chosen: the last touch is not told any more either.
fn invisible(inputs: &Inputs<'_>, now: Moment) -> Verdict {
    let is_so = inputs.choice.show_at(now) == Chosen::Invisible;
    is_so.then(|| Presence { is_invisible: true, until: inputs.choice.show_until, ..offline(inputs) })
}

fn not_connected(inputs: &Inputs<'_>, now: Moment) -> Verdict {
    living(inputs.links, now).next().is_none().then(|| offline(inputs))
}

fn chosen(inputs: &Inputs<'_>, now: Moment, which: &[(Chosen, Show)]) -> Verdict {
    let chosen = inputs.choice.show_at(now);
    let (_, show) = which.iter().find(|(wanted, _)| *wanted == chosen)?;
    Some(Presence { show: *show, until: inputs.choice.show_until, ..Presence::default() })
}

fn chosen_away(inputs: &Inputs<'_>, now: Moment) -> Verdict {
    let all = [(Chosen::Busy, Show::Busy), (Chosen::Away, Show::Away), (Chosen::ExtendedAway, Show::ExtendedAway)];
    chosen(inputs, now, &all)
}

fn chosen_free(inputs: &Inputs<'_>, now: Moment) -> Verdict {
    chosen(inputs, now, &[(Chosen::Available, Show::Available)])
}

fn told(inputs: &Inputs<'_>, now: Moment, source: Source, show: Show) -> Verdict {
    let input = inputs.told[source.place()].as_ref()?;
    let holds = input.until.is_none_or(|until| until > now);
    holds.then(|| Presence { show, reason: input.reason.clone(), until: input.until, ..Presence::default() })
}

fn in_a_call(inputs: &Inputs<'_>, now: Moment) -> Verdict {
    told(inputs, now, Source::Call, Show::Busy)
}

fn in_a_meeting(inputs: &Inputs<'_>, now: Moment) -> Verdict {
    told(inputs, now, Source::Calendar, Show::Meeting)
}

fn outside_hours(inputs: &Inputs<'_>, now: Moment) -> Verdict {
    told(inputs, now, Source::Hours, Show::Away)
}

/// Since when every connection has been left alone; `None` while one of them is in use.
fn idle_since(inputs: &Inputs<'_>, now: Moment) -> Option<Moment> {
    let is_used = living(inputs.links, now).any(|link| !link.is_idle);
    if is_used { None } else { living(inputs.links, now).map(|link| link.active_at).max() }
}

fn long(inputs: &Inputs<'_>) -> Duration {
    inputs.idle.saturating_mul(LONG)
}

fn idle_after(inputs: &Inputs<'_>, now: Moment, span: Duration, show: Show) -> Verdict {
    let since = idle_since(inputs, now).filter(|since| since.plus(span) <= now)?;
    Some(Presence { show, since: Some(since), reason: "idle".to_owned(), ..Presence::default() })
}

fn idle_for_long(inputs: &Inputs<'_>, now: Moment) -> Verdict {
    idle_after(inputs, now, long(inputs), Show::ExtendedAway)
}

fn idle(inputs: &Inputs<'_>, now: Moment) -> Verdict {
    idle_after(inputs, now, inputs.idle, Show::Away)
}

/// Here; by the phone alone where no other connection is in use.
fn here(inputs: &Inputs<'_>, now: Moment) -> Verdict {
    let is_at_desk = living(inputs.links, now).any(|link| !link.is_idle && !link.device.is_phone);
    let is_on_phone = living(inputs.links, now).any(|link| !link.is_idle && link.device.is_phone);
    let reason = if is_on_phone && !is_at_desk { "on the phone" } else { "" };
    Some(Presence { show: Show::Available, reason: reason.to_owned(), ..Presence::default() })
}
