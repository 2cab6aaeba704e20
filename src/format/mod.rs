//! Content grammars: what is inside a message and how it is shown. Pure: bytes in, values out.
//!
//! Everything here takes input from strangers, so everything is bounded by `kernel::limits` and never panics.

pub mod colour;
pub mod csv;
pub mod day;
pub mod emblem;
pub mod feed;
pub mod file_kind;
pub mod formats;
pub mod freebusy;
pub mod holiday;
pub mod html;
pub mod ical;
pub mod icon;
pub mod mime;
pub mod picture;
pub mod portrait;
pub mod preview;
pub mod push;
pub mod quick;
pub mod search;
pub mod sound;
pub mod svg;
pub mod totp;
