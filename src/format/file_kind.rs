//! What sort of file something is, told by its name's end and by its first bytes. Where the two disagree, a program stays
//! one.

use super::picture;

/// A sort of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// What browsers draw.
    Picture,
    /// Text, tables, slides.
    Document,
    /// Sound and films.
    Media,
    /// What runs when it is opened.
    Program,
    /// Packed files, and all else.
    Other,
}

/// Ends of names behind which something runs when it is opened: programs, scripts, installers, shortcuts, disk images.
const PROGRAMS: [&str; 44] = [
    "app", "apk", "appimage", "bat", "cmd", "com", "cpl", "deb", "dll", "dmg", "exe", "gadget", "hta", "htm", "html",
    "img", "inf", "iso", "jar", "js", "jse", "lnk", "mjs", "msc", "msi", "msp", "pif", "pkg", "ps1", "psm1", "py",
    "reg", "rpm", "scf", "scr", "sh", "svg", "url", "vb", "vbe", "vbs", "ws", "wsf", "xhtml",
];
/// Ends of names of documents. Those with macros are programs.
const DOCUMENTS: [&str; 24] = [
    "csv", "doc", "docx", "eml", "epub", "ics", "json", "key", "md", "numbers", "odp", "ods", "odt", "pages", "pdf",
    "ppt", "pptx", "rtf", "tsv", "txt", "vcf", "xls", "xlsx", "xml",
];
/// Ends of names of documents that bring macros.
const MACROS: [&str; 8] = ["docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppam"];
/// Ends of names of sound and films.
const MEDIA: [&str; 15] =
    ["aac", "avi", "flac", "m4a", "m4v", "mkv", "mov", "mp3", "mp4", "mpeg", "oga", "ogg", "opus", "wav", "webm"];
/// First bytes of programs: Windows, Linux, macOS in its four forms, scripts, Java.
const MARKS: [&[u8]; 8] = [
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"#!",
    b"\xca\xfe\xba\xbe",
];

impl FileKind {
    /// The sort of a file of this name, which begins with these bytes.
    #[must_use]
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        let end = name.trim_end_matches(['.', ' ']).rsplit_once('.').map(|(_, end)| end.to_lowercase());
        let end = end.unwrap_or_default();
        let is_in = |all: &[&str]| all.contains(&end.as_str());
        if is_in(&PROGRAMS) || is_in(&MACROS) || MARKS.iter().any(|mark| bytes.starts_with(mark)) {
            Self::Program
        } else if picture::raster(bytes).is_some() {
            Self::Picture
        } else if is_in(&DOCUMENTS) {
            Self::Document
        } else if is_in(&MEDIA) || super::sound::look(bytes).is_some() {
            Self::Media
        } else {
            Self::Other
        }
    }

    /// What it is, in words.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Picture => "a picture",
            Self::Document => "a document",
            Self::Media => "sound or a film",
            Self::Program => "a program or a script",
            Self::Other => "neither a document nor a picture, sound or film",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FileKind::{Document, Media, Other, Picture, Program};
    use super::*;

    #[test]
    fn a_file_is_what_its_end_and_its_bytes_say() {
        for (name, bytes, kind) in [
            ("report.pdf", &b"%PDF-1.7"[..], Document),
            ("Report.DOCX", b"PK\x03\x04", Document),
            ("photo.png", b"\x89PNG\r\n\x1a\n", Picture),
            ("photo.png", b"<script>", Other),
            ("song.mp3", b"ID3", Media),
            ("setup.exe", b"MZ\x90", Program),
            ("holiday.jpg", b"MZ\x90", Program),
            ("holiday.jpg.exe", b"\xff\xd8\xff", Program),
            ("invoice.pdf.js", b"var a", Program),
            ("run", b"#!/bin/sh", Program),
            ("setup.exe. ", b"", Program),
            ("table.xlsm", b"PK\x03\x04", Program),
            ("drawing.svg", b"<svg", Program),
            ("all.zip", b"PK\x03\x04", Other),
            ("", b"", Other),
        ] {
            assert_eq!(FileKind::of(name, bytes), kind, "{name}");
        }
    }
}
