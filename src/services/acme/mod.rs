//! A certificate from an authority: RFC 8555, proven by HTTP-01 or by TLS-ALPN-01 (RFC 8737).
//!
//! `obtain` runs one order from the account to the chain; what it shows meanwhile to prove that the name is the office's
//! lies in `Proofs`, which the web door and every TLS door ask. Not here: when it is time, which `servers::net::renew` knows.

mod client;
mod proofs;

pub use proofs::{ALPN, Proofs};

use client::Client;
use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, ChallengeType, Identifier, LetsEncrypt, NewAccount, NewOrder,
    Order, OrderStatus, RetryPolicy,
};
use proofs::Shown;
use rcgen::{CertificateParams, DistinguishedName, KeyPair};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The longest that an authority may look at a proof, and at a request.
const PATIENCE: Duration = Duration::from_secs(90);
/// Characters of an authority's words that are passed on.
const WORDS: usize = 300;

/// What an authority says of an account that it does not know. RFC 8555 §6.7.
const FORGOTTEN: &str = "urn:ietf:params:acme:error:accountDoesNotExist";

/// How the office proves that its name is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A word at an address of the web door at port 80. RFC 8555 §8.3.
    Http,
    /// A certificate shown at the door at port 443. RFC 8737.
    TlsAlpn,
}

impl Kind {
    /// Reads the name that the standard gives it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "http-01" => Some(Self::Http),
            "tls-alpn-01" => Some(Self::TlsAlpn),
            _ => None,
        }
    }
}

/// Which certificate to ask for, of whom, and where it lies.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Address of the authority's directory.
    pub directory: String,
    /// Where the authority may write to, as a mail address; nobody where it is empty.
    pub contact: String,
    /// PEM file of the only root that the authority's own door is believed by; the system's where there is none.
    pub root: Option<PathBuf>,
    /// How the name is proven.
    pub kind: Kind,
    /// The name.
    pub hostname: String,
    /// Where the key to the account lies, for the office's eyes alone.
    pub account: PathBuf,
    /// Where the certificate lies, with its key in front.
    pub file: PathBuf,
}

impl Plan {
    /// The directory that a word or an address names.
    #[must_use]
    pub fn directory(given: &str) -> String {
        if given == "letsencrypt" { LetsEncrypt::Production.url().to_owned() } else { given.to_owned() }
    }

    /// Whether the certificate at hand was asked of another authority than the one that is set now.
    #[must_use]
    pub fn is_of_another(&self) -> bool {
        let kept = fs::read(&self.account).ok();
        let kept = kept.and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
        kept.is_none_or(|kept| kept["directory"] != self.directory.as_str())
    }
}

/// Why there is no new certificate.
#[derive(Debug, thiserror::Error)]
pub enum AcmeError {
    /// No answer: to be asked again before long.
    #[error("the authority could not be asked: {0}")]
    Unreachable(String),
    /// An answer, and it was no. To ask again soon would only use up what the authority allows.
    #[error("the authority refused: {0}")]
    Refused(String),
    /// A file of the office's own.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// No key or request could be made.
    #[error("no request could be made: {0}")]
    Making(#[from] rcgen::Error),
}

impl From<instant_acme::Error> for AcmeError {
    fn from(error: instant_acme::Error) -> Self {
        use instant_acme::Error::{Api, Other, Timeout};
        match error {
            Api(problem) => Self::Refused(short(&problem.to_string())),
            Timeout(_) => Self::Unreachable("it did not come to a decision in time".to_owned()),
            Other(error) => Self::Unreachable(short(&error.to_string())),
            error => Self::Unreachable(short(&error.to_string())),
        }
    }
}

/// An authority's words, on one line and not too many.
fn short(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(WORDS).collect()
}

/// Asks for a certificate, and keeps it in its file: the key first, then the chain, in one piece. What the authority needs
/// to see lies in `proofs` meanwhile.
///
/// # Errors
/// See [`AcmeError`]; the file is as it was then.
pub async fn obtain(plan: &Plan, proofs: &Arc<Proofs>) -> Result<(), AcmeError> {
    let names = [Identifier::Dns(plan.hostname.clone())];
    let wanted = NewOrder::new(&names);
    let mut order = match account(plan).await?.new_order(&wanted).await {
        // An authority may forget its accounts; then it is given a new one.
        Err(instant_acme::Error::Api(problem)) if problem.r#type.as_deref() == Some(FORGOTTEN) => {
            fs::remove_file(&plan.account).map_err(|error| at(&plan.account, error))?;
            account(plan).await?.new_order(&wanted).await?
        }
        order => order?,
    };
    let shown = prove(&mut order, plan, proofs).await?;
    let patience = RetryPolicy::new().timeout(PATIENCE);
    if order.poll_ready(&patience).await? != OrderStatus::Ready {
        return Err(AcmeError::Refused(refusal(&mut order).await));
    }
    drop(shown);
    let key = KeyPair::generate()?;
    let mut request = CertificateParams::new([plan.hostname.clone()])?;
    request.distinguished_name = DistinguishedName::new();
    order.finalize_csr(request.serialize_request(&key)?.der()).await?;
    let chain = order.poll_certificate(&patience).await?;
    write_secret(&plan.file, &(key.serialize_pem() + &chain))
}

/// The office's account with the authority: the one it has, or a new one.
async fn account(plan: &Plan) -> Result<Account, AcmeError> {
    let http = || Client::new(plan.root.as_deref()).map(|client| Account::builder_with_http(Box::new(client)));
    if !plan.is_of_another() {
        let kept = fs::read(&plan.account).map_err(|error| at(&plan.account, error))?;
        if let Ok(credentials) = serde_json::from_slice::<AccountCredentials>(&kept) {
            return Ok(http()?.from_credentials(credentials).await?);
        }
    }
    let contact = format!("mailto:{}", plan.contact);
    let contact = [contact.as_str()];
    let new = NewAccount {
        contact: if plan.contact.is_empty() { &[] } else { &contact },
        terms_of_service_agreed: true,
        only_return_existing: false,
    };
    let (account, credentials) = http()?.create(&new, plan.directory.clone(), None).await?;
    let text = serde_json::to_string(&credentials).map_err(|error| at(&plan.account, error.into()))?;
    write_secret(&plan.account, &text)?;
    Ok(account)
}

/// Shows what each name of the order asks for, and says that it can be looked at.
async fn prove(order: &mut Order, plan: &Plan, proofs: &Arc<Proofs>) -> Result<Vec<Shown>, AcmeError> {
    let mut shown = Vec::new();
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        if authorization.status == AuthorizationStatus::Valid {
            continue;
        }
        let wanted = match plan.kind {
            Kind::Http => ChallengeType::Http01,
            Kind::TlsAlpn => ChallengeType::TlsAlpn01,
        };
        let Some(mut challenge) = authorization.challenge(wanted) else {
            return Err(AcmeError::Refused("it does not take this kind of proof; set tls.acme.challenge".to_owned()));
        };
        let key = challenge.key_authorization();
        shown.push(match plan.kind {
            Kind::Http => proofs.show_word(&challenge.token, key.as_str()),
            Kind::TlsAlpn => proofs.show_certificate(&plan.hostname, key.digest().as_ref())?,
        });
        challenge.set_ready().await?;
    }
    Ok(shown)
}

/// What the authority says of a proof that it did not take.
async fn refusal(order: &mut Order) -> String {
    let mut authorizations = order.authorizations();
    while let Some(Ok(mut authorization)) = authorizations.next().await {
        if let Ok(state) = authorization.refresh().await {
            let problem = state.challenges.iter().find_map(|challenge| challenge.error.as_ref());
            if let Some(problem) = problem {
                return short(&problem.to_string());
            }
        }
    }
    "it did not take the proof".to_owned()
}

/// Writes a file that only the office may read, in one piece: beside it first, then in its place.
///
/// # Errors
/// `File`.
pub fn write_secret(path: &Path, text: &str) -> Result<(), AcmeError> {
    let half = path.with_extension("half");
    let written = || {
        let _ = fs::remove_file(&half); // what a crash left
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(&half)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&half, path)?;
        File::open(path.parent().unwrap_or_else(|| Path::new(".")))?.sync_all()
    };
    written().map_err(|error| at(path, error))
}

fn at(path: &Path, error: io::Error) -> AcmeError {
    AcmeError::File { path: path.to_owned(), error }
}
