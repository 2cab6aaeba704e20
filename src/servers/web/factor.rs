//! The second factor: setting it up with an app, words on paper for who loses the device, and taking it off.

use super::admin::Refused;
use super::admin::people::one::proven;
use super::error::WebError;
use super::filters;
use super::form::{FieldError, Fields};
use super::page::{PageResult, page_with, see};
use super::session::Visit;
use super::settings::{Tab, tabs};
use super::shell::{Place, Shell};
use crate::domain::people;
use crate::domain::settings as office;
use crate::format::totp;
use crate::services::factor;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Form;
use askama::Template;
use qrcode::QrCode;
use qrcode::render::svg;

/// The address that leads here, which is open also to who must have a second factor and has none.
pub const HERE: &str = "/settings/factor";

/// What an app is to be told.
struct SecretView {
    /// The secret, to be typed.
    spelled: String,
    /// The address, to be followed on the device itself.
    href: String,
}

impl SecretView {
    fn new(company: &str, account: &str, secret: &[u8]) -> Self {
        let href = totp::address(company, account, secret);
        let spelled = totp::base32(secret);
        let groups: Vec<String> =
            spelled.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into()).collect();
        Self { spelled: groups.join(" "), href }
    }
}

/// GET /settings/factor/picture.svg: what an app reads, as long as it is to be confirmed. Dark on light, whatever the theme:
/// cameras want it so.
pub async fn picture(visit: Visit) -> PageResult {
    let read = visit.read(|tx, session| {
        let factor = people::factor(tx, session.person.id)?.filter(|factor| !factor.is_confirmed);
        let factor = factor.ok_or(WebError::NotFound)?;
        Ok(totp::address(&office::get(tx, office::COMPANY)?, session.person.address.as_str(), &factor.secret))
    });
    let code = QrCode::new(read.await?.as_bytes()).map_err(|error| WebError::Broken(error.to_string()))?;
    let (dark, light) = (svg::Color("#000000"), svg::Color("#ffffff"));
    let drawn = code.render().min_dimensions(200, 200).dark_color(dark).light_color(light).build();
    Ok(HttpResponse::Ok().content_type("image/svg+xml").body(drawn))
}

#[derive(Template)]
#[template(path = "settings/factor.html")]
struct FactorPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    is_on: bool,
    is_required: bool,
    /// Whether the person was led here, since nothing else is open to them.
    is_led: bool,
    secret: Option<SecretView>,
    words: Vec<String>,
    words_left: i64,
}

impl FactorPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

/// GET /settings/factor
pub async fn form(visit: Visit) -> PageResult {
    show(&visit, Vec::new(), Vec::new()).await
}

async fn show(visit: &Visit, errors: Vec<FieldError>, words: Vec<String>) -> PageResult {
    let read = visit.page(Place::Settings, |tx, session| {
        let who = session.person.id;
        let factor = people::factor(tx, who)?;
        let is_on = factor.as_ref().is_some_and(|factor| factor.is_confirmed);
        let secret = factor.filter(|factor| !factor.is_confirmed).map(|factor| factor.secret);
        let company = office::get(tx, office::COMPANY)?;
        let secret = secret.map(|secret| SecretView::new(&company, session.person.address.as_str(), &secret));
        let is_required = factor::is_required(tx, &session.person)?;
        Ok((is_on, secret, is_required, people::count_recovery(tx, who)?))
    });
    let (shell, (is_on, secret, is_required, words_left)) = read.await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (tabs, is_led) = (tabs(HERE), is_required && !is_on);
    page_with(status, &FactorPage { shell, tabs, errors, is_on, is_required, is_led, secret, words, words_left })
}

/// POST /settings/factor/begin
pub async fn begin(visit: Visit, form: Form<Fields>) -> PageResult {
    visit.write(&form, |tx, session| Ok(factor::begin(tx, session.person.id)?)).await?;
    Ok(see(HERE))
}

/// POST /settings/factor/confirm: `code`.
pub async fn confirm(visit: Visit, form: Form<Fields>) -> PageResult {
    let code = form.get("code").to_owned();
    let words = visit.write(&form, move |tx, session| Ok(factor::confirm(tx, session.person.id, &code)?)).await?;
    match words {
        Some(words) => show(&visit, Vec::new(), words).await,
        None => {
            let words = "These are not the digits of this moment. Take the ones that the app shows now.";
            show(&visit, vec![FieldError::new("code", words)], Vec::new()).await
        }
    }
}

/// POST /settings/factor/words: `password`; makes other words for paper.
pub async fn renew(visit: Visit, form: Form<Fields>) -> PageResult {
    match with_password(&visit, &form, true).await {
        Ok(words) => show(&visit, Vec::new(), words).await,
        Err(refused) => show(&visit, vec![refused.at("password")?], Vec::new()).await,
    }
}

/// POST /settings/factor/remove: `password`.
pub async fn remove(visit: Visit, form: Form<Fields>) -> PageResult {
    match with_password(&visit, &form, false).await {
        Ok(_) => Ok(see("/settings/factor?done=office")),
        Err(refused) => show(&visit, vec![refused.at("password")?], Vec::new()).await,
    }
}

/// Renews the words, or takes the factor off, for who shows the password once more.
async fn with_password(visit: &Visit, form: &Fields, renews: bool) -> Result<Vec<String>, Refused> {
    let session = visit.checked(form).await?;
    proven(visit, &session, form).await?;
    let write = visit.write(form, move |tx, session| {
        let who = session.person.id;
        if !people::has_factor(tx, who)? {
            return Err(WebError::Gone);
        }
        if renews {
            return Ok(factor::renew_recovery(tx, who)?);
        }
        people::remove_factor(tx, who)?;
        Ok(Vec::new())
    });
    Ok(write.await?)
}
