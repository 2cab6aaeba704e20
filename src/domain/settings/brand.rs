//! What the company looks like: its names, its colour, its words, and pictures of pixels.

use super::{Kind, Setting, SettingError, judge};
use crate::domain::store::{ReadTx, Staged, StoreError, WriteTx, forget_blob, put_blob};
use crate::format::colour::{Accent, Tone};
use crate::format::formats::{Dates, Formats};
use crate::kernel::clock::Moment;
use crate::kernel::id::BlobId;
use crate::kernel::secret::sha256_hex;
use rusqlite::OptionalExtension;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The company's name.
pub const COMPANY: Setting = Setting {
    key: "brand.company",
    kind: Kind::Line(80),
    default: "Office",
    sentence: "The company's name, in mail and wherever the office has no name of its own.",
};
/// What the office calls itself.
pub const PRODUCT: Setting = Setting {
    key: "brand.product",
    kind: Kind::Line(40),
    default: "",
    sentence: "What the office calls itself on its pages. Empty for the company's name.",
};
/// Hue of the accent colour.
pub const ACCENT_HUE: Setting = Setting {
    key: "brand.accent_hue",
    kind: Kind::Number(0, 359),
    default: "245",
    sentence: "Hue of the accent colour in degrees of OKLCH.",
};
/// Strength of the accent colour.
pub const ACCENT_CHROMA: Setting = Setting {
    key: "brand.accent_chroma",
    kind: Kind::Number(0, 200),
    default: "130",
    sentence: "Strength of the accent colour, in thousandths of OKLCH chroma.",
};
/// Whether buttons are deep with light words or bright with dark ones.
pub const ACCENT_TONE: Setting = Setting {
    key: "brand.accent_tone",
    kind: Kind::Word(&["deep", "bright"]),
    default: "deep",
    sentence: "Buttons in the accent colour: deep with light words, or bright with dark words.",
};
/// What lies behind the sign-in page.
pub const GROUND: Setting = Setting {
    key: "brand.ground",
    kind: Kind::Word(&["plain", "soft", "strong"]),
    default: "plain",
    sentence: "What lies behind the sign-in page: plain, or a soft or strong tone of the accent. A picture goes over it.",
};
/// The clock that pages show.
pub const CLOCK: Setting = Setting {
    key: "brand.clock",
    kind: Kind::Word(&Formats::CLOCKS),
    default: "24",
    sentence: "The clock that pages show, of 24 hours or of twice 12, to all who chose none of their own.",
};
/// How pages write dates.
pub const DATES: Setting = Setting {
    key: "brand.dates",
    kind: Kind::Word(&Dates::NAMES),
    default: "words",
    sentence: "How pages write dates to all who chose no way of their own: words (28 Nov 2026), dots (28.11.2026), slashes (11/28/2026) or dashes (2026-11-28).",
};
/// What stands under mail to people.
pub const MAIL_FOOTER: Setting = Setting {
    key: "brand.mail_footer",
    kind: Kind::Text(2000),
    default: "",
    sentence: "Stands under each mail that is written here, above what it quotes. Empty for none.",
};
/// The imprint.
pub const LEGAL: Setting = Setting {
    key: "brand.legal",
    kind: Kind::Text(2000),
    default: "",
    sentence: "Address and imprint: on the sign-in page, on pages for visitors, and under mail that the office itself writes.",
};

/// All that is set of the brand.
pub(super) const SET: [Setting; 10] =
    [COMPANY, PRODUCT, ACCENT_HUE, ACCENT_CHROMA, ACCENT_TONE, GROUND, CLOCK, DATES, MAIL_FOOTER, LEGAL];

/// A picture of the brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Picture {
    /// The logo.
    Logo,
    /// The logo for dark pages.
    LogoDark,
    /// The icon, square.
    Icon,
    /// What lies behind the sign-in page.
    Background,
    /// Made of icon or logo: 192 pixels.
    Small,
    /// Made of icon or logo: 512 pixels.
    Large,
    /// Made of icon or logo: 512 pixels without see-through parts, to be cut by a mask.
    Masked,
}

impl Picture {
    /// Those that are given; the others are made of them.
    pub const GIVEN: [Self; 4] = [Self::Logo, Self::LogoDark, Self::Icon, Self::Background];
    /// Those that are made.
    pub const MADE: [Self; 3] = [Self::Small, Self::Large, Self::Masked];

    /// Its name in the file.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Logo => "brand.logo",
            Self::LogoDark => "brand.logo_dark",
            Self::Icon => "brand.icon",
            Self::Background => "brand.background",
            Self::Small => "brand.icon_small",
            Self::Large => "brand.icon_large",
            Self::Masked => "brand.icon_masked",
        }
    }

    fn of_key(key: &str) -> Option<Self> {
        Self::GIVEN.into_iter().chain(Self::MADE).find(|picture| picture.key() == key)
    }
}

/// What is known of a picture without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// `image/png` or `image/jpeg`; of older files also `image/webp`.
    pub media_type: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// `dark`, `light` or `mixed`: on which ground it needs a plate to be seen.
    pub shade: String,
}

/// A picture that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its bytes.
    pub blob: BlobId,
    /// What is known of it.
    pub sight: Sight,
}

/// What the company looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// What the office calls itself; empty for the company's name.
    pub product: String,
    /// The company's name.
    pub company: String,
    /// The accent colour.
    pub accent: Accent,
    /// What lies behind the sign-in page.
    pub ground: String,
    /// What stands under mail to people; empty for none.
    pub mail_footer: String,
    /// What stands under mail of one domain in its place.
    pub mail_footers: BTreeMap<String, String>,
    /// Address and imprint; empty for none.
    pub legal: String,
    /// Changes whenever anything of the brand does.
    pub mark: String,
    pictures: BTreeMap<Picture, Kept>,
}

impl Brand {
    /// The name that pages bear.
    #[must_use]
    pub fn name(&self) -> &str {
        if self.product.is_empty() { &self.company } else { &self.product }
    }

    /// One of its pictures.
    #[must_use]
    pub fn picture(&self, picture: Picture) -> Option<&Kept> {
        self.pictures.get(&picture)
    }

    /// What ends a letter of the office itself: who writes, and the imprint.
    #[must_use]
    pub fn imprint(&self) -> String {
        let legal = self.legal.trim();
        match legal {
            "" => self.company.clone(),
            // It begins with the company's name mostly, with what it is by law behind it.
            legal if legal.starts_with(&self.company) => legal.to_owned(),
            legal => format!("{}\n{legal}", self.company),
        }
    }

    /// What stands under mail from addresses of a domain; empty for none.
    #[must_use]
    pub fn footer_of(&self, domain: &str) -> &str {
        self.mail_footers.get(&domain.to_lowercase()).unwrap_or(&self.mail_footer)
    }

    /// What ends a letter that a program writes in a person's name.
    #[must_use]
    pub fn closing(&self) -> String {
        let footer = self.mail_footer.trim();
        if footer.is_empty() { self.company.clone() } else { footer.to_owned() }
    }
}

/// What the company looks like. Walks the primary keys of both tables.
///
/// # Errors
/// Where the file cannot be read.
pub fn brand(tx: &ReadTx<'_>) -> Result<Brand, StoreError> {
    let mut found = tx.sql().prepare_cached(
        "select key, value from settings_value where key >= 'brand.' and key < 'brand/' order by key",
    )?;
    let rows = found.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let values: BTreeMap<String, String> = rows.collect::<Result<_, _>>()?;
    let value = |setting: Setting| values.get(setting.key).cloned().unwrap_or_else(|| setting.default.to_owned());
    let number = |setting: Setting| value(setting).parse().or_else(|_| setting.default.parse()).unwrap_or_default();
    let mut marked = format!("{values:?}");
    let pictures = pictures(tx, &mut marked)?;
    let mark = sha256_hex(marked.as_bytes(), 10);
    Ok(Brand {
        product: value(PRODUCT),
        company: value(COMPANY),
        accent: Accent {
            hue: number(ACCENT_HUE),
            chroma: number(ACCENT_CHROMA),
            tone: if value(ACCENT_TONE) == "bright" { Tone::Bright } else { Tone::Deep },
        },
        ground: value(GROUND),
        mail_footer: value(MAIL_FOOTER),
        mail_footers: footers(&values),
        legal: value(LEGAL),
        mark,
        pictures,
    })
}

/// What stands before the domain in the key of its footer.
const FOOTER_OF: &str = "brand.mail_footer@";

fn footers(values: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let of = |(key, value): (&String, &String)| Some((key.strip_prefix(FOOTER_OF)?.to_owned(), value.clone()));
    values.iter().filter_map(of).collect()
}

/// Gives mail of one domain a footer of its own; with an empty one it has the company's again.
///
/// # Errors
/// `Value` where it is longer than it may be.
pub fn set_domain_footer(tx: &WriteTx<'_>, domain: &str, footer: &str) -> Result<(), SettingError> {
    judge(MAIL_FOOTER, footer)?;
    let key = [FOOTER_OF, domain].concat();
    let write = || -> Result<(), StoreError> {
        if footer.is_empty() {
            tx.sql().prepare_cached("delete from settings_value where key = ?1")?.execute([&key])?;
            return Ok(());
        }
        let sql = "insert into settings_value (key, value) values (?1, ?2) on conflict (key) do update set value = ?2";
        tx.sql().prepare_cached(sql)?.execute((&key, footer))?;
        Ok(())
    };
    Ok(write()?)
}

/// The pictures; `marked` is told what tells a picture from the one before it.
fn pictures(tx: &ReadTx<'_>, marked: &mut String) -> Result<BTreeMap<Picture, Kept>, StoreError> {
    let mut found = tx.sql().prepare_cached(
        "select key, blob, media_type, width, height, shade, set_at from settings_file
          where key >= 'brand.' and key < 'brand/' order by key",
    )?;
    let rows = found.query_map([], |row| {
        let sight = Sight { media_type: row.get(2)?, width: row.get(3)?, height: row.get(4)?, shade: row.get(5)? };
        Ok((row.get::<_, String>(0)?, Kept { blob: row.get(1)?, sight }, row.get::<_, Moment>(6)?))
    })?;
    let mut kept = BTreeMap::new();
    for row in rows {
        let (key, picture, set_at) = row?;
        let _ = write!(marked, "{key} {} {};", picture.blob, set_at.millis());
        if let Some(known) = Picture::of_key(&key) {
            kept.insert(known, picture);
        }
    }
    Ok(kept)
}

/// How the office has times and dates written.
///
/// # Errors
/// Where the file cannot be read.
pub fn formats(tx: &ReadTx<'_>) -> Result<Formats, StoreError> {
    Ok(Formats::named(&super::get(tx, CLOCK)?, &super::get(tx, DATES)?))
}

fn blob_of(tx: &ReadTx<'_>, picture: Picture) -> Result<Option<BlobId>, StoreError> {
    let mut found = tx.sql().prepare_cached("select blob from settings_file where key = ?1")?;
    Ok(found.query_row([picture.key()], |row| row.get(0)).optional()?)
}

/// Gives the brand a picture, in place of the one it had.
///
/// # Errors
/// Where the file cannot be written.
pub fn set_picture(tx: &WriteTx<'_>, picture: Picture, bytes: &Staged, sight: &Sight) -> Result<(), StoreError> {
    let blob = put_blob(tx, bytes)?;
    let old = blob_of(tx, picture)?;
    let Sight { media_type, width, height, shade } = sight;
    tx.sql()
        .prepare_cached(
            "insert or replace into settings_file (key, blob, media_type, width, height, shade, set_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((picture.key(), blob, media_type, width, height, shade, tx.now()))?;
    if let Some(old) = old {
        forget_blob(tx, old)?;
    }
    Ok(())
}

/// Takes a picture away.
///
/// # Errors
/// Where the file cannot be written.
pub fn remove_picture(tx: &WriteTx<'_>, picture: Picture) -> Result<(), StoreError> {
    let Some(old) = blob_of(tx, picture)? else { return Ok(()) };
    tx.sql().prepare_cached("delete from settings_file where key = ?1")?.execute([picture.key()])?;
    forget_blob(tx, old)?;
    Ok(())
}

/// Takes everything of the brand back to its beginning but the company's name.
///
/// # Errors
/// Where the file cannot be written.
pub fn reset_brand(tx: &WriteTx<'_>) -> Result<(), StoreError> {
    let mut forget = tx.sql().prepare_cached("delete from settings_value where key = ?1")?;
    for setting in SET.into_iter().filter(|setting| *setting != COMPANY) {
        forget.execute([setting.key])?;
    }
    for domain in brand(tx)?.mail_footers.keys() {
        forget.execute([[FOOTER_OF, domain].concat()])?;
    }
    for picture in Picture::GIVEN.into_iter().chain(Picture::MADE) {
        remove_picture(tx, picture)?;
    }
    Ok(())
}
