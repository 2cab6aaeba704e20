//! What the command line does with the company's look.

use super::cli::{Brand, BrandValues};
use super::verbs::{VerbError, say};
use crate::domain::audit::Actor;
use crate::domain::settings::{self, Picture};
use crate::format::colour::{self, Scheme};
use crate::services::brand::{self, Changes, FIELDS, PICTURES};
use crate::services::office::Office;
use std::path::PathBuf;

/// Does one of the verbs.
pub(super) async fn brand(office: &Office, verb: Brand) -> Result<(), VerbError> {
    match verb {
        Brand::Show => show(office),
        Brand::Set(values) => Ok(brand::change(office, &Actor::console(), changes(*values)?).await?),
        Brand::Remove { pictures } => {
            let known = |name: &String| PICTURES.iter().any(|(field, _)| *field == name.replace('-', "_"));
            if let Some(other) = pictures.iter().find(|name| !known(name)) {
                return Err(VerbError::Said(format!(
                    "there is no picture {other}; there are logo, logo-dark, icon and background"
                )));
            }
            let removed = pictures.iter().map(|name| name.replace('-', "_")).collect();
            Ok(brand::change(office, &Actor::console(), Changes { removed, ..Changes::default() }).await?)
        }
        Brand::Reset => Ok(office.store.write(|tx| brand::reset(tx, &Actor::console())).await?),
    }
}

fn show(office: &Office) -> Result<(), VerbError> {
    for (name, setting) in FIELDS {
        let value = office.store.read_here(|tx| settings::get(tx, setting))?;
        // What has several lines is shown in one, as it would be typed.
        say(&format!("{name:<11}{}", value.replace('\n', "\\n")))?;
    }
    let brand = office.store.read_here(settings::brand)?;
    for (name, picture) in PICTURES {
        let words = brand.picture(picture).map_or_else(
            || "none".to_owned(),
            |kept| format!("{} {} × {}", kept.sight.media_type, kept.sight.width, kept.sight.height),
        );
        say(&format!("{:<11}{words}", name.replace('_', "-")))?;
    }
    if brand.picture(Picture::Icon).is_none() && brand.picture(Picture::Small).is_some() {
        say("           icons are made of the logo")?;
    }
    for (words, scheme) in [("light", Scheme::Light), ("dark", Scheme::Dark)] {
        for pair in colour::palette(brand.accent, scheme).pairs() {
            say(&format!("contrast   {words:<6}{:<30} {:>4.1} : 1", pair.name, pair.ratio))?;
        }
    }
    Ok(())
}

fn changes(given: BrandValues) -> Result<Changes, VerbError> {
    let values = [
        ("company", given.company),
        ("product", given.product),
        ("colour", given.colour),
        ("hue", given.hue),
        ("chroma", given.chroma),
        ("tone", given.tone),
        ("ground", given.ground),
        ("clock", given.clock),
        ("dates", given.dates),
        ("footer", given.footer.map(|text| text.replace("\\n", "\n"))),
        ("legal", given.legal.map(|text| text.replace("\\n", "\n"))),
    ];
    let files =
        [("logo", given.logo), ("logo_dark", given.logo_dark), ("icon", given.icon), ("background", given.background)];
    let read = |(name, path): (&str, Option<PathBuf>)| {
        path.map(|path| Ok::<_, VerbError>((name.to_owned(), std::fs::read(path)?)))
    };
    Ok(Changes {
        values: values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect(),
        pictures: files.into_iter().filter_map(read).collect::<Result<_, _>>()?,
        removed: Vec::new(),
    })
}
