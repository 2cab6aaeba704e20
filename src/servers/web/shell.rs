//! The frame round every page: company, places, the person, counts, and what has just been done.

use super::announce::{self, AnnouncementView};
use super::assets;
use super::calendar::act::UNDO;
use super::error::WebError;
use super::face::Face;
use super::look::Look;
use super::mail::folders::FoldersView;
use super::page::in_address;
use super::presence::{OwnPresence, PresenceView, Watch};
use super::reminder::RemindersView;
use super::session::Visit;
use super::words::unless_none;
use crate::domain::calendar;
use crate::domain::chat;
use crate::domain::mail::{self, Folder, FolderRole};
use crate::domain::people::{Person, Session};
use crate::domain::settings::{self, Brand, Kept, Picture};
use crate::domain::store::{self, ReadTx};
use crate::format::colour::{Scheme, ground, hex};
use crate::format::html::CleanHtml;
use crate::kernel::id::{ChatMessageId, UndoId};

/// What every page has, signed in or not.
#[derive(Debug, Clone)]
pub struct Frame {
    /// What the office calls itself.
    pub name: String,
    /// The company's name.
    pub company: String,
    /// Address and imprint; empty for none.
    pub legal: String,
    /// What lies behind a page of somebody who is not signed in: `picture`, `soft`, `strong`, or empty.
    pub ground: &'static str,
    /// The folder of the static files.
    pub assets: &'static str,
    /// Changes whenever the brand does.
    pub brand_mark: String,
    /// The company's logo, where it has one.
    pub logo: Option<LogoView>,
    /// Whether the company has an icon, its own or made of its logo.
    pub has_icon: bool,
    /// The colour of the browser's bars, in light pages and in dark ones.
    pub bars: [String; 2],
    /// How this browser likes its pages.
    pub look: Look,
}

/// The company's logo.
#[derive(Debug, Clone)]
pub struct LogoView {
    /// Where it is, for light pages.
    pub light: String,
    /// Where it is, for dark ones.
    pub dark: String,
    /// Whether it is the same in both.
    pub is_one: bool,
    /// On which pages it stands on a plate, so that it can be seen: a class of the style sheet.
    pub plate: &'static str,
    /// Whether it is so wide that it is the name itself.
    pub is_word: bool,
}

impl LogoView {
    fn new(brand: &Brand) -> Option<Self> {
        let (light, dark) = (brand.picture(Picture::Logo), brand.picture(Picture::LogoDark));
        let first = light.or(dark)?;
        let at = |kept: Option<&Kept>, other: &'static str, own: &'static str| {
            format!("/brand/{}?v={}", if kept.is_some() { own } else { other }, brand.mark)
        };
        let is_one = light.is_none() || dark.is_none();
        Some(Self {
            light: at(light, "logo-dark", "logo"),
            dark: at(dark, "logo", "logo-dark"),
            is_one,
            plate: match first.sight.shade.as_str() {
                "dark" if is_one => "plate-dark",
                "light" if is_one => "plate-light",
                _ => "",
            },
            is_word: first.sight.width > first.sight.height.saturating_mul(2),
        })
    }
}

impl Frame {
    /// A frame in the company's colours, or in plain ones where they cannot be read.
    pub fn new(brand: Option<Brand>, look: &Look) -> Self {
        let (assets, look) = (assets::root(), look.clone());
        let Some(brand) = brand else {
            let (name, company) = ("Office".to_owned(), "Office".to_owned());
            let (legal, brand_mark, bars) = (String::new(), String::new(), [String::new(), String::new()]);
            return Self {
                name,
                company,
                legal,
                ground: "",
                assets,
                brand_mark,
                logo: None,
                has_icon: false,
                bars,
                look,
            };
        };
        let bar = |scheme| hex(ground(brand.accent, scheme));
        Self {
            name: brand.name().to_owned(),
            ground: match brand.ground.as_str() {
                _ if brand.picture(Picture::Background).is_some() => "picture",
                "soft" => "soft",
                "strong" => "strong",
                _ => "",
            },
            assets,
            logo: LogoView::new(&brand),
            has_icon: brand.picture(Picture::Small).is_some(),
            bars: [bar(Scheme::Light), bar(Scheme::Dark)],
            look,
            company: brand.company,
            legal: brand.legal,
            brand_mark: brand.mark,
        }
    }
}

/// Which place of the rail a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The launch point.
    Today,
    /// Web mail.
    Mail,
    /// The calendar.
    Calendar,
    /// Presence and chat.
    Chat,
    /// The directory.
    People,
    /// Prices, rates and other numbers.
    Quotes,
    /// Own settings.
    Settings,
    /// None of them.
    Nowhere,
}

/// One place of the rail.
#[derive(Debug, Clone)]
pub struct PlaceView {
    /// Its name.
    pub name: &'static str,
    /// Where it is.
    pub href: &'static str,
    /// Its glyph.
    pub icon: &'static str,
    /// Whether the page belongs to it.
    pub is_here: bool,
    /// Whether it stands at the end.
    pub is_last: bool,
    /// Whether a phone shows it under More alone.
    pub is_more: bool,
    /// The id of the count of what is unread there; empty for none.
    pub count_id: &'static str,
    /// That count, in words; empty for none.
    pub count: String,
}

/// A person as others see one.
#[derive(Debug, Clone)]
pub struct PersonView {
    /// The name.
    pub name: String,
    /// The first address.
    pub address: String,
    /// The face.
    pub face: Face,
    /// The person's own page.
    pub href: String,
    /// Where to write to the person.
    pub write: String,
    /// Whether it is the reader.
    pub is_me: bool,
    /// Whether the person runs the office.
    pub is_admin: bool,
    /// How the person is; offline until looked at.
    pub presence: PresenceView,
}

impl PersonView {
    /// `person`, as `me` sees one.
    pub fn new(person: &Person, me: &Person) -> Self {
        let address = person.address.as_str();
        Self {
            face: Face::of(person),
            href: format!("/people/{}", person.id),
            write: format!("/mail/compose?to={}", in_address(address)),
            is_me: person.id == me.id,
            is_admin: person.role.runs_office(),
            name: person.full_name.clone(),
            address: address.to_owned(),
            presence: PresenceView::unknown(person.id),
        }
    }

    /// With the person's presence, as the reader may see it.
    pub fn seen(self, watch: &Watch) -> Self {
        Self { presence: watch.of(self.presence.person), ..self }
    }
}

/// A line that says what has just been done, and takes it back.
#[derive(Debug, Clone, Default)]
pub struct Toast {
    /// What was done.
    pub words: String,
    /// Where it can be looked at.
    pub link: String,
    /// What the link says.
    pub link_name: String,
    /// Where to post what takes it back; empty where nothing does.
    pub undo_at: String,
    /// What takes it back, as the form says it.
    pub undo: String,
    /// The form's token.
    pub csrf: String,
    /// The page to come back to.
    pub back: String,
}

/// What the search of a page looks through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Searches {
    /// Where its form goes.
    pub action: &'static str,
    /// What it is called.
    pub words: &'static str,
    /// Which of several the address means; empty where its action says all.
    pub within: &'static str,
}

impl Searches {
    const fn of(place: Place) -> Self {
        match place {
            Place::Chat => Self { action: "/search", words: "Search messages", within: "chat" },
            Place::Calendar => Self { action: "/search", words: "Search the calendar", within: "calendar" },
            Place::Quotes => Self { action: "/quotes/search", words: "Symbol or name", within: "" },
            _ => Self { action: "/search", words: "Search mail", within: "" },
        }
    }

    /// Whether it offers symbols while one types.
    pub fn is_for_symbols(self) -> bool {
        self.action == "/quotes/search"
    }
}

/// What stands round the page of somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Shell {
    /// What every page has.
    pub frame: Frame,
    /// Who is signed in.
    pub me: PersonView,
    /// The name that the person signs in with.
    pub login: String,
    /// What the office says to everybody, until it is read.
    pub announcement: Option<AnnouncementView>,
    /// The message of the day, where the page shows it.
    pub motd: Option<CleanHtml>,
    /// How the person is, and the menu that changes it.
    pub presence: OwnPresence,
    /// What every form carries.
    pub csrf: String,
    /// Unread messages in the inbox, in words; empty for none.
    pub unread: String,
    /// The rail.
    pub places: Vec<PlaceView>,
    /// Where the live stream goes on from.
    pub revision: i64,
    /// Where the page's search looks.
    pub searches: Searches,
    /// What was searched for.
    pub asked: String,
    /// What has just been done.
    pub toasts: Vec<Toast>,
    /// What the person is reminded of, until it is put away.
    pub reminders: RemindersView,
    folders: Vec<Folder>,
}

impl Shell {
    /// Reads what the shell shows.
    pub fn read(tx: &ReadTx<'_>, session: &Session, visit: &Visit, place: Place) -> Result<Self, WebError> {
        let me = session.person.id;
        let folders = mail::folders(tx, me)?;
        let inbox = folders.iter().find(|folder| folder.role == FolderRole::Inbox);
        let unread = unless_none(inbox.map_or(0, |inbox| inbox.unread));
        let pings = unless_none(chat::unread(tx, me)?.iter().map(|(_, _, pings)| pings).sum());
        let revision = store::revision(tx)?;
        let reminders = RemindersView::read(tx, me, visit.reader(), revision)?;
        let (csrf, back) = (session.csrf.clone(), without_notes(&visit.address));
        Ok(Self {
            frame: Frame::new(Some(settings::brand(tx)?), &visit.look),
            me: PersonView::new(&session.person, &session.person),
            login: session.person.name.clone(),
            announcement: announce::unread(tx, me, visit)?,
            motd: if matches!(place, Place::Today | Place::Chat) { announce::motd(tx)? } else { None },
            presence: OwnPresence::read(tx, visit, me)?,
            csrf: session.csrf.clone(),
            places: places(place, &unread, &pings),
            unread,
            revision,
            searches: Searches::of(place),
            asked: visit.query.get("q").to_owned(),
            toasts: toasts(tx, session, visit)?,
            reminders: RemindersView { csrf, back, ..reminders },
            folders,
        })
    }

    /// Whether the page is of a place that a phone shows under More.
    pub fn is_more(&self) -> bool {
        self.places.iter().any(|place| place.is_here && place.is_more)
    }

    /// The person's folders, the one at `here` marked.
    pub fn folders_view(&self, here: &str) -> FoldersView {
        FoldersView::new(&self.folders, self.revision, here)
    }

    /// The person's folders.
    pub fn folders(&self) -> &[Folder] {
        &self.folders
    }
}

fn places(here: Place, unread: &str, pings: &str) -> Vec<PlaceView> {
    let all = [
        (Place::Today, "Today", "/today", "today"),
        (Place::Mail, "Mail", "/mail/inbox", "mail"),
        (Place::Calendar, "Calendar", "/calendar", "calendar"),
        (Place::Chat, "Chat", "/chat", "chat"),
        (Place::People, "People", "/people", "people"),
        (Place::Quotes, "Quotes", "/quotes", "quotes"),
        (Place::Settings, "Settings", "/settings/look", "settings"),
    ];
    let view = |(place, name, href, icon)| PlaceView {
        name,
        href,
        icon,
        is_here: place == here,
        is_last: place == Place::Settings,
        is_more: matches!(place, Place::People | Place::Quotes | Place::Settings),
        count_id: match place {
            Place::Mail => "unread",
            Place::Chat => "chat-unread",
            Place::Today | Place::Calendar | Place::People | Place::Quotes | Place::Settings | Place::Nowhere => "",
        },
        count: match place {
            Place::Mail => unread.to_owned(),
            Place::Chat => pings.to_owned(),
            Place::Today | Place::Calendar | Place::People | Place::Quotes | Place::Settings | Place::Nowhere => {
                String::new()
            }
        },
    };
    all.into_iter().map(view).collect()
}

/// What an address says has just been done, and how a page tells it.
const DONE: [(&str, &str); 51] = [
    ("sent", "Sent"),
    ("saved", "Draft saved"),
    ("undone", "Put back"),
    ("presence", "Presence changed"),
    ("privacy", "Saved who may see you"),
    ("look", "Look and keys saved"),
    ("picture", "Picture saved. Your colleagues see it beside your name."),
    ("picture-gone", "Picture removed"),
    ("notifications", "Notifications saved"),
    ("hours", "Working hours saved"),
    ("away", "You are out of office in that time"),
    ("back", "Welcome back"),
    ("push-on", "Notifications are on here"),
    ("push-off", "That device is not notified any more"),
    ("push-test", "A test is on its way"),
    ("password", "Password changed. Every other browser is signed out."),
    ("ended", "Signed out there"),
    ("folder", "Folder saved"),
    ("group-removed", "Group removed. The people in it are still here."),
    ("removed", "Folder removed. Its mail is in the Archive."),
    ("rule", "Rule saved. It holds from now on."),
    ("rule-removed", "Rule removed"),
    ("room", "Saved"),
    ("office", "Saved"),
    ("program", "Revoked. That program can sign in no more."),
    ("copying", "A backup is being made; it shows here once it is proven"),
    ("brand", "Saved. Every page has it from now on."),
    ("brand-reset", "The look is as at the beginning"),
    ("revoked", "Revoked. Who reads there is refused from now on."),
    ("source", "The calendar is on your list"),
    ("source-gone", "Removed, with all that was read from there"),
    ("looked", "Looked. What was found is below."),
    ("announced", "Said to everybody"),
    ("calendar", "Calendar saved"),
    ("calendar-gone", "Calendar removed"),
    ("calendar-off", "It is off your list of calendars"),
    ("wishes", "Saved what you prefer of the calendar"),
    ("watchlist", "Watchlist saved"),
    ("watchlist-gone", "Watchlist removed"),
    ("symbol", "It is on the list"),
    ("symbol-gone", "Taken off the list"),
    ("alert", "You will be told"),
    ("alert-passed", "The price is there already: you will be told when it comes back and crosses again"),
    ("alert-gone", "Alert removed"),
    ("holding", "Holding saved"),
    ("holding-gone", "Holding removed"),
    ("quotes", "Saved what you prefer of quotes"),
    ("feed", "Feed saved. It is asked from now on."),
    ("feed-gone", "Feed removed. The numbers it told stay as they are."),
    ("calendar-added", "It is on your list of calendars"),
    ("pictures", "Pictures from this sender will always show"),
];

/// What the address says has just been done. The words are ours or the domain's, never the address's.
fn toasts(tx: &ReadTx<'_>, session: &Session, visit: &Visit) -> Result<Vec<Toast>, WebError> {
    let mut toasts = Vec::new();
    let undo: Vec<UndoId> = visit.query.get("undo").split(',').filter_map(|id| id.parse().ok()).take(20).collect();
    if let Some(toast) = undo_toast(tx, session, &undo, &visit.address)? {
        toasts.push(toast);
    }
    let said = visit.query.get("said").parse().ok().filter(|_| visit.query.get("done") == "deleted");
    if let Some(toast) = said.map(|said| deleted_toast(tx, session, said)).transpose()?.flatten() {
        toasts.push(toast);
    }
    if let Some(toast) = calendar_toast(tx, session, visit)? {
        toasts.push(toast);
    }
    let done = visit.query.get("done");
    let Some((_, words)) = DONE.iter().find(|(name, _)| *name == done) else { return Ok(toasts) };
    let item = visit.query.get("item").parse::<crate::kernel::id::ItemId>().ok();
    let link = item.map(|item| format!("/mail/message/{item}")).unwrap_or_default();
    toasts.push(Toast { words: (*words).to_owned(), link, link_name: "Show".to_owned(), ..Toast::default() });
    Ok(toasts)
}

/// What was done and can be taken back, in the domain's words.
pub fn undo_toast(
    tx: &ReadTx<'_>,
    session: &Session,
    undo: &[UndoId],
    address: &str,
) -> Result<Option<Toast>, WebError> {
    let mut notices = Vec::new();
    for id in undo {
        notices.extend(mail::notice(tx, session.person.id, *id)?);
    }
    if notices.is_empty() {
        return Ok(None);
    }
    let ids: Vec<_> = undo.iter().map(ToString::to_string).collect();
    let back = without_notes(address);
    Ok(Some(Toast {
        words: notices.join(". "),
        undo_at: "/mail/undo".to_owned(),
        undo: ids.join(","),
        csrf: session.csrf.clone(),
        back,
        ..Toast::default()
    }))
}

/// That a message in chat was deleted, for as long as its deleter may bring it back.
pub fn deleted_toast(tx: &ReadTx<'_>, session: &Session, said: ChatMessageId) -> Result<Option<Toast>, WebError> {
    let may_undo = chat::may_undelete(tx, session.person.id, said)?;
    Ok(may_undo.then(|| Toast {
        words: "Message deleted".to_owned(),
        undo_at: format!("/chat/message/{said}/undelete"),
        csrf: session.csrf.clone(),
        ..Toast::default()
    }))
}

/// What was done to a calendar and can be taken back. Its acts are told from those on mail by a letter.
fn calendar_toast(tx: &ReadTx<'_>, session: &Session, visit: &Visit) -> Result<Option<Toast>, WebError> {
    let asked = visit.query.get("undo");
    let Some(id) = asked.strip_prefix('c').and_then(|id| id.parse().ok()) else { return Ok(None) };
    let Some((words, _)) = calendar::undoable(tx, session.person.id, id)? else { return Ok(None) };
    Ok(Some(Toast {
        words,
        undo: asked.to_owned(),
        undo_at: UNDO.to_owned(),
        csrf: session.csrf.clone(),
        back: without_notes(&visit.address),
        ..Toast::default()
    }))
}

/// An address without the parameters that say what has just been done.
pub fn without_notes(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let is_note = |pair: &&str| ["undo=", "done=", "item=", "said="].iter().any(|note| pair.starts_with(note));
    let kept: Vec<_> = query.split('&').filter(|pair| !pair.is_empty() && !is_note(pair)).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_not_said_twice() {
        assert_eq!(without_notes("/mail/inbox?page=2&undo=5&done=sent"), "/mail/inbox?page=2");
        assert_eq!(without_notes("/mail/inbox?undo=5"), "/mail/inbox");
    }
}
