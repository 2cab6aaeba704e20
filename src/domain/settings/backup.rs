//! Settings of the copies that the office makes of itself.

use super::{Kind, Setting};

/// When a copy is made.
pub const BACKUP_AT: Setting = Setting {
    key: "backup.at",
    kind: Kind::Line(5),
    default: "03:00",
    sentence: "Time of day, in universal time, at which the office copies itself and proves the copy; off for never.",
};
/// How many copies are kept.
pub const BACKUP_KEEP: Setting = Setting {
    key: "backup.keep",
    kind: Kind::Number(1, 365),
    default: "7",
    sentence: "Proven copies that are kept; older ones go.",
};
/// Where copies lie.
pub const BACKUP_FOLDER: Setting = Setting {
    key: "backup.folder",
    kind: Kind::Line(300),
    default: "",
    sentence: "Folder for copies, best on another disk; beside the office's file where empty.",
};

/// Those that administrators set.
pub(super) const SET: [Setting; 3] = [BACKUP_AT, BACKUP_KEEP, BACKUP_FOLDER];
