//! What values a rule takes, which of two is the stricter, and what one brings about.

/// A word that a rule may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// As it is kept, and set on the command line.
    pub name: &'static str,
    /// As the sheet shows it.
    pub label: &'static str,
    /// What it brings about for those whom it is for.
    pub sentence: &'static str,
}

/// What values a rule takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One of these words, from the loosest to the strictest.
    Words(&'static [Word]),
    /// A whole number; 0 for none, else the smaller the stricter.
    Number {
        /// The largest.
        most: i64,
        /// What is counted.
        unit: &'static str,
        /// What 0 brings about.
        none: &'static str,
        /// What another number brings about; `{}` stands for it.
        some: &'static str,
    },
}

impl Kind {
    /// A value in the form it is kept, where a rule may be that.
    #[must_use]
    pub fn taken(self, typed: &str) -> Option<String> {
        let typed = typed.trim();
        match self {
            Self::Words(words) => words.iter().find(|word| word.name == typed).map(|word| word.name.to_owned()),
            Self::Number { most, .. } => {
                let number: i64 = typed.parse().ok()?;
                (0..=most).contains(&number).then(|| number.to_string())
            }
        }
    }

    /// How strict a value is: of two, the greater wins. What cannot be understood is the strictest.
    #[must_use]
    pub fn strictness(self, value: &str) -> i64 {
        match self {
            Self::Words(words) => {
                let place = words.iter().position(|word| word.name == value).unwrap_or(words.len().saturating_sub(1));
                i64::try_from(place).unwrap_or(i64::MAX)
            }
            Self::Number { .. } => match value.parse::<i64>() {
                Ok(0) => 0,
                Ok(number) if number > 0 => i64::MAX - number,
                _ => i64::MAX,
            },
        }
    }

    /// What a value brings about.
    #[must_use]
    pub fn sentence(self, value: &str) -> String {
        match self {
            Self::Words(words) => words
                .iter()
                .find(|word| word.name == value)
                .or(words.last())
                .map_or("", |word| word.sentence)
                .to_owned(),
            Self::Number { none, .. } if value == "0" => none.to_owned(),
            Self::Number { some, .. } => {
                let words = some.replace("{}", value);
                if value == "1" { words.replace("1 days", "1 day") } else { words }
            }
        }
    }

    /// A value as the sheet shows it.
    #[must_use]
    pub fn label(self, value: &str) -> String {
        match self {
            Self::Words(words) => {
                words.iter().find(|word| word.name == value).or(words.last()).map_or("", |word| word.label).to_owned()
            }
            Self::Number { .. } if value == "0" => "No limit".to_owned(),
            Self::Number { unit, .. } => format!("{value} {unit}"),
        }
    }

    /// What values it takes, for who typed another.
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::Words(words) => {
                let names: Vec<&str> = words.iter().map(|word| word.name).collect();
                format!("one of: {}", names.join(", "))
            }
            Self::Number { most, unit, .. } => format!("a whole number of {unit} from 0 to {most}"),
        }
    }
}
