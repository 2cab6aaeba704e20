//! The set-up once the office is there: its look, its doors, its first people, its names in the DNS. Each step can be passed
//! over, left, and come back to.

use super::admin::brand::PreviewView;
use super::admin::dns::{self, PartView};
use super::admin::people::actor;
use super::admin::{open_to, overview};
use super::brand::accent_of;
use super::error::WebError;
use super::filters;
use super::form::{FieldError, Fields, Posted};
use super::page::{PageResult, page, page_with, see};
use super::session::Visit;
use super::shell::{Place, Shell};
use crate::domain::people;
use crate::domain::settings;
use crate::format::colour::{Scheme, hex, palette};
use crate::services::brand::{self, BrandError, Changes};
use crate::services::setup::{self, Step};
use actix_web::http::StatusCode;
use actix_web::web::Form;
use askama::Template;

/// The page of a step.
pub const fn href(step: Step) -> &'static str {
    match step {
        Step::Look => "/setup/look",
        Step::Doors => "/setup/doors",
        Step::People => "/setup/people",
        Step::Names => "/setup/check",
    }
}

/// A step in words.
pub const fn words(step: Step) -> &'static str {
    match step {
        Step::Look => "Look",
        Step::Doors => "Doors",
        Step::People => "People",
        Step::Names => "DNS",
    }
}

/// One step above a page of the set-up.
struct StepView {
    words: &'static str,
    /// Where it is; empty for what was answered before the office was there.
    href: &'static str,
    is_here: bool,
    is_taken: bool,
}

/// The way through the set-up, seen from one step.
struct WayView {
    steps: Vec<StepView>,
    step: &'static str,
    /// What leads on says.
    next: &'static str,
}

impl WayView {
    fn new(here: Step, left: &[Step]) -> Self {
        let taken = |words| StepView { words, href: "", is_here: false, is_taken: true };
        let view = |step: Step| StepView {
            words: words(step),
            href: href(step),
            is_here: step == here,
            is_taken: !left.contains(&step),
        };
        let steps = [taken("Office"), taken("You")].into_iter().chain(Step::ALL.map(view)).collect();
        let next = if here == Step::Names { "Done" } else { "Go on" };
        Self { steps, step: here.name(), next }
    }
}

/// Reads a page of the set-up with what else it needs, for administrators alone.
async fn read<T: Send + 'static>(
    visit: &Visit,
    here: Step,
    work: impl FnOnce(&crate::domain::store::ReadTx<'_>) -> Result<T, WebError> + Send + 'static,
) -> Result<(Shell, WayView, T), WebError> {
    let read = visit.page(Place::Nowhere, move |tx, session| {
        open_to(session)?;
        Ok((setup::left(tx)?, work(tx)?))
    });
    let (shell, (left, found)) = read.await?;
    Ok((shell, WayView::new(here, &left), found))
}

#[derive(Template)]
#[template(path = "setup/look.html")]
struct LookPage {
    shell: Shell,
    way: WayView,
    errors: Vec<FieldError>,
    colour: String,
    picked: String,
    it: PreviewView,
    has_logo: bool,
}

impl LookPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

/// GET /setup/look
pub async fn look(visit: Visit) -> PageResult {
    show_look(&visit, Fields::default(), Vec::new()).await
}

async fn show_look(visit: &Visit, typed: Fields, errors: Vec<FieldError>) -> PageResult {
    let colour = typed.get("colour").to_owned();
    let (shell, way, (it, picked, has_logo)) = read(visit, Step::Look, move |tx| {
        let brand = settings::brand(tx)?;
        let picked = hex(palette(accent_of(&typed, brand.accent), Scheme::Light).fill());
        let has_logo = brand.picture(settings::Picture::Logo).is_some();
        Ok((PreviewView::new(&brand, &typed), picked, has_logo))
    })
    .await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page_with(status, &LookPage { shell, way, errors, colour, picked, it, has_logo })
}

/// POST /setup/look: `colour` and a file, `logo`; what is not given stays.
pub async fn keep_look(visit: Visit, posted: Posted) -> PageResult {
    let Posted { fields, files } = posted;
    open_to(&visit.checked(&fields).await?)?;
    let changes = Changes {
        values: vec![("colour".to_owned(), fields.get("colour").to_owned())],
        pictures: files.into_iter().filter(|file| file.field == "logo").map(|file| (file.field, file.bytes)).collect(),
        removed: Vec::new(),
    };
    match brand::prepare(&visit.web.office, changes).await {
        Ok(ready) => {
            let here = visit.clone();
            let write = visit.write(&fields, move |tx, session| {
                open_to(session)?;
                brand::keep(tx, &actor(&here, session), &ready)?;
                Ok(setup::take(tx, Step::Look)?)
            });
            write.await?;
            Ok(see(href(Step::Doors)))
        }
        Err(BrandError::Fields(wrong)) => {
            let errors = wrong.into_iter().map(|(field, why)| FieldError::new(field, why)).collect();
            show_look(&visit, fields, errors).await
        }
        Err(BrandError::Busy) => Err(WebError::Busy),
        Err(BrandError::Store(error)) => Err(error.into()),
    }
}

/// A way to a certificate, and what to write for it.
struct CertificateView {
    name: &'static str,
    words: &'static str,
    lines: String,
}

#[derive(Template)]
#[template(path = "setup/doors.html")]
struct DoorsPage {
    shell: Shell,
    way: WayView,
    hostname: String,
    doors: Vec<(&'static str, String)>,
    certificate: String,
    is_good: bool,
    ways: Vec<CertificateView>,
}

/// GET /setup/doors
pub async fn doors(visit: Visit) -> PageResult {
    let (shell, way, ()) = read(&visit, Step::Doors, |_| Ok(())).await?;
    let office = &visit.web.office;
    let hostname = office.hostname.clone();
    let (certificate, is_good) = overview::certificate(office, office.clock.now());
    let doors = office.status.doors().into_iter().map(|(name, at)| (name, at.to_string())).collect();
    let ways = certificates(&hostname);
    page(&DoorsPage { shell, way, hostname, doors, certificate, is_good, ways })
}

fn certificates(hostname: &str) -> Vec<CertificateView> {
    let head = format!("office.hostname = \"{hostname}\"\n");
    vec![
        CertificateView {
            name: "From an authority, renewed by itself",
            words: "The usual way. The name must lead here, and port 80 must be open to the Internet.",
            lines: format!(
                "{head}listen.http = \"0.0.0.0:80\"\nlisten.https = \"0.0.0.0:443\"\nweb.redirect = \"on\"\ntls.acme.directory = \"letsencrypt\""
            ),
        },
        CertificateView {
            name: "From files",
            words: "For a certificate that you get elsewhere. New files are read by themselves.",
            lines: format!(
                "{head}listen.https = \"0.0.0.0:443\"\ntls.certificate = \"/etc/ssl/office.pem\"\ntls.key = \"/etc/ssl/office.key\""
            ),
        },
        CertificateView {
            name: "Behind a proxy",
            words: "Where another server has the certificate. It hands on Host and sets X-Forwarded-For and X-Forwarded-Proto.",
            lines: format!("{head}listen.http = \"127.0.0.1:8080\"\nweb.trusted_proxies = \"127.0.0.1\""),
        },
    ]
}

#[derive(Template)]
#[template(path = "setup/people.html")]
struct PeoplePage {
    shell: Shell,
    way: WayView,
    others: usize,
}

/// GET /setup/people
pub async fn people(visit: Visit) -> PageResult {
    let (shell, way, all) = read(&visit, Step::People, |tx| Ok(people::all(tx)?.len())).await?;
    page(&PeoplePage { shell, way, others: all.saturating_sub(1) })
}

#[derive(Template)]
#[template(path = "setup/check.html")]
struct CheckPage {
    shell: Shell,
    way: WayView,
    domain: String,
    words: String,
    parts: Vec<PartView>,
}

/// GET /setup/check
pub async fn check(visit: Visit) -> PageResult {
    let (shell, way, domain) =
        read(&visit, Step::Names, |tx| Ok(people::primary_domain(tx)?.unwrap_or_default())).await?;
    let (words, parts) = dns::records(&visit).await?;
    page(&CheckPage { shell, way, domain, words, parts })
}

/// POST /setup/check: asks the DNS again, now.
pub async fn look_again(visit: Visit, form: Form<Fields>) -> PageResult {
    dns::look_again(&visit, &form).await?;
    Ok(see("/setup/check?done=looked"))
}

/// POST /setup/step: `step` is taken or passed over; on to the one after it.
pub async fn step(visit: Visit, form: Form<Fields>) -> PageResult {
    open_to(&visit.checked(&form).await?)?;
    let step = Step::named(form.get("step")).ok_or(WebError::NotFound)?;
    let write = visit.write(&form, move |tx, session| {
        open_to(session)?;
        Ok(setup::take(tx, step)?)
    });
    write.await?;
    let at = Step::ALL.iter().position(|one| *one == step).unwrap_or_default();
    let next = Step::ALL.get(at + 1).copied();
    Ok(see(next.map_or("/today", href)))
}
