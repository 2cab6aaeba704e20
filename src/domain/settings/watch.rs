//! Settings of what an office watches of itself.

use super::{Kind, Setting};

/// How long it can be asked where a message is.
pub const TRACE_DAYS: Setting = Setting {
    key: "trace.days",
    kind: Kind::Number(1, 365),
    default: "30",
    sentence: "Days for which it is kept what became of each message that came in or went out.",
};

/// Whether the Domain Name System is asked by the clock.
pub const DNS_WATCH: Setting = Setting {
    key: "dns.watch",
    kind: Kind::Word(&["on", "off"]),
    default: "on",
    sentence: "Whether it is looked once a day if the domains’ DNS says what it must; off for an office without Internet.",
};

/// Those that administrators set.
pub(super) const SET: [Setting; 2] = [TRACE_DAYS, DNS_WATCH];
