//! What stands in front of every page: whose request this is, and what a browser may do with the answer.

use super::Web;
use super::door::{Manners, paced};
use super::error::WebError;
use super::proxy::{client, sealed};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{RequestHead, ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, LOCATION, ORIGIN,
};
use actix_web::http::uri::Authority;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpResponse};

/// What our own pages may load and do: nothing but what comes from here, and HTML only through one policy.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    font-src 'self'; connect-src 'self'; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; \
    frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types office";

const HEADERS: [(&str, &str); 8] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"),
    ("x-frame-options", "DENY"),
    ("cache-control", "no-store"),
];

/// Two years, as browsers ask before they keep a name for ever.
const HSTS: &str = "max-age=63072000; includeSubDomains";

/// Refuses what another site's page posts.
pub async fn own_forms(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if !request.method().is_safe() && !is_same_origin(request.head()) {
        return Ok(request.error_response(WebError::ForeignForm));
    }
    // No browser packs what it posts, and a few packed bytes can unpack to more than there is memory.
    if request.headers().get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return Ok(request.error_response(WebError::BadInput("a packed form".to_owned())));
    }
    if request.method().is_safe() {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let has_files = request.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/"));
    let manners = request.app_data::<Data<Web>>().map_or_else(Manners::default, |web| web.manners);
    let tempo = if has_files { manners.files } else { manners.form };
    let posted = request.take_payload();
    request.set_payload(paced(posted, tempo));
    match tokio::time::timeout(tempo.total, next.call(request)).await {
        Ok(answer) => Ok(answer?.map_into_boxed_body()),
        Err(_) => Err(WebError::BadInput("a form that never ended".to_owned()).into()),
    }
}

/// Sets the headers that an answer has not set itself.
pub async fn headers(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let web = request.app_data::<Data<Web>>().cloned();
    let is_tls = web.as_ref().is_some_and(|web| client(request.head(), web).is_tls);
    let mut response = match web.as_ref().and_then(|web| sealed(request.head(), web)) {
        Some(there) => {
            request.into_response(HttpResponse::PermanentRedirect().insert_header((LOCATION, there)).finish())
        }
        None => next.call(request).await?.map_into_boxed_body(),
    };
    if let Some(web) = web {
        web.office.status.counters.answered(response.status().as_u16());
    }
    set_headers(response.headers_mut(), is_tls);
    Ok(response)
}

fn set_headers(headers: &mut HeaderMap, is_tls: bool) {
    let hsts = is_tls.then_some(("strict-transport-security", HSTS));
    for (name, value) in HEADERS.into_iter().chain(hsts) {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

/// Whether a request comes from a page of ours, as far as its headers tell. A program that sends neither header is no
/// browser, so nobody's cookies are with it against their will.
pub fn is_same_origin(head: &RequestHead) -> bool {
    let says = |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if says("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return false;
    }
    let Some(origin) = says(ORIGIN.as_str()) else { return true };
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    // HTTP/2 has no Host: browsers say `:authority` instead. RFC 9113 §8.3.1.
    let own = says(HOST.as_str()).or_else(|| head.uri.authority().map(Authority::as_str));
    host.is_some() && host == own
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut head = RequestHead::default();
        head.headers.insert(HOST, HeaderValue::from_static("office.test:8080"));
        for (name, value) in pairs {
            head.headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        is_same_origin(&head)
    }

    #[test]
    fn http_2_names_the_host_in_the_address() {
        let mut head = RequestHead::default();
        head.uri = "https://office.test:8080/login".parse().unwrap();
        head.headers.insert(ORIGIN, HeaderValue::from_static("https://office.test:8080"));
        assert!(is_same_origin(&head));
        head.headers.insert(ORIGIN, HeaderValue::from_static("https://evil.test"));
        assert!(!is_same_origin(&head));
    }

    #[test]
    fn only_our_own_pages_may_post() {
        assert!(asked(&[("origin", "http://office.test:8080")]));
        assert!(asked(&[("origin", "https://office.test:8080"), ("sec-fetch-site", "same-origin")]));
        assert!(asked(&[]), "a program without a browser's headers");
        for origin in ["null", "http://office.test", "http://office.test:8080.evil.test", "http://evil.test:8080", ""] {
            assert!(!asked(&[("origin", origin)]), "{origin}");
        }
        for site in ["cross-site", "same-site", "?"] {
            assert!(!asked(&[("sec-fetch-site", site)]), "{site}");
        }
    }
}
