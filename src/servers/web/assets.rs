//! What never changes while the program runs: style, scripts, icons. Their folder's name carries the hash of them all,
//! so modules may import each other by plain names and browsers may keep everything for ever.

use crate::kernel::secret;
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Path;
use rust_embed::Embed;
use std::sync::LazyLock;

#[derive(Embed)]
#[folder = "static/"]
struct Static;

/// The style sheet's parts, in the order of their layers.
const STYLE: [&str; 15] = [
    "tokens",
    "base",
    "shell",
    "controls",
    "parts",
    "mail",
    "chat",
    "calendar_grid",
    "calendar",
    "calendar_form",
    "share",
    "quotes",
    "pages",
    "modes",
    "admin",
];

static SHEET: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let parts = STYLE.iter().filter_map(|part| Static::get(&format!("css/{part}.css")));
    parts.fold(Vec::new(), |mut sheet, part| {
        sheet.extend_from_slice(&part.data);
        sheet
    })
});

static ROOT: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Static::iter().collect();
    names.sort();
    let files = names.iter().filter_map(|name| Static::get(name));
    let hashes: Vec<u8> = files.flat_map(|file| file.metadata.sha256_hash()).collect();
    format!("/static/{}", secret::sha256_hex(&hashes, 12))
});

/// The folder that this build's static files lie in, as an address.
pub fn root() -> &'static str {
    &ROOT
}

/// The service worker, told which files the shell is made of, and whose office it serves. It is another one whenever the
/// brand is another: so no browser keeps an old one.
pub fn worker(name: &str, brand_mark: &str) -> String {
    let mut shell: Vec<String> = Static::iter().filter(|name| !name.starts_with("css/")).map(Into::into).collect();
    shell.retain(|name| name != "sw.js");
    shell.push("app.css".to_owned());
    shell.sort();
    let script = Static::get("sw.js").map(|file| String::from_utf8_lossy(&file.data).into_owned());
    let (shell, name) = (serde_json::Value::from(shell), serde_json::Value::from(name));
    format!(
        "const ROOT = '{}';\nconst SHELL = {shell};\nconst NAME = {name};\nconst BRAND = '{brand_mark}';\n{}",
        root(),
        script.unwrap_or_default()
    )
}

/// GET /static/{hash}/{name}
pub async fn file(at: Path<(String, String)>) -> HttpResponse {
    let (hash, name) = at.into_inner();
    if name == "app.css" {
        return kept(&hash, "text/css; charset=utf-8", SHEET.clone());
    }
    match Static::get(&name) {
        Some(file) => kept(&hash, kind(&name), file.data.into_owned()),
        None => HttpResponse::NotFound().finish(),
    }
}

/// A page of an older build may ask for its own hash: it gets the file of today, and is not told to keep it.
fn kept(hash: &str, kind: &str, bytes: Vec<u8>) -> HttpResponse {
    let is_of_this_build = root().ends_with(hash) && !hash.is_empty();
    let keep = if is_of_this_build { "public, max-age=31536000, immutable" } else { "no-cache" };
    HttpResponse::Ok().insert_header((CONTENT_TYPE, kind)).insert_header((CACHE_CONTROL, keep)).body(bytes)
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
