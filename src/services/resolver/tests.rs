//! What the resolver promises, with a name server of the test's own.

use super::*;
use hickory_resolver::proto::op::{Message, MessageType, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, MX};
use hickory_resolver::proto::rr::{Record, RecordType};
use tokio::net::UdpSocket as Udp;

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

fn mx(owner: &str, preference: u16, host: &str) -> Record {
    Record::from_rdata(name(owner), 60, RData::MX(MX::new(preference, name(host))))
}

fn a(owner: &str, ip: [u8; 4]) -> Record {
    Record::from_rdata(name(owner), 60, RData::A(A(ip.into())))
}

/// What the name server answers to one question.
fn answer(owner: &str, kind: RecordType) -> Result<Vec<Record>, ResponseCode> {
    Ok(match (owner, kind) {
        ("two.example.", RecordType::MX) => vec![mx(owner, 20, "b.example."), mx(owner, 10, "a.example.")],
        ("a.example.", RecordType::A) => vec![a(owner, [198, 51, 100, 1])],
        ("b.example.", RecordType::A) => vec![a(owner, [198, 51, 100, 2])],
        ("only-a.example.", RecordType::A) => vec![a(owner, [198, 51, 100, 3])],
        ("null.example.", RecordType::MX) => vec![mx(owner, 0, ".")],
        ("loop.example.", RecordType::MX) => vec![mx(owner, 0, "localhost.example.")],
        ("mixed.example.", RecordType::A) => vec![a(owner, [8, 8, 8, 8]), a(owner, [127, 0, 0, 1])],
        ("meta.example.", RecordType::A) => vec![a(owner, [169, 254, 169, 254])],
        ("localhost.example.", RecordType::A) => vec![a(owner, [127, 0, 0, 1])],
        ("half.example.", RecordType::MX) => vec![mx(owner, 1, "broken.example."), mx(owner, 2, "b.example.")],
        ("bad.example.", RecordType::MX) => vec![mx(owner, 1, "broken.example.")],
        ("nowhere.example.", RecordType::MX) => vec![mx(owner, 1, "gone.example.")],
        ("xn--mller-kva.example.", RecordType::MX) => vec![mx(owner, 1, "a.example.")],
        ("broken.example." | "servfail.example.", _) => return Err(ResponseCode::ServFail),
        ("gone.example.", _) => return Err(ResponseCode::NXDomain),
        _ => Vec::new(),
    })
}

/// A name server on this machine.
pub(crate) async fn serve() -> SocketAddr {
    let socket = Udp::bind("127.0.0.1:0").await.unwrap();
    let at = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut bytes = [0; 4096];
        while let Ok((length, from)) = socket.recv_from(&mut bytes).await {
            let asked = Message::from_vec(&bytes[..length]).unwrap();
            let query = asked.queries[0].clone();
            let mut reply = Message::response(asked.metadata.id, asked.metadata.op_code);
            reply.metadata.message_type = MessageType::Response;
            reply.metadata.recursion_available = true;
            match answer(&query.name().to_lowercase().to_ascii(), query.query_type()) {
                Ok(found) => reply.answers.extend(found),
                Err(code) => reply.metadata.response_code = code,
            }
            reply.queries.push(query);
            socket.send_to(&reply.to_vec().unwrap(), from).await.unwrap();
        }
    });
    at
}

async fn found(resolver: &DnsResolver, domain: &str) -> Result<Vec<(String, String)>, LookupError> {
    let found = resolver.mail_exchangers(domain).await?;
    Ok(found.into_iter().map(|one| (one.host, one.addresses[0].to_string())).collect())
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(host, ip)| ((*host).to_owned(), (*ip).to_owned())).collect()
}

#[tokio::test]
async fn exchangers_come_best_first_and_a_domain_without_any_is_its_own() {
    let resolver = DnsResolver::new(&serve().await.to_string()).unwrap();
    let two = pairs(&[("a.example", "198.51.100.1"), ("b.example", "198.51.100.2")]);
    assert_eq!(found(&resolver, "two.example").await, Ok(two));
    assert_eq!(found(&resolver, "only-a.example").await, Ok(pairs(&[("only-a.example", "198.51.100.3")])));
    assert_eq!(found(&resolver, "müller.example").await, Ok(pairs(&[("a.example", "198.51.100.1")])));
    assert_eq!(found(&resolver, "half.example").await, Ok(pairs(&[("b.example", "198.51.100.2")])));
}

#[tokio::test]
async fn what_takes_no_mail_is_final_and_what_fails_is_not() {
    let resolver = DnsResolver::new(&serve().await.to_string()).unwrap();
    for domain in ["null.example", "gone.example", "nowhere.example", "nothing.example", "loop.example", "[127.0.0.1]"]
    {
        assert_eq!(found(&resolver, domain).await, Err(LookupError::NoMail(domain.to_owned())), "{domain}");
    }
    for domain in ["servfail.example", "bad.example"] {
        assert_eq!(found(&resolver, domain).await, Err(LookupError::Failed(domain.to_owned())), "{domain}");
    }
}

#[tokio::test]
async fn only_a_closed_network_sends_to_its_own_machine() {
    let resolver = DnsResolver::new(&serve().await.to_string()).unwrap();
    assert!(resolver.may_go_to([198, 51, 100, 1].into()));
    for ip in ["127.0.0.1", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "169.254.169.254", "fe80::1", "224.0.0.1"] {
        assert!(!resolver.may_go_to(ip.parse().unwrap()), "{ip}");
    }
    let closed = resolver.with_own_machine(2525);
    let found = closed.mail_exchangers("loop.example").await.unwrap();
    assert_eq!((found[0].port, found[0].addresses.clone()), (2525, vec![IpAddr::from([127, 0, 0, 1])]));
}

#[tokio::test]
async fn an_address_in_brackets_is_taken_as_it_is() {
    let resolver = DnsResolver::new("198.51.100.53").unwrap();
    assert_eq!(found(&resolver, "[198.51.100.9]").await, Ok(pairs(&[("198.51.100.9", "198.51.100.9")])));
    assert_eq!(found(&resolver, "[IPv6:2001:db8::9]").await, Ok(pairs(&[("2001:db8::9", "2001:db8::9")])));
    assert!(found(&resolver, "[no address]").await.is_err());
}

#[test]
fn a_name_server_is_an_address_with_or_without_a_port() {
    let server = |text| DnsResolver::new(text).map(|resolver| resolver.server.map(|at| at.to_string()));
    assert_eq!(server(""), Ok(None));
    assert_eq!(server("198.51.100.53"), Ok(Some("198.51.100.53:53".to_owned())));
    assert_eq!(server("127.0.0.1:5353"), Ok(Some("127.0.0.1:5353".to_owned())));
    assert_eq!(server("2001:db8::53"), Ok(Some("[2001:db8::53]:53".to_owned())));
    assert_eq!(server("[2001:db8::53]:54"), Ok(Some("[2001:db8::53]:54".to_owned())));
    assert_eq!(server("ns.example").unwrap_err(), ServerError);
}
