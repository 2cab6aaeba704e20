//! The company's look: what is given is judged and drawn first, then kept in one write.

use crate::domain::audit::{self, Act, Actor};
use crate::domain::settings::{self, Picture, Setting, SettingError, Sight};
use crate::domain::store::{ReadTx, Staged, StoreError, WriteTx, pack, packed};
use crate::format::colour::{self, Accent, Tone};
use crate::format::emblem::{self, Emblem, EmblemError};
use crate::kernel::limits;
use crate::kernel::text::{self, sentence};
use crate::services::difference::{Fields, difference};
use crate::services::office::Office;
use crate::services::picture::{Turn, in_turn};
use std::time::Duration;

/// How long one waits for a picture of the brand, those of others before it included.
const PATIENCE: Duration = Duration::from_secs(60);

/// The fields of a brand, as forms and errors name them.
pub const FIELDS: [(&str, Setting); 10] = [
    ("product", settings::PRODUCT),
    ("company", settings::COMPANY),
    ("hue", settings::ACCENT_HUE),
    ("chroma", settings::ACCENT_CHROMA),
    ("tone", settings::ACCENT_TONE),
    ("ground", settings::GROUND),
    ("clock", settings::CLOCK),
    ("dates", settings::DATES),
    ("footer", settings::MAIL_FOOTER),
    ("legal", settings::LEGAL),
];
/// Its pictures.
pub const PICTURES: [(&str, Picture); 4] = [
    ("logo", Picture::Logo),
    ("logo_dark", Picture::LogoDark),
    ("icon", Picture::Icon),
    ("background", Picture::Background),
];

/// What is wrong with one field.
pub type Wrong = (&'static str, String);

/// Why a brand was not kept.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BrandError {
    /// What whoever gave it can put right, field by field.
    #[error("{}", in_words(.0))]
    Fields(Vec<Wrong>),
    /// Too many pictures are being drawn.
    #[error("many pictures are being drawn just now; try again in a moment")]
    Busy,
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn in_words(wrong: &[Wrong]) -> String {
    wrong.iter().map(|(field, why)| format!("{field}: {why}")).collect::<Vec<_>>().join("; ")
}

/// What is to change. What is not named stays.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Values by the names of their fields, and `colour`, from which hue, strength and tone are taken.
    pub values: Vec<(String, String)>,
    /// Files by the names of their fields.
    pub pictures: Vec<(String, Vec<u8>)>,
    /// Pictures to take away, by the names of their fields.
    pub removed: Vec<String>,
}

/// Changes that were judged and drawn, to be kept in one write.
#[derive(Debug, Clone, Default)]
pub struct Ready {
    values: Vec<(Setting, String)>,
    put: Vec<(Picture, Staged, Sight)>,
    gone: Vec<Picture>,
}

/// What a value means for the settings.
fn value(field: &str, given: &str) -> Result<Vec<(Setting, String)>, Wrong> {
    if field == "colour" {
        return of_colour(given);
    }
    let Some((field, setting)) = FIELDS.into_iter().find(|(name, _)| *name == field) else { return Ok(Vec::new()) };
    let is_line = matches!(setting.kind, settings::Kind::Line(_));
    let given = if is_line { text::one_line(given) } else { given.replace("\r\n", "\n").trim().to_owned() };
    if setting == settings::COMPANY && given.is_empty() {
        return Err((field, "The company has a name.".to_owned()));
    }
    match settings::judge(setting, &given) {
        Ok(()) => Ok(vec![(setting, given)]),
        Err(SettingError::Value { wanted, .. }) => Err((field, format!("This takes {wanted}."))),
        Err(SettingError::Store(error)) => Err((field, error.to_string())),
    }
}

fn of_colour(given: &str) -> Result<Vec<(Setting, String)>, Wrong> {
    if given.trim().is_empty() {
        return Ok(Vec::new());
    }
    let colour =
        colour::of_hex(given).ok_or_else(|| ("colour", "A colour is a sign and six digits, as #ffcc00.".to_owned()))?;
    let accent = Accent::of(colour);
    let tone = if accent.tone == Tone::Bright { "bright" } else { "deep" };
    Ok(vec![
        (settings::ACCENT_HUE, accent.hue.to_string()),
        (settings::ACCENT_CHROMA, accent.chroma.to_string()),
        (settings::ACCENT_TONE, tone.to_owned()),
    ])
}

/// Judges changes and draws their pictures, outside any transaction.
///
/// # Errors
/// `Fields` with all that is wrong, `Busy`.
pub async fn prepare(office: &Office, changes: Changes) -> Result<Ready, BrandError> {
    let (mut ready, mut wrong, mut made) = (Ready::default(), Vec::new(), Vec::new());
    // A colour comes last: it says all three at once.
    let (colour, plain): (Vec<_>, Vec<_>) = changes.values.iter().partition(|(field, _)| field == "colour");
    for (field, given) in plain.into_iter().chain(colour) {
        match value(field, given) {
            Ok(values) => ready.values.extend(values),
            Err(error) => wrong.push(error),
        }
    }
    let named = |name: &str| PICTURES.into_iter().find(|(field, _)| *field == name);
    for (field, bytes) in changes.pictures {
        let Some((field, picture)) = named(&field) else { continue };
        match drawn(office, picture, bytes).await? {
            Ok(emblem) => made.push((picture, emblem)),
            Err(why) => wrong.push((field, why)),
        }
    }
    if !wrong.is_empty() {
        return Err(BrandError::Fields(wrong));
    }
    let gone = changes.removed.iter().filter_map(|name| named(name)).map(|(_, picture)| picture);
    ready.gone = gone.filter(|gone| made.iter().all(|(put, _)| put != gone)).collect();
    icons(office, &mut ready, &mut made).await?;
    for (picture, Emblem { bytes, media_type, width, height, shade }) in made {
        let sight = Sight { media_type: media_type.to_owned(), width, height, shade: shade.name().to_owned() };
        ready.put.push((picture, office.store.stage(pack(&bytes)).await?, sight));
    }
    Ok(ready)
}

/// Draws a picture anew, or says why it is not taken.
async fn drawn(office: &Office, picture: Picture, bytes: Vec<u8>) -> Result<Result<Emblem, String>, BrandError> {
    let most = if picture == Picture::Background { limits::BACKGROUND_BYTES } else { limits::LOGO_BYTES };
    if bytes.len() > most {
        return Ok(Err(format!("At most {} kB; this has {}.", most / 1024, bytes.len().div_ceil(1024))));
    }
    let draw = match picture {
        Picture::Background => emblem::background,
        Picture::Icon => emblem::icon,
        _ => emblem::logo,
    };
    match in_turn(office, PATIENCE, move || draw(&bytes)).await {
        Turn::Made(made) => Ok(made.map_err(|why| sentence(&why.to_string()))),
        Turn::Failed => Ok(Err(sentence(&EmblemError::Broken.to_string()))),
        Turn::Waiting => Err(BrandError::Busy),
    }
}

/// Makes the icons anew, where what they are made of changes.
async fn icons(office: &Office, ready: &mut Ready, made: &mut Vec<(Picture, Emblem)>) -> Result<(), BrandError> {
    let is_touched = |picture: &Picture| matches!(picture, Picture::Logo | Picture::Icon);
    if !made.iter().map(|(picture, _)| picture).chain(&ready.gone).any(is_touched) {
        return Ok(());
    }
    for of in [Picture::Icon, Picture::Logo] {
        let bytes = match made.iter().find(|(put, _)| *put == of) {
            Some((_, emblem)) => Some(emblem.bytes.clone()),
            None if ready.gone.contains(&of) => None,
            None => picture(office, of).await?.map(|(_, bytes)| bytes),
        };
        let Some(bytes) = bytes else { continue };
        let wrong = |why: EmblemError| Err(BrandError::Fields(vec![("icon", sentence(&why.to_string()))]));
        return match in_turn(office, PATIENCE, move || emblem::icons(&bytes)).await {
            Turn::Made(Ok(icons)) => {
                made.extend(Picture::MADE.into_iter().zip(icons));
                Ok(())
            }
            Turn::Made(Err(why)) => wrong(why),
            Turn::Failed => wrong(EmblemError::Broken),
            Turn::Waiting => Err(BrandError::Busy),
        };
    }
    ready.gone.extend(Picture::MADE);
    Ok(())
}

/// Keeps what is ready.
///
/// # Errors
/// Where the file cannot be written.
pub fn keep(tx: &WriteTx<'_>, actor: &Actor, ready: &Ready) -> Result<(), StoreError> {
    let before = told(tx)?;
    put(tx, ready)?;
    note(tx, actor, &before, &told(tx)?)
}

/// Takes everything back to its beginning but the company's name.
///
/// # Errors
/// Where the file cannot be written.
pub fn reset(tx: &WriteTx<'_>, actor: &Actor) -> Result<(), StoreError> {
    let before = told(tx)?;
    settings::reset_brand(tx)?;
    note(tx, actor, &before, &told(tx)?)
}

fn note(tx: &WriteTx<'_>, actor: &Actor, before: &Fields, after: &Fields) -> Result<(), StoreError> {
    if before == after {
        return Ok(());
    }
    let (before, after) = difference(before, after);
    audit::note(tx, actor, Act { act: "brand", subject: "the brand", before: &before, after: &after })
}

/// The brand field by field; of a picture its kind, its size and which one it is.
fn told(tx: &ReadTx<'_>) -> Result<Fields, StoreError> {
    let mut fields = Fields::new();
    for (name, setting) in FIELDS {
        fields.push((name, settings::get(tx, setting)?));
    }
    let brand = settings::brand(tx)?;
    fields.extend(PICTURES.into_iter().map(|(name, picture)| {
        let words = brand.picture(picture).map_or_else(String::new, |kept| {
            format!("{} {} × {} (no. {})", kept.sight.media_type, kept.sight.width, kept.sight.height, kept.blob)
        });
        (name, words)
    }));
    Ok(fields)
}

fn put(tx: &WriteTx<'_>, ready: &Ready) -> Result<(), StoreError> {
    for (setting, value) in &ready.values {
        settings::set(tx, *setting, value).map_err(|error| match error {
            SettingError::Store(error) => error,
            SettingError::Value { .. } => StoreError::Sqlite(error.to_string()),
        })?;
    }
    ready.put.iter().try_for_each(|(picture, bytes, sight)| settings::set_picture(tx, *picture, bytes, sight))?;
    ready.gone.iter().try_for_each(|picture| settings::remove_picture(tx, *picture))
}

/// Prepares and keeps changes.
///
/// # Errors
/// See [`BrandError`].
pub async fn change(office: &Office, actor: &Actor, changes: Changes) -> Result<(), BrandError> {
    let (ready, actor) = (prepare(office, changes).await?, actor.clone());
    Ok(office.store.write(move |tx| keep(tx, &actor, &ready)).await?)
}

/// A picture's media type and bytes, where there is one.
///
/// # Errors
/// Where the file cannot be read.
pub async fn picture(office: &Office, picture: Picture) -> Result<Option<(String, Vec<u8>)>, StoreError> {
    let read = office.store.read(move |tx| {
        let brand = settings::brand(tx)?;
        let kept = brand.picture(picture);
        kept.map(|kept| Ok::<_, StoreError>((kept.sight.media_type.clone(), packed(tx, kept.blob)?))).transpose()
    });
    read.await?.map(|(media_type, bytes)| Ok((media_type, bytes.unpack()?))).transpose()
}

/// Words with what ends them, as mail programs tell it from the words: a line of two hyphens and a blank.
#[must_use]
pub fn signed(words: &str, end: &str) -> String {
    format!("{}\n\n-- \n{end}\n", words.trim_end())
}

/// A person's letter with its domain's footer above what it quotes; as it is where the footer stands in it already, or
/// there is none.
#[must_use]
pub fn with_footer(letter: &str, footer: &str) -> String {
    let footer = footer.trim();
    let (own, quote) = letter.split_at(quote_of(letter));
    if footer.is_empty() || plain(own).contains(&plain(footer)) {
        return letter.to_owned();
    }
    let end = if quote.is_empty() { "\n" } else { "\n\n" };
    format!("{}\n\n-- \n{footer}{end}{}", own.trim_end(), quote.trim_start_matches('\n'))
}

/// A text without what mail programs change on the way: blanks at the ends of lines.
fn plain(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join("\n")
}

/// Where the quote at the end of a letter begins, with the line that says whom it quotes; its end where there is none.
fn quote_of(letter: &str) -> usize {
    let mut begun: Option<usize> = None;
    let (mut at, mut before) = (0, None);
    for line in letter.split_inclusive('\n') {
        let is_quote = line.starts_with('>');
        let bare = line.trim();
        if bare == "---------- Forwarded message ----------" {
            return at;
        }
        if is_quote && begun.is_none() {
            begun = Some(before.unwrap_or(at));
        } else if !is_quote && !bare.is_empty() && begun.is_some() {
            // Words below a quote: the quote is answered piece by piece.
            begun = None;
        }
        before = bare.ends_with(':').then_some(at);
        at += line.len();
    }
    begun.unwrap_or(letter.len())
}

#[cfg(test)]
mod tests;
