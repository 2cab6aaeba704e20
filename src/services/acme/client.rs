//! HTTPS to an authority: one request a connection, with a cap and a deadline.

use super::{AcmeError, at};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderValue};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// The longest that one exchange may take.
const WHOLE: Duration = Duration::from_secs(20);
/// Bytes of an answer that are read: a chain has some ten thousand.
const ANSWER: usize = 256 * 1024;

/// Speaks to an authority.
pub(super) struct Client(Arc<ClientConfig>);

impl Client {
    /// A client that believes in the root in `root`, or in the system's.
    pub(super) fn new(root: Option<&Path>) -> Result<Self, AcmeError> {
        let mut roots = RootCertStore::empty();
        match root {
            Some(path) => {
                let pem = std::fs::read(path).map_err(|error| at(path, error))?;
                let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
                let found = found.map_err(|error| at(path, std::io::Error::other(error.to_string())))?;
                roots.add_parsable_certificates(found);
            }
            None => drop(roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs)),
        }
        if roots.is_empty() {
            return Err(AcmeError::Unreachable("there are no certificates to believe it by".to_owned()));
        }
        Ok(Self(Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())))
    }
}

impl HttpClient for Client {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let tls = Arc::clone(&self.0);
        Box::pin(async move {
            let late = || Error::Other("no answer in time".into());
            tokio::time::timeout(WHOLE, exchange(tls, request)).await.unwrap_or_else(|_| Err(late()))
        })
    }
}

async fn exchange(tls: Arc<ClientConfig>, request: Request<BodyWrapper<Bytes>>) -> Result<BytesResponse, Error> {
    let (mut head, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let (Some("https"), Some(authority)) = (head.uri.scheme_str(), head.uri.authority().cloned()) else {
        return Err(Error::Other("it is not at an https address".into()));
    };
    let host = authority.host().trim_matches(['[', ']']).to_owned();
    let stream = TcpStream::connect((host.as_str(), authority.port_u16().unwrap_or(443))).await.map_err(other)?;
    let name = ServerName::try_from(host).map_err(other)?;
    let stream = TlsConnector::from(tls).connect(name, stream).await.map_err(other)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(other)?;
    let connection = tokio::spawn(connection);
    head.headers.insert(HOST, HeaderValue::from_str(authority.as_str()).map_err(other)?);
    head.uri = head.uri.path_and_query().map_or("/", |target| target.as_str()).parse()?;
    let answer = answered(&mut sender, Request::from_parts(head, Full::new(body))).await;
    connection.abort();
    answer
}

async fn answered(
    sender: &mut http1::SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Result<BytesResponse, Error> {
    let (head, body) = sender.send_request(request).await.map_err(other)?.into_parts();
    let body = Limited::new(body, ANSWER).collect().await.map_err(Error::Other)?.to_bytes();
    Ok(BytesResponse::from(Response::from_parts(head, Full::new(body))))
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Other(Box::new(error))
}
