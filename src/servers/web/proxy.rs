//! Where a request comes from: who connects, or, where that is a proxy that is trusted, whom it speaks for.

use super::Web;
use super::error::WebError;
use actix_web::dev::RequestHead;
use actix_web::http::header::HeaderMap;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Answered in the clear even where all else is sent on to https: what authorities and those who watch ask for.
const IN_THE_CLEAR: [&str; 3] = ["/.well-known/acme-challenge/", "/healthz", "/readyz"];

/// Who asks, and how they reached the office or its proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    /// Their address.
    pub ip: IpAddr,
    /// Whether nobody on the way can read along, as far as is known.
    pub is_tls: bool,
}

/// Who asks. `X-Forwarded-For` and `X-Forwarded-Proto` count from a trusted proxy alone.
pub fn client(head: &RequestHead, web: &Web) -> Client {
    let peer = head.peer_addr.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip()).to_canonical();
    let is_proxy = |ip: IpAddr| web.office.status.is_proxy(ip);
    if !is_proxy(peer) {
        return Client { ip: peer, is_tls: web.is_tls };
    }
    let proto =
        said(&head.headers, "x-forwarded-proto").last().is_some_and(|proto| proto.eq_ignore_ascii_case("https"));
    Client { ip: spoken_for(peer, &head.headers, is_proxy), is_tls: web.is_tls || proto }
}

/// The nearest address that is no trusted proxy's. Each proxy adds whom it was asked by at the end, so what stands before
/// that was written by who may have made it up.
fn spoken_for(peer: IpAddr, headers: &HeaderMap, is_proxy: impl Fn(IpAddr) -> bool) -> IpAddr {
    let mut nearest = peer;
    for word in said(headers, "x-forwarded-for").into_iter().rev() {
        let Some(ip) = address(word) else { return nearest };
        nearest = ip;
        if !is_proxy(ip) {
            return ip;
        }
    }
    nearest
}

/// The words of all header fields of a name, in order.
fn said<'h>(headers: &'h HeaderMap, name: &str) -> Vec<&'h str> {
    let texts = headers.get_all(name).filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).map(str::trim).collect()
}

/// An address as proxies write it, with a port or without.
fn address(word: &str) -> Option<IpAddr> {
    let bare = word.trim_matches(['[', ']']).parse().ok();
    bare.or_else(|| word.parse::<SocketAddr>().ok().map(|socket| socket.ip())).map(|ip: IpAddr| ip.to_canonical())
}

/// Where a request in the clear is to be sent on to; nothing where it is answered as it is.
pub fn sealed(head: &RequestHead, web: &Web) -> Option<String> {
    let port = web.manners.sealed_port?;
    let path = head.uri.path_and_query().map_or("/", |at| at.as_str());
    if client(head, web).is_tls || IN_THE_CLEAR.iter().any(|open| path.starts_with(open)) {
        return None;
    }
    let port = if port == 443 { String::new() } else { format!(":{port}") };
    Some(format!("https://{}{port}{path}", web.office.hostname))
}

/// GET /.well-known/acme-challenge/{token}: what proves to an authority that this name is the office's. RFC 8555 §8.3.
pub async fn challenge(request: HttpRequest, token: Path<String>) -> Result<HttpResponse, WebError> {
    let web = request.app_data::<Data<Web>>().ok_or(WebError::NotFound)?;
    let word = web.office.status.proofs.word(&token).ok_or(WebError::NotFound)?;
    Ok(HttpResponse::Ok().content_type("application/octet-stream").body(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn from(values: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HeaderName::from_static("x-forwarded-for"), HeaderValue::from_static(value));
        }
        let is_proxy = |ip: IpAddr| ip.is_loopback() || ip.to_string().starts_with("10.");
        spoken_for("127.0.0.1".parse().unwrap(), &headers, is_proxy).to_string()
    }

    #[test]
    fn the_nearest_stranger_is_who_asks() {
        assert_eq!(from(&[]), "127.0.0.1");
        assert_eq!(from(&["192.0.2.7"]), "192.0.2.7");
        assert_eq!(from(&["198.51.100.9, 192.0.2.7"]), "192.0.2.7", "what a visitor made up");
        assert_eq!(from(&["192.0.2.7, 10.0.0.1"]), "192.0.2.7");
        assert_eq!(from(&["198.51.100.9", "192.0.2.7,10.0.0.1"]), "192.0.2.7", "in two fields");
        assert_eq!(from(&["10.0.0.2, 10.0.0.1"]), "10.0.0.2");
        assert_eq!(from(&["192.0.2.7:4711"]), "192.0.2.7");
        assert_eq!(from(&["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(from(&["2001:db8::1"]), "2001:db8::1");
        assert_eq!(from(&["::ffff:192.0.2.7"]), "192.0.2.7");
        assert_eq!(from(&["192.0.2.7, unknown"]), "127.0.0.1");
        assert_eq!(from(&["192.0.2.7, 10.0.0.1, <script>"]), "127.0.0.1");
    }
}
