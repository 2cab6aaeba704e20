//! Every address of the office, taken from its router: what stands in for the parts that vary, and who may come there.

use hailstone::servers::web;

/// Who may come to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Whoever asks: a page for strangers, or one whose secret is in its address.
    Anybody,
    /// Nobody in particular: it leads on to another address.
    Onward,
    /// Who is signed in.
    People,
    /// Who runs the office.
    Admins,
}

/// One method at one address, as it is asked.
#[derive(Debug, Clone)]
pub struct Ask {
    pub method: &'static str,
    pub pattern: String,
    pub deed: &'static str,
    pub path: String,
}

/// Addresses that are open to whoever asks. Everything else is shut, also what is told to the router tomorrow.
const OPEN: [&str; 26] = [
    "/.well-known/acme-challenge/{token}",
    "/healthz",
    "/readyz",
    "/static/{hash}/{name:.*}",
    "/brand.css",
    "/brand/icon.svg",
    "/brand/icon-{name}.png",
    "/brand/logo",
    "/brand/logo-dark",
    "/brand/icon",
    "/brand/background",
    "/favicon.ico",
    "/sw.js",
    "/offline",
    "/manifest.webmanifest",
    "/setup",
    "/register",
    "/login",
    "/login/code",
    "/welcome/{token}",
    "/hook/{secret}",
    "/mail/inline/{who}/{id}/{index}/{mark}",
    "/feed/{secret}.ics",
    "/freebusy/{secret}.ifb",
    "/book/visit/{secret}",
    "/book/{name}",
];
const OPEN_TOO: [&str; 1] = ["/book/visit/{secret}/{deed:confirm|cancel|move}"];
const ONWARD: [&str; 3] = ["/", "/mail", "/settings"];

/// The deeds of addresses that end in one.
const DEEDS: [(&str, &[&str]); 10] = [
    ("/book/visit/{secret}/{deed:confirm|cancel|move}", &["confirm", "cancel", "move"]),
    (
        "/chat/message/{id}/{deed}",
        &["edit", "delete", "undelete", "react", "pin", "unpin", "star", "unstar", "report", "vote"],
    ),
    (
        "/chat/{conversation}/{deed}",
        &[
            "join",
            "leave",
            "hide",
            "rename",
            "topic",
            "archive",
            "reopen",
            "favourite",
            "unfavourite",
            "level",
            "invite",
            "kick",
            "ban",
            "unban",
            "mute",
            "unmute",
            "role",
        ],
    ),
    ("/people/groups/{id}/{deed}", &["rename", "remove", "up", "down", "put", "take-out"]),
    ("/admin/queue/{message}/{deed}", &["retry", "drop"]),
    ("/admin/feeds/{id}/{deed}", &["up", "down", "off", "on", "remove"]),
    (
        "/admin/people/{id}/{deed}",
        &[
            "name",
            "alias",
            "alias-remove",
            "groups",
            "disable",
            "enable",
            "sign-out",
            "factor-off",
            "picture-remove",
            "role",
            "delete",
            "keep",
        ],
    ),
    ("/admin/people/asking/{registration}/{deed}", &["admit", "refuse"]),
    ("/admin/groups/{id}/{deed}", &["members", "remove"]),
    ("/admin/domains/{name}/{deed}", &["footer", "first", "remove"]),
];

/// Who may come to the address with this pattern.
pub fn is_for(pattern: &str) -> For {
    match pattern {
        pattern if ONWARD.contains(&pattern) => For::Onward,
        pattern if OPEN.contains(&pattern) || OPEN_TOO.contains(&pattern) => For::Anybody,
        "/metrics" | "/admin" => For::Admins,
        pattern if pattern.starts_with("/setup/") => For::Admins,
        pattern if pattern.starts_with("/admin/") => For::Admins,
        _ => For::People,
    }
}

/// Every method at every address, with something true enough to be read in the place of each part that varies; an
/// address that ends in a deed once for each.
///
/// # Panics
/// At an address with a part or a deed that nothing is known of: it is new, and wants a line here.
pub fn every() -> Vec<Ask> {
    let mut all = Vec::new();
    for address in web::addresses() {
        let deeds = if address.pattern.contains("{deed") {
            let known = DEEDS.iter().find(|(pattern, _)| *pattern == address.pattern);
            known.unwrap_or_else(|| panic!("the deeds of {} are not known", address.pattern)).1
        } else {
            &[""]
        };
        for deed in deeds {
            let path = filled(&address.pattern, deed);
            all.push(Ask { method: address.method, pattern: address.pattern.clone(), deed, path });
        }
    }
    assert!(all.len() > 200, "the router was not asked");
    all
}

fn filled(pattern: &str, deed: &str) -> String {
    let mut path = String::new();
    let mut rest = pattern;
    while let Some(start) = rest.find('{') {
        let end = start + rest[start..].find('}').unwrap();
        path.push_str(&rest[..start]);
        let name = rest[start + 1..end].split(':').next().unwrap();
        path.push_str(match name {
            "deed" => deed,
            "id" | "item" | "conversation" | "message" | "person" | "hook" | "index" | "who" | "registration" => "1",
            "view" => "week",
            "date" => "2026-11-27",
            "folder" => "inbox",
            "form" => "jsonl",
            "symbol" => "ACME",
            "key" => "mail.outside",
            "secret" | "token" | "mark" | "hash" => "0123456789abcdef",
            "name" => "name",
            other => panic!("nothing is known to stand for {{{other}}} in {pattern}"),
        });
        rest = &rest[end + 1..];
    }
    path + rest
}
