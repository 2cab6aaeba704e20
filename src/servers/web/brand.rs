//! The company's look, as its browsers fetch it: two numbers for the style sheet, an icon, a manifest.

use super::Web;
use super::error::WebError;
use super::page::PageResult;
use crate::domain::settings;
use crate::services::brand;
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::web::Data;

/// Their addresses change with the brand, so a day is short enough for those who kept the old one.
const A_DAY: (actix_web::http::header::HeaderName, &str) = (CACHE_CONTROL, "public, max-age=86400");

/// GET /brand.css
pub async fn style(web: Data<Web>) -> PageResult {
    let brand = web.office.store.read(settings::brand).await?;
    let css = format!(":root{{--brand-h:{};--brand-c:{}}}\n", brand.accent_hue, chroma(brand.accent_chroma));
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/css; charset=utf-8")).insert_header(A_DAY).body(css))
}

/// GET /brand/icon.svg: the mark in the company's colour.
pub async fn icon(web: Data<Web>) -> PageResult {
    let brand = web.office.store.read(settings::brand).await?;
    let (hue, chroma) = (brand.accent_hue, chroma(brand.accent_chroma));
    let svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" fill="none" stroke="oklch(.51 {chroma} {hue})" stroke-width="1.5" stroke-linejoin="round"><path d="M10 1.75 16.5 5 18.25 11 14.5 17 7 18.25 2 13.25 3 6z" fill="oklch(.93 .03 {hue})"/><path d="m10 1.75.5 5.5 6-2.25M10.5 7.25 6 10.5 3 6M6 10.5l5.5 3 6.75-2.5M10.5 7.25l1 6.25"/></svg>"#
    );
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "image/svg+xml")).insert_header(A_DAY).body(svg))
}

/// GET /brand/logo
pub async fn logo(web: Data<Web>) -> PageResult {
    let Some((media_type, bytes)) = brand::logo(&web.office).await? else { return Err(WebError::NotFound) };
    let policy = (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header(A_DAY)
        .insert_header(policy)
        .body(bytes))
}

/// GET /manifest.webmanifest
pub async fn manifest(web: Data<Web>) -> PageResult {
    let brand = web.office.store.read(settings::brand).await?;
    let manifest = serde_json::json!({
        "name": brand.company,
        "short_name": brand.company,
        "id": "/today",
        "start_url": "/today",
        "scope": "/",
        "display": "standalone",
        "icons": [{ "src": "/brand/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any" }],
        "shortcuts": [
            { "name": "Write a message", "url": "/mail/compose" },
            { "name": "Inbox", "url": "/mail/inbox" },
        ],
    });
    let text = serde_json::to_string(&manifest).map_err(|error| WebError::Broken(error.to_string()))?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/manifest+json")).insert_header(A_DAY).body(text))
}

fn chroma(thousandths: u16) -> String {
    format!("0.{:03}", thousandths.min(400))
}
