//! The `style` attribute: colours, type, alignment, and boxes of a sane size. Nothing that loads, runs, moves or covers.

/// Bytes of a style attribute that are read, and declarations that are kept.
const STYLE: usize = 8 * 1024;
const DECLARATIONS: usize = 60;

/// The harmless declarations of `style`, written anew.
pub(super) fn safe(style: &str) -> String {
    let mut kept = String::new();
    let style = style.char_indices().nth(STYLE).map_or(style, |(end, _)| &style[..end]);
    for (name, value) in style.split(';').filter_map(declaration).take(DECLARATIONS) {
        if !kept.is_empty() {
            kept.push(';');
        }
        kept.push_str(name);
        kept.push(':');
        kept.push_str(&value);
    }
    kept
}

/// One `name: value`; `None` where either is not known to be harmless.
fn declaration(text: &str) -> Option<(&'static str, String)> {
    let (name, value) = text.split_once(':')?;
    let name = name.trim().to_ascii_lowercase();
    let value = value.trim().to_ascii_lowercase();
    let value = value.strip_suffix("!important").unwrap_or(&value).trim_end();
    let (known, is_harmless) = property(&name)?;
    let is_plain =
        value.len() <= 200 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b" #%.,-()'\"".contains(&b));
    (is_plain && !value.is_empty() && is_harmless(value)).then(|| (known, value.replace('"', "'")))
}

type Check = fn(&str) -> bool;

/// The properties that are kept, and what they may say. `background` may say a colour only.
fn property(name: &str) -> Option<(&'static str, Check)> {
    const KNOWN: [(&str, Check); 53] = [
        ("background", is_color),
        ("background-color", is_color),
        ("border", is_border),
        ("border-bottom", is_border),
        ("border-bottom-color", is_border),
        ("border-bottom-style", is_border),
        ("border-bottom-width", is_border),
        ("border-collapse", is_words),
        ("border-color", is_border),
        ("border-left", is_border),
        ("border-left-color", is_border),
        ("border-left-style", is_border),
        ("border-left-width", is_border),
        ("border-radius", is_border),
        ("border-right", is_border),
        ("border-right-color", is_border),
        ("border-right-style", is_border),
        ("border-right-width", is_border),
        ("border-spacing", is_border),
        ("border-style", is_border),
        ("border-top", is_border),
        ("border-top-color", is_border),
        ("border-top-style", is_border),
        ("border-top-width", is_border),
        ("border-width", is_border),
        ("color", is_color),
        ("direction", is_words),
        ("display", is_display),
        ("font-family", is_family),
        ("font-size", is_font_size),
        ("font-style", is_words),
        ("font-variant", is_words),
        ("font-weight", is_weight),
        ("height", is_size),
        ("line-height", is_line_height),
        ("list-style-type", is_words),
        ("margin", is_space),
        ("margin-bottom", is_space),
        ("margin-left", is_space),
        ("margin-right", is_space),
        ("margin-top", is_space),
        ("max-width", is_size),
        ("min-width", is_size),
        ("padding", is_space),
        ("padding-bottom", is_space),
        ("padding-left", is_space),
        ("padding-right", is_space),
        ("padding-top", is_space),
        ("text-align", is_words),
        ("text-decoration", is_words),
        ("text-transform", is_words),
        ("vertical-align", is_words),
        ("white-space", is_words),
    ];
    if name == "width" {
        return Some(("width", is_size));
    }
    KNOWN.binary_search_by_key(&name, |(known, _)| known).ok().map(|at| KNOWN[at])
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && word.len() <= 30 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

fn is_words(value: &str) -> bool {
    value.split(' ').filter(|word| !word.is_empty()).all(is_word)
}

fn is_display(value: &str) -> bool {
    ["none", "block", "inline", "inline-block", "list-item", "table", "table-row", "table-cell"].contains(&value)
}

fn is_color(value: &str) -> bool {
    if let Some(hex) = value.strip_prefix('#') {
        return (3..=8).contains(&hex.len()) && hex.bytes().all(|b| b.is_ascii_hexdigit());
    }
    let functions = ["rgb(", "rgba(", "hsl(", "hsla("];
    match functions.iter().find_map(|function| value.strip_prefix(function)) {
        Some(inside) => inside.strip_suffix(')').is_some_and(|numbers| {
            numbers.len() <= 40 && numbers.bytes().all(|b| b.is_ascii_digit() || b" ,.%".contains(&b))
        }),
        None => is_word(value),
    }
}

fn is_family(value: &str) -> bool {
    let pairs = |quote: char| value.matches(quote).count().is_multiple_of(2);
    !value.contains(['(', ')', '#', '%']) && pairs('\'') && pairs('"') && !(value.contains('\'') && value.contains('"'))
}

fn is_weight(value: &str) -> bool {
    is_word(value) || value.len() <= 4 && value.bytes().all(|b| b.is_ascii_digit())
}

/// A length in pixels, for comparing; percentages count against `whole` pixels. `None` where it is none, or negative.
fn pixels(value: &str, whole: f32) -> Option<f32> {
    let end = value.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(value.len());
    let number: f32 = value[..end].parse().ok()?;
    let unit = match &value[end..] {
        "px" => 1.0,
        "" if number == 0.0 => 1.0,
        "pt" => 4.0 / 3.0,
        "em" | "rem" => 16.0,
        "ex" | "ch" => 8.0,
        "in" => 96.0,
        "cm" => 37.8,
        "mm" => 3.78,
        "%" => whole / 100.0,
        _ => return None,
    };
    Some(number * unit)
}

fn is_within(value: &str, whole: f32, most: f32) -> bool {
    pixels(value, whole).is_some_and(|size| size <= most)
}

fn is_font_size(value: &str) -> bool {
    is_word(value) || is_within(value, 16.0, 96.0)
}

fn is_line_height(value: &str) -> bool {
    is_word(value)
        || is_within(value, 16.0, 120.0)
        || value.parse::<f32>().is_ok_and(|lines| (0.0..=5.0).contains(&lines))
}

fn is_size(value: &str) -> bool {
    value == "auto" || is_within(value, 1200.0, 1200.0)
}

fn is_space(value: &str) -> bool {
    value.split(' ').filter(|word| !word.is_empty()).all(|word| word == "auto" || is_within(word, 200.0, 200.0))
}

fn is_border(value: &str) -> bool {
    let parts = value.replace(", ", ",");
    parts.split(' ').filter(|word| !word.is_empty()).all(|word| is_color(word) || is_within(word, 100.0, 60.0))
}
