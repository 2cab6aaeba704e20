//! What goes wrong, in the words of SMTP. Failures of the office are logged here, once.

use crate::domain::people::PeopleError;
use crate::domain::store::StoreError;
use crate::kernel::text::sentence;
use crate::proto::auth::SaslError;
use crate::proto::smtp::reply::{Reply, fixed};
use crate::proto::smtp::{CommandError, Flaw};
use crate::services::arrive::ArriveError;
use crate::services::signin::SigninError;

/// To RCPT for a name that nobody has. RFC 3463 X.1.1.
pub(super) const NO_SUCH_USER: Reply = Reply::fixed(550, "5.1.1", "There is no such address here");
/// To RCPT for a domain that is not the office's: it is no relay. RFC 5321 §3.6.2.
pub(super) const NOT_OURS: Reply = Reply::fixed(550, "5.7.1", "Relaying denied");
/// To MAIL with somebody else's address. RFC 6409 §6.1.
pub(super) const NOT_YOUR_ADDRESS: Reply = Reply::fixed(553, "5.7.1", "That is not one of your addresses");
/// To a large message among too many others.
pub(super) const CROWDED: Reply = Reply::fixed(421, "4.3.1", "Too many large messages at once; try again later");
/// To a message there is no room for. RFC 3463 X.3.1.
pub(super) const NO_ROOM: Reply = Reply::fixed(452, "4.3.1", "The office has no room left; try again later");
/// To whatever the store could not do. RFC 3463 X.3.0.
const STORE: Reply = Reply::fixed(451, "4.3.0", "The office could not keep it; try again later");

/// To mail for a mailbox that is full for now. RFC 3463 X.2.2.
pub(super) const FULL: Reply = Reply::fixed(452, "4.2.2", "This mailbox is full; try again later");
/// To a message that is larger than the mailbox may ever hold. RFC 3463 X.2.2.
pub(super) const TOO_LARGE_FOR_MAILBOX: Reply = Reply::fixed(552, "5.2.2", "This message is larger than the mailbox");

/// The answer to what a rule of the office bars. RFC 3463 X.7.1.
pub(super) fn barred(why: &str) -> Reply {
    Reply::told(550, "5.7.1", sentence(why))
}

/// The answer to a line that cannot be obeyed.
pub(super) const fn command(error: CommandError) -> Reply {
    match error {
        CommandError::Unknown => fixed::UNKNOWN,
        CommandError::Syntax => fixed::SYNTAX,
        CommandError::Parameter => fixed::PARAMETER,
        CommandError::Sender => fixed::BAD_SENDER,
        CommandError::Recipient => fixed::BAD_RECIPIENT,
        CommandError::NeedsUtf8 => fixed::NEEDS_UTF8,
    }
}

/// The answer to a text with a flaw.
pub(super) const fn flaw(flaw: Flaw) -> Reply {
    match flaw {
        Flaw::BareCr => Reply::fixed(554, "5.6.0", "A carriage return stands without a line feed"),
        Flaw::BareLf => Reply::fixed(554, "5.6.0", "A line feed stands without a carriage return"),
        Flaw::Nul => Reply::fixed(554, "5.6.0", "The message holds a NUL"),
        Flaw::LongLine => Reply::fixed(554, "5.6.0", "A line of the message is too long"),
        Flaw::TooLarge => fixed::TOO_LARGE,
    }
}

/// The answer to a sign-in that cannot be read.
pub(super) const fn sasl(error: SaslError) -> Reply {
    match error {
        SaslError::Base64 | SaslError::Shape => fixed::AUTH_UNREADABLE,
        SaslError::OtherIdentity => fixed::AUTH_WRONG,
    }
}

/// The answer to a sign-in that failed.
pub(super) fn signin(error: &SigninError) -> Reply {
    match error {
        SigninError::Wrong => fixed::AUTH_WRONG,
        SigninError::SlowDown { wait } => {
            let text = format!("Too many wrong passwords; try again in {} s", wait.as_secs().max(1));
            Reply::told(454, "4.7.0", text)
        }
        SigninError::Busy => fixed::AUTH_LATER,
        SigninError::Store(error) => {
            tracing::error!(%error, "a sign-in could not be checked");
            fixed::AUTH_LATER
        }
    }
}

/// The answer to a question the store did not answer.
pub(super) fn store(error: &StoreError) -> Reply {
    if error.is_no_room() {
        return NO_ROOM;
    }
    tracing::error!(%error, "an address could not be looked up");
    STORE
}

/// The answer where it is not known who is who.
pub(super) fn people(error: &PeopleError) -> Reply {
    match error {
        PeopleError::Store(error) => store(error),
        _ => NO_SUCH_USER,
    }
}

/// The answer to a message that was not kept.
pub(super) fn arrive(error: &ArriveError) -> Reply {
    match error {
        ArriveError::NoRoom => {
            tracing::warn!("a message was put off: no room");
            NO_ROOM
        }
        ArriveError::TooManyHops => Reply::fixed(554, "5.4.6", "The message went round in circles"),
        ArriveError::NotYourAddress => Reply::fixed(550, "5.7.1", "The From line names an address that is not yours"),
        ArriveError::Barred(why) => barred(why),
        ArriveError::TooLargeForMailbox => TOO_LARGE_FOR_MAILBOX,
        ArriveError::NoRecipient => fixed::NO_RECIPIENTS,
        error @ (ArriveError::Changed | ArriveError::Store(_)) => {
            tracing::error!(%error, "a message could not be kept");
            STORE
        }
    }
}
