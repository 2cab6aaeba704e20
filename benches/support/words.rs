//! Made-up mail that looks like mail to a compressor and to an index: words of a vocabulary, the common ones often.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Words known. A company's mail of a year has about so many that are not names and numbers.
const VOCABULARY: usize = 12_000;

/// Chance that says the same each time it begins with the same seed.
pub struct Chance(u64);

impl Chance {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// splitmix64.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub const fn below(&mut self, end: usize) -> usize {
        (self.next() >> 33) as usize % end
    }

    /// A number below `end`, the small ones as much likelier as words are in a language (Zipf's law).
    pub fn rank(&mut self, end: usize) -> usize {
        let even = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((end as f64).powf(even) as usize).clamp(1, end) - 1
    }
}

/// The vocabulary, and what is written with it.
pub struct Words {
    words: Vec<String>,
    names: Vec<String>,
}

impl Words {
    pub fn new() -> Self {
        let mut chance = Chance::new(7);
        let mut word = |syllables: usize| -> String {
            (0..=chance.below(syllables))
                .flat_map(|_| [b"bcdfghklmnprstvz"[chance.below(16)], b"aeiou"[chance.below(5)]])
                .map(char::from)
                .collect()
        };
        let words = (0..VOCABULARY).map(|_| word(4)).collect();
        let names = (0..400)
            .map(|_| {
                let mut name = word(3);
                name[..1].make_ascii_uppercase();
                name
            })
            .collect();
        Self { words, names }
    }

    /// The `rank`th commonest word.
    pub fn word(&self, rank: usize) -> &str {
        &self.words[rank % self.words.len()]
    }

    /// So many words in a row.
    pub fn phrase(&self, chance: &mut Chance, count: usize) -> String {
        (0..count).map(|_| self.word(chance.rank(VOCABULARY))).collect::<Vec<_>>().join(" ")
    }

    /// One of 400 people, the same few most often: name and address.
    pub fn person(&self, chance: &mut Chance) -> (String, String) {
        let number = chance.rank(self.names.len());
        let (first, last) = (&self.names[number], &self.names[(number * 7 + 3) % self.names.len()]);
        (format!("{first} {last}"), format!("{}.{}{number}@example.org", first.to_lowercase(), last.to_lowercase()))
    }

    /// Lines of text until there are `size` bytes.
    pub fn text(&self, chance: &mut Chance, size: usize) -> String {
        let mut text = String::with_capacity(size + 100);
        while text.len() < size {
            let words = 6 + chance.below(8);
            text.push_str(&self.phrase(chance, words));
            text.push_str(if chance.below(6) == 0 { ".\r\n\r\n" } else { "\r\n" });
        }
        cut(text, size)
    }

    /// A whole letter of `size` bytes whose Message-ID is `id`; with `is_noise` most of it is a file that does not
    /// compress.
    pub fn letter(&self, chance: &mut Chance, to: &str, id: &str, size: usize, is_noise: bool) -> String {
        let (name, address) = self.person(chance);
        let words = 2 + chance.below(6);
        let subject = self.phrase(chance, words);
        let media_type = if is_noise { "multipart/mixed; boundary=\"=_\"" } else { "text/plain; charset=utf-8" };
        let mut letter = format!(
            "From: {name} <{address}>\r\nTo: <{to}>\r\nSubject: {subject}\r\nDate: Mon, 21 Sep 2026 10:{:02}:{:02} +0200\r\n\
             Message-ID: <{id}>\r\nMIME-Version: 1.0\r\nContent-Type: {media_type}\r\n\r\n",
            chance.below(60),
            chance.below(60),
        );
        if is_noise {
            letter.push_str("--=_\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
            letter.push_str(&self.text(chance, size / 16));
            letter.push_str(
                "--=_\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\
                 Content-Disposition: attachment; filename=\"photo.jpg\"\r\n\r\n",
            );
            letter.push_str(&noise(chance, size.saturating_sub(letter.len() + "--=_--\r\n".len())));
            letter.push_str("--=_--\r\n");
        } else {
            letter.push_str(&self.text(chance, size.saturating_sub(letter.len())));
        }
        letter
    }
}

/// Lines of base64 over chance, like a photo.
fn noise(chance: &mut Chance, size: usize) -> String {
    let mut text = String::with_capacity(size + 100);
    while text.len() < size {
        let bytes: Vec<u8> = (0..7).flat_map(|_| chance.next().to_le_bytes()).collect();
        text.push_str(&STANDARD.encode(&bytes[..54]));
        text.push_str("\r\n");
    }
    cut(text, size)
}

/// ASCII text cut to `size` bytes, ending in a line's end.
fn cut(mut text: String, size: usize) -> String {
    text.truncate(size.saturating_sub(2));
    while text.ends_with(['\r', '\n']) {
        text.pop();
    }
    text.push_str("\r\n");
    text
}
