//! The company's look, as its browsers fetch it: two numbers for the style sheet, an icon, a manifest.

use super::Web;
use super::error::WebError;
use super::page::PageResult;
use crate::domain::settings::{self, Brand};
use crate::format::icon::{self, Mark};
use crate::services::brand;
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::web::{Data, Path};

/// Their addresses change with the brand, so a day is short enough for those who kept the old one.
const A_DAY: (actix_web::http::header::HeaderName, &str) = (CACHE_CONTROL, "public, max-age=86400");

/// Lightness of the mark's lines and of the browser's bars, in thousandths.
const LINE: u16 = 510;

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

/// GET /brand/icon-{name}.png: the mark as dots, for home screens and notices. `mask` fills its square, to be cut.
pub async fn dots(web: Data<Web>, at: Path<String>) -> PageResult {
    let (size, is_masked) = match at.as_str() {
        "192" => (192, false),
        "512" => (512, false),
        "mask" => (512, true),
        _ => return Err(WebError::NotFound),
    };
    let mark = mark(&web.office.store.read(settings::brand).await?, is_masked);
    let drawn = actix_web::web::block(move || icon::png(mark, size)).await;
    let png = drawn.map_err(|error| WebError::Broken(error.to_string()))?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "image/png")).insert_header(A_DAY).body(png))
}

fn mark(brand: &Brand, is_masked: bool) -> Mark {
    let hue = brand.accent_hue;
    let (line, fill) = (icon::of_oklch(LINE, brand.accent_chroma.min(400), hue), icon::of_oklch(930, 30, hue));
    Mark { line, fill, ground: is_masked.then(|| icon::of_oklch(985, 5, hue)) }
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
        "theme_color": icon::hex(icon::of_oklch(LINE, brand.accent_chroma.min(400), brand.accent_hue)),
        "background_color": icon::hex(icon::of_oklch(985, 5, brand.accent_hue)),
        "icons": [
            { "src": "/brand/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any" },
            { "src": "/brand/icon-192.png", "sizes": "192x192", "type": "image/png", "purpose": "any" },
            { "src": "/brand/icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any" },
            { "src": "/brand/icon-mask.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable" },
        ],
        "shortcuts": [
            { "name": "Write a message", "url": "/mail/compose" },
            { "name": "Chat", "url": "/chat" },
            { "name": "Inbox", "url": "/mail/inbox" },
        ],
    });
    let text = serde_json::to_string(&manifest).map_err(|error| WebError::Broken(error.to_string()))?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/manifest+json")).insert_header(A_DAY).body(text))
}

fn chroma(thousandths: u16) -> String {
    format!("0.{:03}", thousandths.min(400))
}
