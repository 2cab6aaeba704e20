//! The resolver: finds the mail servers of a domain in the Domain Name System. RFC 5321 §5.1, RFC 7505.

use crate::services::outside::{Exchanger, Later, LookupError, RecordKind, Resolver};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::OnceLock;
use std::time::Duration;
use tokio::time::timeout;

/// Longest look-up of one name.
const LOOKUP: Duration = Duration::from_secs(30);
/// One question to one server.
const QUESTION: Duration = Duration::from_secs(5);
/// Exchangers whose addresses are looked up.
const EXCHANGERS: usize = 5;
/// Records of one name that are read.
const RECORDS: usize = 50;
/// Characters of one that are read.
const RECORD: usize = 500;
/// Where mail servers listen.
const PORT: u16 = 25;

/// Asks name servers.
pub struct DnsResolver {
    server: Option<SocketAddr>,
    port: u16,
    takes_own: bool,
    asked: OnceLock<TokioResolver>,
}

/// Why a text names no name server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name server looks like 192.0.2.53 or 192.0.2.53:53")]
pub struct ServerError;

impl DnsResolver {
    /// A resolver that asks `server`, given as `address[:port]`; the system's where it is empty. Nothing is read or asked
    /// before the first look-up.
    ///
    /// # Errors
    /// Where `server` is no address.
    pub fn new(server: &str) -> Result<Self, ServerError> {
        let server = match server.trim() {
            "" => None,
            text => Some(match text.trim_matches(['[', ']']).parse::<IpAddr>() {
                Ok(ip) => SocketAddr::new(ip, 53),
                Err(_) => text.parse().map_err(|_| ServerError)?,
            }),
        };
        Ok(Self { server, port: PORT, takes_own: false, asked: OnceLock::new() })
    }

    /// The same, but mail servers listen on `port` and may run on this machine: for tests and closed networks.
    #[must_use]
    pub fn with_own_machine(self, port: u16) -> Self {
        Self { port, takes_own: true, ..self }
    }

    /// The library's resolver. Without a readable `/etc/resolv.conf` each look-up fails for a while, not the start.
    fn asked(&self) -> Result<&TokioResolver, NetError> {
        if let Some(asked) = self.asked.get() {
            return Ok(asked);
        }
        let mut builder = match self.server {
            None => TokioResolver::builder_tokio()?,
            Some(at) => {
                let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
                    connection.port = at.port();
                    connection
                });
                let server = NameServerConfig::new(at.ip(), true, connections.into());
                let config = ResolverConfig::from_name_servers(vec![server]);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
        };
        let options = builder.options_mut();
        options.timeout = QUESTION;
        options.attempts = 2;
        let built = builder.build()?;
        Ok(self.asked.get_or_init(|| built))
    }

    /// Every address of `host`, wherever it leads: who asks must look at them.
    ///
    /// # Errors
    /// Where there is no answer. A name that does not exist has no addresses.
    pub async fn addresses_of(&self, host: &str) -> Result<Vec<IpAddr>, LookupError> {
        let failed = || LookupError::Failed(host.to_owned());
        let Some(name) = fqdn(host) else { return Ok(Vec::new()) };
        let asked = self.asked().map_err(|_| failed())?;
        match timeout(LOOKUP, asked.lookup_ip(name)).await {
            Ok(Ok(found)) => Ok(found.iter().collect()),
            Ok(Err(error)) if error.is_no_records_found() || error.is_nx_domain() => Ok(Vec::new()),
            Ok(Err(_)) | Err(_) => Err(failed()),
        }
    }

    /// The records of a kind, each as a zone writes its value.
    async fn written(&self, kind: RecordKind, host: &str) -> Result<Vec<String>, LookupError> {
        let failed = || LookupError::Failed(host.to_owned());
        let name = fqdn(host).ok_or_else(failed)?;
        let kinds: &[RecordType] = match kind {
            RecordKind::Mx => &[RecordType::MX],
            RecordKind::Txt => &[RecordType::TXT],
            RecordKind::Srv => &[RecordType::SRV],
            RecordKind::Ptr => &[RecordType::PTR],
            RecordKind::Address => &[RecordType::A, RecordType::AAAA],
        };
        let asked = self.asked().map_err(|_| failed())?;
        let mut found = Vec::new();
        for kind in kinds {
            match timeout(LOOKUP, asked.lookup(name.clone(), *kind)).await {
                Ok(Ok(answer)) => found.extend(answer.answers().iter().filter_map(|record| value(&record.data))),
                Ok(Err(error)) if error.is_no_records_found() || error.is_nx_domain() => {}
                Ok(Err(_)) | Err(_) => return Err(failed()),
            }
        }
        found.truncate(RECORDS);
        Ok(found)
    }

    async fn exchangers(&self, domain: &str) -> Result<Vec<Exchanger>, LookupError> {
        if let Some(literal) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return self.literal(domain, literal);
        }
        let no_mail = || LookupError::NoMail(domain.to_owned());
        let name = fqdn(domain).ok_or_else(no_mail)?;
        let hosts = self.hosts(domain, name).await?;
        let mut found = Vec::new();
        let mut has_failed = false;
        for host in hosts.into_iter().take(EXCHANGERS) {
            match self.addresses(&host).await {
                Ok(addresses) if addresses.is_empty() => {}
                Ok(addresses) => {
                    let host = host.to_utf8().trim_end_matches('.').to_owned();
                    found.push(Exchanger { host, addresses, port: self.port });
                }
                Err(_) => has_failed = true,
            }
        }
        match (found.is_empty(), has_failed) {
            (false, _) => Ok(found),
            (true, true) => Err(LookupError::Failed(domain.to_owned())),
            (true, false) => Err(no_mail()),
        }
    }

    /// The names of the exchangers, best first; the domain itself where none is named.
    async fn hosts(&self, domain: &str, name: Name) -> Result<Vec<Name>, LookupError> {
        let failed = || LookupError::Failed(domain.to_owned());
        let asked = self.asked().map_err(|_| failed())?;
        let answer = match timeout(LOOKUP, asked.mx_lookup(name.clone())).await {
            Err(_) => return Err(failed()),
            Ok(Err(error)) if error.is_nx_domain() => return Err(LookupError::NoMail(domain.to_owned())),
            Ok(Err(error)) if error.is_no_records_found() => return Ok(vec![name]),
            Ok(Err(_)) => return Err(failed()),
            Ok(Ok(answer)) => answer,
        };
        let mut named: Vec<(u16, Name)> = Vec::new();
        for record in answer.answers() {
            if let RData::MX(mx) = &record.data {
                named.push((mx.preference, mx.exchange.clone()));
            }
        }
        // RFC 7505 §3: a single exchanger "." means that the domain takes no mail.
        named.retain(|(_, host)| !host.is_root());
        if named.is_empty() && !answer.answers().is_empty() {
            return Err(LookupError::NoMail(domain.to_owned()));
        }
        named.sort_by_key(|(preference, _)| *preference);
        Ok(named.into_iter().map(|(_, host)| host).collect())
    }

    /// The addresses of an exchanger that mail may go to; none where it has none for sure.
    async fn addresses(&self, host: &Name) -> Result<Vec<IpAddr>, LookupError> {
        let failed = || LookupError::Failed(host.to_utf8());
        let asked = self.asked().map_err(|_| failed())?;
        let mut name = host.clone();
        name.set_fqdn(true);
        match timeout(LOOKUP, asked.lookup_ip(name)).await {
            Ok(Ok(found)) => Ok(found.iter().filter(|ip| self.may_go_to(*ip)).collect()),
            Ok(Err(error)) if error.is_no_records_found() => Ok(Vec::new()),
            Ok(Err(_)) | Err(_) => Err(failed()),
        }
    }

    /// An address in brackets. RFC 5321 §4.1.3.
    fn literal(&self, domain: &str, literal: &str) -> Result<Vec<Exchanger>, LookupError> {
        let text = literal.get(..5).filter(|tag| tag.eq_ignore_ascii_case("ipv6:")).map_or(literal, |_| &literal[5..]);
        let address = text.parse().ok().filter(|ip| self.may_go_to(*ip));
        let address = address.ok_or_else(|| LookupError::NoMail(domain.to_owned()))?;
        Ok(vec![Exchanger { host: text.to_owned(), addresses: vec![address], port: self.port }])
    }

    /// A foreign domain must not send our mail to ourselves, nor to what listens on this machine alone.
    fn may_go_to(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        let is_link_local = match ip {
            IpAddr::V4(ip) => ip.is_link_local() || ip.is_broadcast(),
            IpAddr::V6(ip) => ip.is_unicast_link_local(),
        };
        let is_anywhere = !ip.is_unspecified() && !ip.is_multicast() && !is_link_local;
        is_anywhere && (self.takes_own || !ip.is_loopback() && !is_own(ip))
    }
}

/// Whether an address is one of this machine's: the system would speak to it from the same address. Nothing is sent.
fn is_own(ip: IpAddr) -> bool {
    let any: IpAddr = if ip.is_ipv4() { [0, 0, 0, 0].into() } else { [0_u16; 8].into() };
    let spoken_from = UdpSocket::bind((any, 0)).and_then(|socket| {
        socket.connect((ip, PORT))?;
        socket.local_addr()
    });
    spoken_from.is_ok_and(|from| from.ip() == ip)
}

/// A record as a zone writes its value; nothing for a kind that was not asked for, as aliases on the way.
fn value(data: &RData) -> Option<String> {
    let host = |name: &Name| name.to_utf8().trim_end_matches('.').to_owned();
    let text = match data {
        RData::MX(mx) => format!("{} {}", mx.preference, host(&mx.exchange)),
        RData::SRV(srv) => format!("{} {} {} {}", srv.priority, srv.weight, srv.port, host(&srv.target)),
        RData::TXT(txt) => String::from_utf8_lossy(&txt.txt_data.concat()).into_owned(),
        RData::A(ip) => ip.0.to_string(),
        RData::AAAA(ip) => ip.0.to_string(),
        RData::PTR(name) => host(&name.0),
        _ => return None,
    };
    Some(crate::kernel::text::cut(&crate::kernel::text::one_line(&text), RECORD))
}

fn fqdn(domain: &str) -> Option<Name> {
    let mut name = Name::from_utf8(domain).ok()?;
    name.set_fqdn(true);
    Some(name)
}

/// A domain in ASCII form. RFC 5890.
#[must_use]
pub fn ascii_domain(domain: &str) -> Option<String> {
    if domain.is_ascii() {
        return Some(domain.to_owned());
    }
    Some(fqdn(domain)?.to_ascii().trim_end_matches('.').to_owned())
}

impl Resolver for DnsResolver {
    fn mail_exchangers<'a>(&'a self, domain: &'a str) -> Later<'a, Result<Vec<Exchanger>, LookupError>> {
        Box::pin(self.exchangers(domain))
    }

    fn records<'a>(&'a self, kind: RecordKind, name: &'a str) -> Later<'a, Result<Vec<String>, LookupError>> {
        Box::pin(self.written(kind, name))
    }
}

#[cfg(test)]
pub(crate) mod tests;
