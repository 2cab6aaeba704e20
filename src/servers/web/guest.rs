//! Forms of those who are not signed in: their token is bound to a cookie, so that no other site can post them.

use super::Web;
use super::error::WebError;
use super::form::Fields;
use super::proxy::client;
use super::session::bare_cookie;
use crate::kernel::secret;
use actix_web::cookie::Cookie;
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use std::future::{Ready, ready};

const COOKIE: &str = "hs_form";

/// A visitor's cookie, the one that came or a new one.
#[derive(Debug, Clone)]
pub struct Guest {
    token: String,
    is_new: bool,
    is_tls: bool,
}

impl FromRequest for Guest {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let came = request.cookie(COOKIE).map(|cookie| cookie.value().to_owned()).filter(|token| token.len() == 43);
        let is_new = came.is_none();
        let is_tls = request.app_data::<Data<Web>>().is_some_and(|web| client(request.head(), web).is_tls);
        ready(Ok(Self { token: came.unwrap_or_else(secret::token), is_new, is_tls }))
    }
}

impl Guest {
    /// What a form shown to this visitor carries.
    pub fn csrf(&self, web: &Web) -> String {
        secret::mark(&web.form_key, &self.token)
    }

    /// Whether a posted form was shown to this very visitor.
    pub fn is_own_form(&self, web: &Web, form: &Fields) -> bool {
        !self.is_new && secret::same(&self.csrf(web), form.get("csrf"))
    }

    /// Gives a new visitor the cookie.
    pub fn keep(&self, answer: &mut HttpResponse) -> Result<(), WebError> {
        if self.is_new {
            add_cookie(answer, &bare_cookie(COOKIE, self.token.clone(), self.is_tls).finish())?;
        }
        Ok(())
    }
}

/// Sets a cookie with an answer.
pub fn add_cookie(answer: &mut HttpResponse, cookie: &Cookie<'_>) -> Result<(), WebError> {
    answer.add_cookie(cookie).map_err(|error| WebError::Broken(error.to_string()))
}
