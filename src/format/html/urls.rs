//! Which addresses foreign HTML may point to.

/// Bytes of a link.
const LINK: usize = 8 * 1024;
/// Bytes of a picture that stands in the HTML itself.
const DATA_IMAGE: usize = 512 * 1024;

/// Where a picture comes from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Picture<'a> {
    /// A part of the message. RFC 2392.
    Inline(String),
    /// Another machine.
    Remote,
    /// The HTML itself. RFC 2397.
    Here(&'a str),
    /// Nowhere that is safe.
    Nowhere,
}

/// An address as a browser reads it: without blanks around it, and without tabs and line ends anywhere.
pub(super) fn as_browsers_read(url: &str) -> String {
    let is_outside = |c: char| c <= ' ';
    url.trim_matches(is_outside).chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect()
}

/// Whether a link may stand: `http`, `https`, `mailto`, `tel`, absolute, without control characters.
pub(super) fn is_link(url: &str) -> bool {
    let is_scheme = |scheme: &str| starts_with(url, scheme);
    let has_host =
        |scheme: &str| is_scheme(scheme) && url[scheme.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '[');
    url.len() <= LINK
        && !url.chars().any(char::is_control)
        && (has_host("http://") || has_host("https://") || is_scheme("mailto:") || is_scheme("tel:"))
}

/// Where the picture at `url` (as browsers read it) comes from.
pub(super) fn picture(url: &str) -> Picture<'_> {
    if starts_with(url, "cid:") {
        return Picture::Inline(percent_decoded(&url[4..]));
    }
    if starts_with(url, "http://") || starts_with(url, "https://") {
        return if is_link(url) { Picture::Remote } else { Picture::Nowhere };
    }
    // Browsers take `//host` and backslashes for addresses of other machines, too.
    if url.starts_with("//") || starts_with(url, "http:") || starts_with(url, "https:") {
        return Picture::Remote;
    }
    if is_data_image(url) { Picture::Here(url) } else { Picture::Nowhere }
}

/// Pictures that hold dots only: SVG holds code.
pub(super) fn is_data_image(url: &str) -> bool {
    let types =
        ["data:image/png;base64,", "data:image/gif;base64,", "data:image/jpeg;base64,", "data:image/webp;base64,"];
    let Some(kind) = types.iter().find(|kind| starts_with(url, kind)) else { return false };
    let is_base64 = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b' ');
    url.len() <= DATA_IMAGE && url[kind.len()..].bytes().all(is_base64)
}

/// Whether `url` is an address of ours, as the caller gives it for a part of the message.
pub(super) fn is_ours(url: &str) -> bool {
    let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && c != '\\';
    url.starts_with('/') && !url.starts_with("//") && url.chars().all(is_plain)
}

fn starts_with(url: &str, scheme: &str) -> bool {
    url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let hex = |at: usize| char::from(*behind.get(at)?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match (*first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(high << 4 | low);
                rest = &behind[2..];
            }
            (byte, ..) => {
                bytes.push(byte);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
