//! The company's look as administrators set it, and how it will look before it is kept.

use super::super::brand::{accent_of, text_of};
use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields, Posted};
use super::super::page::{PageResult, fragment, page_with, see, with};
use super::super::session::Visit;
use super::super::settings::{CLOCKS, DATES, Tab};
use super::super::shell::{Frame, Place, Shell};
use super::people::actor;
use super::{open_to, tabs};
use crate::domain::settings::{self, Brand, Picture};
use crate::format::colour::{self, Accent, OF_MARKS, Scheme, Tone, hex, palette};
use crate::services::brand::{self, BrandError, Changes, FIELDS, PICTURES};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Form;
use askama::Template;

/// One of the pictures, as it is and how to change it.
struct PictureView {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    /// Where it is; empty for none.
    href: String,
    /// Its size in words.
    size: String,
    /// The grounds it is shown on.
    grounds: &'static [&'static str],
}

/// Two colours that stand on each other, in light pages and dark ones.
pub struct PairView {
    pub name: &'static str,
    pub cells: [CellView; 2],
}

/// How far they stand apart, and how good that is.
pub struct CellView {
    pub ratio: String,
    pub grade: &'static str,
    pub is_low: bool,
}

/// A small page in light or in dark.
pub struct PaneView {
    pub theme: &'static str,
    pub is_dark: bool,
    /// The field whose picture it shows.
    pub shows: &'static str,
}

/// How the brand looks with what is typed.
pub struct PreviewView {
    pub name: String,
    pub company: String,
    pub hue: u16,
    pub chroma: u16,
    pub tone: &'static str,
    /// Where the rule of its colours is.
    pub sheet: String,
    /// The accent as a colour, for the field that picks one.
    pub colour: String,
    pub panes: [PaneView; 2],
    pub pairs: Vec<PairView>,
    pub is_moved: bool,
    pub footer: String,
    pub imprint: String,
}

impl PreviewView {
    /// The brand with what is typed over it.
    pub fn new(brand: &Brand, typed: &Fields) -> Self {
        let said = |name: &str, kept: &str| if typed.has(name) { text_of(typed, name) } else { kept.to_owned() };
        let accent = accent_of(typed, brand.accent);
        let mut kept = brand.clone();
        kept.product = said("product", &brand.product);
        kept.company = said("company", &brand.company);
        kept.mail_footer = said("footer", &brand.mail_footer);
        kept.legal = said("legal", &brand.legal);
        let [light, dark] = [Scheme::Light, Scheme::Dark].map(|scheme| palette(accent, scheme));
        let pair = |(light, dark): (colour::Pair, colour::Pair)| PairView {
            name: light.name,
            cells: [light, dark].map(CellView::from),
        };
        Self {
            name: kept.name().to_owned(),
            hue: accent.hue,
            chroma: accent.chroma,
            tone: tone(accent),
            sheet: sheet(accent),
            colour: hex(light.fill()),
            panes: [
                PaneView { theme: "light", is_dark: false, shows: "logo" },
                PaneView { theme: "dark", is_dark: true, shows: "logo_dark" },
            ],
            pairs: light.pairs().into_iter().zip(dark.pairs()).map(pair).collect(),
            is_moved: light.is_moved || dark.is_moved,
            footer: kept.mail_footer.trim().to_owned(),
            imprint: kept.imprint(),
            company: kept.company,
        }
    }
}

impl From<colour::Pair> for CellView {
    /// Graded as WCAG does.
    fn from(pair: colour::Pair) -> Self {
        let is_low = pair.ratio < pair.least;
        let grade = match (is_low, pair.least > OF_MARKS && pair.ratio >= 7.0) {
            (true, _) => "too low",
            (false, true) => "AAA",
            (false, false) => "AA",
        };
        Self { ratio: format!("{:.1} : 1", pair.ratio), grade, is_low }
    }
}

/// The address of the colours of an accent.
fn sheet(accent: Accent) -> String {
    format!("/admin/brand/preview.css?hue={}&chroma={}&tone={}", accent.hue, accent.chroma, tone(accent))
}

const fn tone(accent: Accent) -> &'static str {
    match accent.tone {
        Tone::Bright => "bright",
        Tone::Deep => "deep",
    }
}

#[derive(Template)]
#[template(path = "admin/brand.html")]
struct BrandPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    values: Vec<(&'static str, String)>,
    colour: String,
    pictures: Vec<PictureView>,
    note: &'static str,
    it: PreviewView,
    command: String,
}

impl BrandPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }

    /// Clocks by their names.
    fn clocks(&self) -> &[(&'static str, &'static str)] {
        &CLOCKS[1..]
    }

    /// Ways of writing dates by their names.
    fn dates(&self) -> &[(&'static str, &'static str)] {
        &DATES[1..]
    }

    fn value(&self, field: &str) -> &str {
        self.values.iter().find(|(name, _)| *name == field).map_or("", |(_, value)| value)
    }
}

/// GET /admin/brand
pub async fn form(visit: Visit) -> PageResult {
    show(&visit, Fields::default(), Vec::new()).await
}

async fn show(visit: &Visit, typed: Fields, errors: Vec<FieldError>) -> PageResult {
    let (shell, (brand, values, colour, it)) = visit
        .page(Place::Nowhere, move |tx, session| {
            open_to(session)?;
            let value = |(name, setting): (&'static str, settings::Setting)| {
                let kept = settings::get(tx, setting)?;
                Ok::<_, WebError>((name, if typed.has(name) { typed.get(name).to_owned() } else { kept }))
            };
            let values = FIELDS.into_iter().map(value).collect::<Result<Vec<_>, _>>()?;
            let colour = typed.get("colour").to_owned();
            let brand = settings::brand(tx)?;
            let it = PreviewView::new(&brand, &typed);
            Ok((brand, values, colour, it))
        })
        .await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (pictures, note, command) = (pictures(&brand), note(&brand), command(&brand));
    let tabs = tabs("/admin/brand");
    page_with(status, &BrandPage { shell, tabs, errors, values, colour, pictures, note, it, command })
}

/// What would set on the server what is set now.
fn command(brand: &Brand) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let Accent { hue, chroma, .. } = brand.accent;
    format!(
        "brand set --company {} --hue {hue} --chroma {chroma} --tone {}",
        quoted(&brand.company),
        tone(brand.accent)
    )
}

fn pictures(brand: &Brand) -> Vec<PictureView> {
    let view = |(name, picture): (&'static str, Picture)| {
        let (label, hint, at, grounds): (_, _, _, &'static [&'static str]) = match picture {
            Picture::LogoDark => {
                ("Logo for dark pages", "Where the logo itself cannot be seen on dark.", "logo-dark", &["dark"])
            }
            Picture::Icon => (
                "Icon",
                "Square; for home screens, tabs and notices. Made of the logo where there is none.",
                "icon",
                &["light", "dark"],
            ),
            Picture::Background => (
                "Behind the sign-in page",
                "A picture over the whole window. Up to 8 MB; kept smaller.",
                "background",
                &["light"],
            ),
            _ => (
                "Logo",
                "PNG, JPEG, WebP, GIF or SVG, up to 512 kB. Empty edges are cut off.",
                "logo",
                &["light", "dark"],
            ),
        };
        let kept = brand.picture(picture);
        PictureView {
            name,
            label,
            hint,
            href: kept.map_or_else(String::new, |_| format!("/brand/{at}?v={}", brand.mark)),
            size: kept.map_or_else(String::new, |kept| format!("{} × {}", kept.sight.width, kept.sight.height)),
            grounds,
        }
    };
    PICTURES.into_iter().map(view).collect()
}

/// What should be known of the logo.
fn note(brand: &Brand) -> &'static str {
    let (light, dark) = (brand.picture(Picture::Logo), brand.picture(Picture::LogoDark));
    match (light.or(dark).map(|kept| kept.sight.shade.as_str()), light.is_some() && dark.is_some()) {
        (Some("dark"), false) => {
            "The logo is dark: on dark pages it stands on a white plate, unless you give one for dark pages."
        }
        (Some("light"), false) => {
            "The logo is light: on light pages it stands on a dark plate. Give a dark one as the logo, and this one for dark pages."
        }
        _ => "",
    }
}

/// POST /admin/brand: the fields of [`FIELDS`], `colour`, a file for each of [`PICTURES`], `remove` for those to take away.
pub async fn keep(visit: Visit, posted: Posted) -> PageResult {
    let Posted { fields, files } = posted;
    open_to(&visit.checked(&fields).await?)?;
    let named = FIELDS.iter().map(|(name, _)| *name).chain(["colour"]).filter(|name| fields.has(name));
    let changes = Changes {
        values: named.map(|name| (name.to_owned(), fields.get(name).to_owned())).collect(),
        pictures: files.into_iter().map(|file| (file.field, file.bytes)).collect(),
        removed: fields.all("remove").map(str::to_owned).collect(),
    };
    match brand::prepare(&visit.web.office, changes).await {
        Ok(ready) => {
            let here = visit.clone();
            let write = visit.write(&fields, move |tx, session| {
                open_to(session)?;
                Ok(brand::keep(tx, &actor(&here, session), &ready)?)
            });
            write.await?;
            Ok(see(&with("/admin/brand", "done", "brand")))
        }
        Err(BrandError::Fields(wrong)) => {
            let errors = wrong.into_iter().map(|(field, why)| FieldError::new(field, why)).collect();
            show(&visit, fields, errors).await
        }
        Err(BrandError::Busy) => Err(WebError::Busy),
        Err(BrandError::Store(error)) => Err(error.into()),
    }
}

/// POST /admin/brand/reset
pub async fn reset(visit: Visit, form: Form<Fields>) -> PageResult {
    let here = visit.clone();
    let done = visit.write(&form, move |tx, session| {
        open_to(session)?;
        Ok(brand::reset(tx, &actor(&here, session))?)
    });
    done.await?;
    Ok(see(&with("/admin/brand", "done", "brand-reset")))
}

#[derive(Template)]
#[template(path = "admin/_brand_preview.html")]
struct PreviewFragment {
    frame: Frame,
    it: PreviewView,
}

/// GET /admin/brand/preview: the preview alone, of what is typed; for the script.
pub async fn preview(visit: Visit) -> PageResult {
    let typed = visit.query.clone();
    let look = visit.look.clone();
    let (frame, it) = visit
        .read(move |tx, session| {
            open_to(session)?;
            let brand = settings::brand(tx)?;
            let it = PreviewView::new(&brand, &typed);
            Ok((Frame::new(Some(brand), &look), it))
        })
        .await?;
    fragment(&PreviewFragment { frame, it })
}

/// GET /admin/brand/preview.css: the colours of an accent, for the preview.
pub async fn preview_sheet(visit: Visit) -> PageResult {
    open_to(&visit.session().await?)?;
    let usual = Accent { hue: 245, chroma: 130, tone: Tone::Deep };
    let css = colour::rule(".preview", accent_of(&visit.query, usual));
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/css; charset=utf-8")).body(css))
}
