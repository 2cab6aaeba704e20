//! Whether the host of a link is what it looks like.
//!
//! A browser shows letters of all scripts; `аррӏе.com` in Cyrillic looks like another firm. Names that mix such scripts
//! are shown as machines read them (`xn--…`), as browsers do. Unicode TR 39 §5.2, kept to the scripts that look alike.

/// The host that a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Host {
    /// Its name as machines read it.
    pub name: String,
    /// Whether its letters could be taken for others.
    pub is_doubtful: bool,
    /// Whether a name stands before it that could be taken for it: `https://bank.test@evil.test`.
    pub has_login: bool,
}

impl Host {
    /// Whether a label hides where the link leads: a doubtful name, or an address of another host.
    pub fn belies(&self, label: &str) -> bool {
        let word = label.trim();
        let behind_scheme = ["https://", "http://"].iter().find_map(|scheme| word.strip_prefix(scheme));
        let named = behind_scheme.unwrap_or(word).split(['/', '?', '#']).next().unwrap_or_default();
        let is_address = behind_scheme.is_some() || looks_like_host(named);
        let named = idna::domain_to_ascii(named).unwrap_or_default();
        let is_same = named.trim_start_matches("www.") == self.name.trim_start_matches("www.");
        self.is_doubtful || self.has_login || is_address && !is_same
    }
}

/// Whether a single word is more likely a host than a file or the end of a sentence.
fn looks_like_host(word: &str) -> bool {
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    word.split('.').all(is_label) && (word.starts_with("www.") || ENDINGS.iter().any(|end| word.ends_with(end)))
}

/// Ends of names that deceivers like to show.
const ENDINGS: [&str; 8] = [".com", ".org", ".net", ".de", ".uk", ".eu", ".gov", ".bank"];

/// The address with its host as machines read it, and that host. `None` where no browser would find one.
pub(super) fn read(url: &str) -> Option<(String, Host)> {
    let start = url.find("://")? + 3;
    let end = url[start..].find(['/', '?', '#', '\\']).map_or(url.len(), |end| start + end);
    let authority = &url[start..end];
    let (login, place) = authority.rsplit_once('@').map_or((None, authority), |(login, place)| (Some(login), place));
    let (written, port) = split_port(place);
    if written.contains('%') || !port.is_empty() && port[1..].parse::<u16>().is_err() {
        return None;
    }
    let name = if written.starts_with('[') { written.to_owned() } else { idna::domain_to_ascii(written).ok()? };
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._[]:".contains(&b)) {
        return None;
    }
    let login_part = login.map(|login| format!("{login}@")).unwrap_or_default();
    let href = format!("{}{login_part}{name}{port}{}", &url[..start], &url[end..]);
    Some((href, Host { is_doubtful: is_doubtful(written, &name), has_login: login.is_some(), name }))
}

/// The host, and its port with the colon.
fn split_port(place: &str) -> (&str, &str) {
    let colon = if place.starts_with('[') { place.find("]:").map(|at| at + 1) } else { place.find(':') };
    colon.map_or((place, ""), |colon| place.split_at(colon))
}

fn is_doubtful(written: &str, name: &str) -> bool {
    if name.split('.').any(|label| label.starts_with("xn--")) && written.is_ascii() {
        return true;
    }
    if written.is_ascii() {
        return false;
    }
    let (shown, _) = idna::domain_to_unicode(name);
    // Letters that stand for others: full width, ligatures, invisible ones.
    if shown != written.to_lowercase() {
        return true;
    }
    let scripts: Vec<Script> = shown.chars().filter_map(Script::of).collect();
    let alike = scripts.contains(&Script::LooksLatin);
    let is_mixed_label = shown.split('.').any(|label| {
        let mut here = label.chars().filter_map(Script::of);
        here.next().is_some_and(|first| here.any(|other| other != first))
    });
    is_mixed_label || alike && scripts.iter().any(|script| *script != Script::LooksLatin)
}

/// Scripts, as far as they can be taken for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    /// Its letters can be taken for Latin ones: Greek, Cyrillic, Armenian, Cherokee and all that is rare.
    LooksLatin,
    /// East Asian, which writes with several scripts at once.
    EastAsian,
    /// Others in wide use that look like nothing else.
    Other,
}

impl Script {
    /// The script of a letter; digits and signs belong to all.
    const fn of(c: char) -> Option<Self> {
        Some(match c {
            '0'..='9' | '-' | '.' => return None,
            // Latin as Western and Central Europe write it; dotless and stroked letters of elsewhere are rare.
            'a'..='z' | '\u{DF}'..='\u{130}' | '\u{132}'..='\u{17F}' | '\u{1E00}'..='\u{1EFF}' => Self::Latin,
            '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{20000}'..='\u{3FFFF}' => {
                Self::EastAsian
            }
            '\u{590}'..='\u{6FF}' | '\u{900}'..='\u{E7F}' => Self::Other,
            _ => Self::LooksLatin,
        })
    }
}
