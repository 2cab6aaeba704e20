//! The company's look, as its browsers fetch it: a rule of colours, pictures, a manifest.

use super::Web;
use super::error::WebError;
use super::form::Fields;
use super::page::{PageResult, see};
use crate::domain::settings::{self, Brand, Picture};
use crate::format::colour::{self, Accent, Scheme, Tone, hex, palette};
use crate::format::icon::{self, Mark};
use crate::services::brand;
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::web::{Data, Path};

/// Their addresses change with the brand, so a day is short enough for those who kept the old one.
const A_DAY: (actix_web::http::header::HeaderName, &str) = (CACHE_CONTROL, "public, max-age=86400");

/// Characters of a name below an icon. W3C Manifest, `short_name`: home screens cut at some twelve.
const SHORT: usize = 12;

async fn read(web: &Web) -> Result<Brand, WebError> {
    Ok(web.office.store.read(settings::brand).await?)
}

fn answer(kind: &str, body: impl Into<Vec<u8>>) -> PageResult {
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, kind)).insert_header(A_DAY).body(body.into()))
}

/// GET /brand.css
pub async fn style(web: Data<Web>) -> PageResult {
    let brand = read(&web).await?;
    let rule = colour::rule(":root", brand.accent);
    // Below every other layer but the tokens that it replaces.
    let mut css = format!("@layer tokens{{{rule}}}\n");
    if brand.picture(Picture::Background).is_some() {
        let ground = format!(
            "@layer pages{{.login[data-ground=picture]{{background-image:url(/brand/background?v={})}}}}\n",
            brand.mark
        );
        css.push_str(&ground);
    }
    answer("text/css; charset=utf-8", css)
}

/// GET /brand/icon.svg: the company's icon; the mark in the company's colour where it has none.
pub async fn icon(web: Data<Web>) -> PageResult {
    let brand = read(&web).await?;
    if brand.picture(Picture::Small).is_some() {
        return Ok(see(&format!("/brand/icon-192.png?v={}", brand.mark)));
    }
    let light = palette(brand.accent, Scheme::Light);
    let (line, fill) = (hex(light.accent()), hex(light.selected()));
    let svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" fill="none" stroke="{line}" stroke-width="1.5" stroke-linejoin="round"><path d="M10 1.75 16.5 5 18.25 11 14.5 17 7 18.25 2 13.25 3 6z" fill="{fill}"/><path d="m10 1.75.5 5.5 6-2.25M10.5 7.25 6 10.5 3 6M6 10.5l5.5 3 6.75-2.5M10.5 7.25l1 6.25"/></svg>"##
    );
    answer("image/svg+xml", svg)
}

/// GET /favicon.ico: where browsers look that read no page first.
pub async fn favicon(web: Data<Web>) -> PageResult {
    Ok(see(&format!("/brand/icon-192.png?v={}", read(&web).await?.mark)))
}

/// GET /brand/icon-{name}.png: icon or mark as dots, for home screens and notices. `mask` fills its square, to be cut.
pub async fn dots(web: Data<Web>, at: Path<String>) -> PageResult {
    let (size, picture) = match at.as_str() {
        "192" => (192, Picture::Small),
        "512" => (512, Picture::Large),
        "mask" => (512, Picture::Masked),
        _ => return Err(WebError::NotFound),
    };
    if let Some((media_type, bytes)) = brand::picture(&web.office, picture).await? {
        return answer(&media_type, bytes);
    }
    let light = palette(read(&web).await?.accent, Scheme::Light);
    let ground = (picture == Picture::Masked).then(|| light.sunk());
    let mark = Mark { line: light.accent(), fill: light.selected(), ground };
    let drawn = actix_web::web::block(move || icon::png(mark, size)).await;
    answer("image/png", drawn.map_err(|error| WebError::Broken(error.to_string()))?)
}

/// GET /brand/logo
pub async fn logo(web: Data<Web>) -> PageResult {
    given(&web, Picture::Logo).await
}

/// GET /brand/logo-dark
pub async fn logo_dark(web: Data<Web>) -> PageResult {
    given(&web, Picture::LogoDark).await
}

/// GET /brand/background
pub async fn background(web: Data<Web>) -> PageResult {
    given(&web, Picture::Background).await
}

/// GET /brand/icon: as it was given, square.
pub async fn own_icon(web: Data<Web>) -> PageResult {
    given(&web, Picture::Icon).await
}

async fn given(web: &Web, picture: Picture) -> PageResult {
    let Some((media_type, bytes)) = brand::picture(&web.office, picture).await? else { return Err(WebError::NotFound) };
    let mut picture = answer(&media_type, bytes)?;
    let nothing = actix_web::http::header::HeaderValue::from_static("default-src 'none'; sandbox");
    picture.headers_mut().insert(CONTENT_SECURITY_POLICY, nothing);
    Ok(picture)
}

/// A name as it fits below an icon: whole words, where one fits.
fn short(name: &str) -> String {
    let words = name.split(' ').scan(String::new(), |whole, word| {
        let joint = if whole.is_empty() { "" } else { " " };
        whole.push_str(joint);
        whole.push_str(word);
        Some(whole.clone())
    });
    let fitting = words.take_while(|words| words.chars().count() <= SHORT).last();
    fitting.unwrap_or_else(|| name.chars().take(SHORT).collect())
}

/// GET /manifest.webmanifest
pub async fn manifest(web: Data<Web>) -> PageResult {
    let brand = read(&web).await?;
    let light = palette(brand.accent, Scheme::Light);
    let icon = |name: &str, sizes: &str, kind: &str, purpose: &str| {
        let src = format!("/brand/{name}?v={}", brand.mark);
        serde_json::json!({ "src": src, "sizes": sizes, "type": kind, "purpose": purpose })
    };
    let mut icons = vec![
        icon("icon-192.png", "192x192", "image/png", "any"),
        icon("icon-512.png", "512x512", "image/png", "any"),
        icon("icon-mask.png", "512x512", "image/png", "maskable"),
    ];
    if brand.picture(Picture::Small).is_none() {
        icons.insert(0, icon("icon.svg", "any", "image/svg+xml", "any"));
    }
    let manifest = serde_json::json!({
        "name": brand.name(),
        "short_name": short(brand.name()),
        "id": "/today",
        "start_url": "/today",
        "scope": "/",
        "display": "standalone",
        "theme_color": hex(light.accent()),
        "background_color": hex(light.sunk()),
        "icons": icons,
        "shortcuts": [
            { "name": "Write a message", "url": "/mail/compose" },
            { "name": "Chat", "url": "/chat" },
            { "name": "Inbox", "url": "/mail/inbox" },
        ],
    });
    let text = serde_json::to_string(&manifest).map_err(|error| WebError::Broken(error.to_string()))?;
    answer("application/manifest+json", text)
}

/// The accent that is typed, as far as it can be read.
pub fn accent_of(typed: &Fields, kept: Accent) -> Accent {
    if let Some(colour) = colour::of_hex(typed.get("colour")) {
        return Accent::of(colour);
    }
    let number = |name: &str, most: u16| typed.get(name).trim().parse().ok().filter(|number| *number <= most);
    Accent {
        hue: number("hue", 359).unwrap_or(kept.hue),
        chroma: number("chroma", 200).unwrap_or(kept.chroma),
        tone: match typed.get("tone") {
            "bright" => Tone::Bright,
            "deep" => Tone::Deep,
            _ => kept.tone,
        },
    }
}

/// A text that is typed, as it would be kept: never longer than any is.
pub fn text_of(typed: &Fields, name: &str) -> String {
    typed.get(name).replace("\r\n", "\n").trim().chars().take(2000).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_is_of_whole_words_where_one_fits() {
        assert_eq!(short("Kaltenbach Werke"), "Kaltenbach");
        assert_eq!(short("Werkbank"), "Werkbank");
        assert_eq!(short("Bo & Co KG"), "Bo & Co KG");
        assert_eq!(short("Donaudampfschifffahrt AG"), "Donaudampfsc");
    }
}
