//! What the Domain Name System is to say of the office, and what it says: asked when somebody looks, and once a day beside
//! everything else.

use crate::domain::people;
use crate::domain::store::StoreError;
use crate::kernel::clock::Moment;
use crate::services::office::Office;
use crate::services::outside::{LookupError, RecordKind};
use futures_util::stream::{self, StreamExt as _};
use std::net::IpAddr;
use std::time::Duration;
use tokio::time::timeout;

/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(12);
/// Questions that are asked at a time.
const AT_ONCE: usize = 8;
/// Mail domains that are looked at.
const DOMAINS: usize = 50;

/// How much hangs on a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Without it mail does not arrive, or is not believed.
    Must,
    /// It helps.
    Helps,
}

/// A record as it is to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The mail domain that it is for; empty for the host itself.
    pub domain: String,
    /// Its kind.
    pub kind: RecordKind,
    /// Its owner name, without the dot at its end.
    pub name: String,
    /// What it says.
    pub value: String,
    /// What it is for.
    pub why: &'static str,
    /// How much hangs on it.
    pub need: Need,
}

impl Wanted {
    /// As a line of a zone file. RFC 1035 §5.1.
    #[must_use]
    pub fn line(&self) -> String {
        let kind = self.kind.name();
        match self.kind {
            RecordKind::Txt => format!("{}. 3600 IN {kind} \"{}\"", self.name, self.value),
            RecordKind::Mx | RecordKind::Srv | RecordKind::Ptr => {
                format!("{}. 3600 IN {kind} {}.", self.name, self.value)
            }
            RecordKind::Address => format!("{}. 3600 IN A {}", self.name, self.value),
        }
    }
}

/// How what is found stands to what is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is as it should be.
    Good,
    /// There is none.
    Missing,
    /// There is another.
    Other,
    /// Nobody answered.
    Unknown,
}

/// A record that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What is wanted.
    pub wanted: Wanted,
    /// How it stands.
    pub state: State,
    /// What was found, each as it is written.
    pub found: Vec<String>,
}

impl Checked {
    /// Whether somebody should know.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.wanted.need == Need::Must && matches!(self.state, State::Missing | State::Other)
    }
}

/// What was found when it was looked last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// When.
    pub at: Moment,
    /// Every record.
    pub records: Vec<Checked>,
}

impl Report {
    /// Records that are not as they must be.
    #[must_use]
    pub fn broken(&self) -> usize {
        self.records.iter().filter(|one| one.is_broken()).count()
    }

    /// Whether nobody answered at all: the office is not connected, or has no name server.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.records.iter().all(|one| one.state == State::Unknown)
    }
}

/// The records of one mail domain whose office is on `hostname`.
#[must_use]
pub fn of_domain(domain: &str, hostname: &str) -> Vec<Wanted> {
    let one = |kind, name: String, value: String, why, need| Wanted {
        domain: domain.to_owned(),
        kind,
        name,
        value,
        why,
        need,
    };
    let bare = domain.to_owned();
    vec![
        one(RecordKind::Mx, bare.clone(), format!("10 {hostname}"), "Where mail for the domain goes", Need::Must),
        one(RecordKind::Txt, bare, "v=spf1 mx -all".to_owned(), "Who may send in the domain’s name", Need::Must),
        one(
            RecordKind::Txt,
            format!("_dmarc.{domain}"),
            format!("v=DMARC1; p=quarantine; rua=mailto:postmaster@{domain}"),
            "What others do with mail that only pretends",
            Need::Helps,
        ),
        one(
            RecordKind::Srv,
            format!("_submissions._tcp.{domain}"),
            format!("0 1 465 {hostname}"),
            "Mail programs set themselves up",
            Need::Helps,
        ),
        one(
            RecordKind::Srv,
            format!("_submission._tcp.{domain}"),
            format!("0 1 587 {hostname}"),
            "Mail programs set themselves up",
            Need::Helps,
        ),
    ]
}

/// Every record that is wanted. Of the host's own only what is asked for: its addresses are not known to the office.
///
/// # Errors
/// Where the file cannot be read.
pub async fn wanted(office: &Office) -> Result<Vec<Wanted>, StoreError> {
    let domains = office.store.read(people::domains).await.map_err(StoreError::from)?;
    let mut all: Vec<_> = domains.iter().take(DOMAINS).flat_map(|domain| of_domain(domain, &office.hostname)).collect();
    all.push(Wanted {
        domain: String::new(),
        kind: RecordKind::Address,
        name: office.hostname.clone(),
        value: "the server’s address".to_owned(),
        why: "Where the server is",
        need: Need::Must,
    });
    Ok(all)
}

/// Looks every record up, and notes what was found.
///
/// # Errors
/// Where the file cannot be read.
pub async fn look(office: &Office) -> Result<Report, StoreError> {
    let wanted = wanted(office).await?;
    // In their order, though several are asked for at a time: where nobody answers, one would wait for each in turn.
    let mut records: Vec<Checked> =
        stream::iter(wanted).map(|wanted| check(office, wanted)).buffered(AT_ONCE).collect().await;
    let of_host = |one: &&Checked| one.wanted.kind == RecordKind::Address;
    let addresses = records.iter().find(of_host).map(|one| one.found.clone()).unwrap_or_default();
    records.extend(backwards(office, &addresses).await);
    let report = Report { at: office.clock.now(), records };
    for one in report.records.iter().filter(|one| one.is_broken()) {
        let (name, kind, found) = (&one.wanted.name, one.wanted.kind.name(), one.found.join(", "));
        tracing::warn!(door = "dns", name, kind, wanted = one.wanted.value, found, "a record is not as it must be");
    }
    office.status.looked_up(report.clone());
    Ok(report)
}

/// The names of the host's addresses, which other servers ask for before they take mail.
async fn backwards(office: &Office, addresses: &[String]) -> Vec<Checked> {
    let mut all = Vec::new();
    for ip in addresses.iter().filter_map(|address| address.parse::<IpAddr>().ok()).take(4) {
        let wanted = Wanted {
            domain: String::new(),
            kind: RecordKind::Ptr,
            name: reverse(ip),
            value: office.hostname.clone(),
            why: "Other servers look whose address it is; your provider sets it",
            need: Need::Helps,
        };
        all.push(check(office, wanted).await);
    }
    all
}

/// The name under which an address is looked up. RFC 1035 §3.5, RFC 3596 §2.5.
fn reverse(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(ip) => {
            let nibbles = ip.octets().into_iter().rev().map(|byte| format!("{:x}.{:x}.", byte & 15, byte >> 4));
            nibbles.collect::<String>() + "ip6.arpa"
        }
    }
}

async fn check(office: &Office, wanted: Wanted) -> Checked {
    let asked = office.outside.resolver.records(wanted.kind, &wanted.name);
    let found = match timeout(PATIENCE, asked).await {
        Ok(Ok(found)) => found,
        Ok(Err(LookupError::NoMail(_))) => Vec::new(),
        Ok(Err(LookupError::Failed(_))) | Err(_) => {
            return Checked { wanted, state: State::Unknown, found: Vec::new() };
        }
    };
    judge(wanted, found)
}

/// How what was found stands to what is wanted.
fn judge(wanted: Wanted, found: Vec<String>) -> Checked {
    let mark = if wanted.name.starts_with("_dmarc.") { "v=dmarc1" } else { "v=spf1" };
    // Under a name with texts for many purposes only those of the same purpose count.
    let found: Vec<String> = match wanted.kind {
        RecordKind::Txt => found.into_iter().filter(|text| text.to_lowercase().starts_with(mark)).collect(),
        _ => found,
    };
    let state = match found.as_slice() {
        [] => State::Missing,
        found if is_good(&wanted, found) => State::Good,
        _ => State::Other,
    };
    Checked { wanted, state, found }
}

fn is_good(wanted: &Wanted, found: &[String]) -> bool {
    let host = |record: &String| record.rsplit(' ').next().unwrap_or_default().trim_end_matches('.').to_lowercase();
    let own = wanted.value.rsplit(' ').next().unwrap_or_default().to_lowercase();
    match wanted.kind {
        RecordKind::Address => true,
        RecordKind::Mx | RecordKind::Ptr => found.iter().any(|record| host(record) == own),
        RecordKind::Srv => {
            let port = |record: &str| record.split(' ').nth(2).map(ToOwned::to_owned);
            found.iter().any(|record| host(record) == own && port(record) == port(&wanted.value))
        }
        // RFC 7208 §4.5: more than one is an error. It must let the servers send that take the mail.
        RecordKind::Txt if wanted.name == wanted.domain => {
            let words = |record: &String| record.to_lowercase().split(' ').any(|word| matches!(word, "mx" | "+mx"));
            matches!(found, [only] if words(only) || names_servers(only))
        }
        RecordKind::Txt => matches!(found, [only] if only.to_lowercase().replace(' ', "").contains("p=")),
    }
}

/// Whether a policy of senders names servers in another way, which nobody here can judge.
fn names_servers(record: &str) -> bool {
    record.to_lowercase().split(' ').any(|word| {
        ["ip4:", "ip6:", "a:", "include:", "redirect="]
            .iter()
            .any(|start| word.trim_start_matches('+').starts_with(start))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(kind: RecordKind, name: &str, found: &[&str]) -> State {
        let all = of_domain("example.org", "mail.example.org");
        let wanted = all.into_iter().find(|one| one.kind == kind && one.name == name).unwrap();
        judge(wanted, found.iter().map(|one| (*one).to_owned()).collect()).state
    }

    #[test]
    fn what_is_found_is_judged_as_another_server_would() {
        let mx = |found: &[&str]| judged(RecordKind::Mx, "example.org", found);
        assert_eq!(mx(&[]), State::Missing);
        assert_eq!(mx(&["10 MAIL.example.org."]), State::Good);
        assert_eq!(mx(&["5 other.example", "10 mail.example.org"]), State::Good);
        assert_eq!(mx(&["10 other.example"]), State::Other);
        let spf = |found: &[&str]| judged(RecordKind::Txt, "example.org", found);
        assert_eq!(spf(&["google-site-verification=x"]), State::Missing);
        assert_eq!(spf(&["google-site-verification=x", "v=spf1 mx -all"]), State::Good);
        assert_eq!(spf(&["v=spf1 include:_spf.else.example ~all"]), State::Good);
        assert_eq!(spf(&["v=spf1 -all"]), State::Other);
        assert_eq!(spf(&["v=spf1 mx -all", "v=spf1 -all"]), State::Other, "two are none");
        let dmarc = |found: &[&str]| judged(RecordKind::Txt, "_dmarc.example.org", found);
        assert_eq!(dmarc(&["v=DMARC1; p=none"]), State::Good);
        assert_eq!(dmarc(&["v=spf1 mx"]), State::Missing);
        let srv = |found: &[&str]| judged(RecordKind::Srv, "_submissions._tcp.example.org", found);
        assert_eq!(srv(&["0 1 465 mail.example.org."]), State::Good);
        assert_eq!(srv(&["0 1 587 mail.example.org."]), State::Other);
    }

    #[test]
    fn addresses_are_looked_up_backwards_as_the_standards_say() {
        assert_eq!(reverse([192, 0, 2, 1].into()), "1.2.0.192.in-addr.arpa");
        let ip: IpAddr = "2001:db8::567:89ab".parse().unwrap();
        assert_eq!(reverse(ip), "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
    }

    #[test]
    fn lines_can_be_pasted_into_a_zone() {
        let lines: Vec<_> = of_domain("example.org", "mail.example.org").iter().map(Wanted::line).collect();
        assert_eq!(lines[0], "example.org. 3600 IN MX 10 mail.example.org.");
        assert_eq!(lines[1], "example.org. 3600 IN TXT \"v=spf1 mx -all\"");
        assert_eq!(lines[3], "_submissions._tcp.example.org. 3600 IN SRV 0 1 465 mail.example.org.");
    }
}
