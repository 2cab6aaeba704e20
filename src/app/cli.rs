//! The command line.

mod staff;

use clap::{Parser, Subcommand};
use std::path::PathBuf;

pub use staff::{Domain, Group, Policy, Queue, User};

/// A small company's own office on one box: mail, chat and calendar in one program over one file.
#[derive(Debug, Parser)]
#[command(name = "hailstone", version, max_term_width = 80, after_help = "Example: hailstone --data /srv/office serve")]
pub struct Cli {
    /// Folder that holds office.db [default: hailstone-data]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Configuration file [default: hailstone.toml in the data folder]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do; serve where nothing is named
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Run the office
    #[command(after_help = "Example: HAILSTONE_LISTEN_SMTP=0.0.0.0:25 hailstone serve")]
    Serve,
    /// Run a furnished throw-away office
    #[command(after_help = "Example: hailstone demo")]
    Demo,
    /// Set the office up without the browser
    #[command(
        after_help = "Example: echo 'a long password' | hailstone setup --domain example.com \\\n  --company Example --admin alice --password-stdin"
    )]
    Setup(Setup),
    /// Make and change accounts
    #[command(subcommand, after_help = "Example: hailstone user list")]
    User(User),
    /// Make and change groups that receive mail
    #[command(subcommand, after_help = "Example: hailstone group list")]
    Group(Group),
    /// Show and change what people may do
    #[command(subcommand, after_help = "Example: hailstone policy set mail.outside off --group yard")]
    Policy(Policy),
    /// Show and add mail domains
    #[command(subcommand, after_help = "Example: hailstone domain list")]
    Domain(Domain),
    /// Look after mail that waits to leave
    #[command(subcommand, after_help = "Example: hailstone queue list")]
    Queue(Queue),
    /// Tell where a message is, step by step
    #[command(after_help = "Example: hailstone trace carol@else.example")]
    Trace {
        /// Its Message-ID, its name in the log, an address it is from or to, or words of its subject
        words: String,
    },
    /// Print how much the office was used, a line a day, as a table (CSV)
    #[command(after_help = "Example: hailstone usage --days 92 > usage.csv")]
    Usage {
        /// So many days up to today
        #[arg(long, default_value_t = 31, value_parser = clap::value_parser!(u64).range(1..=366))]
        days: u64,
    },
    /// Print what was done to the office, newest first
    #[command(after_help = "Example: hailstone audit --act person.role")]
    Audit {
        /// Only acts of this kind
        #[arg(long, default_value = "")]
        act: String,
        /// At most so many
        #[arg(long, default_value_t = 50)]
        most: usize,
    },
    /// Show and change the company's look
    #[command(subcommand, after_help = "Example: hailstone brand set --company 'Bergmann & Roth' --hue 245")]
    Brand(Brand),
    /// Show and change the office's settings
    #[command(subcommand, after_help = "Example: hailstone setting set presence.idle_minutes 10")]
    Setting(Setting),
    /// Copy the office to a file, also while it serves
    #[command(after_help = "Example: hailstone backup /backup/office-2026-11-22.db")]
    Backup {
        /// The file to write; must not exist
        file: PathBuf,
    },
    /// Put a copy back
    #[command(after_help = "Example: hailstone restore /backup/office-2026-11-22.db")]
    Restore {
        /// The copy
        file: PathBuf,
    },
    /// Prove the file: structure, messages, indexes, counters
    #[command(after_help = "Example: hailstone check --deep")]
    Check {
        /// Read every stored byte as well
        #[arg(long)]
        deep: bool,
    },
    /// Print how it stands with the office, a line a subject; fails where something needs somebody
    #[command(after_help = "Example: hailstone status")]
    Status,
    /// Print the DNS records to publish
    #[command(after_help = "Example: hailstone dns --check")]
    Dns {
        /// Ask the DNS as well, and print what it says; fails where a record is not as it must be
        #[arg(long)]
        check: bool,
    },
    /// Say something to everybody, and take copies of chat for the law
    #[command(subcommand, after_help = "Example: hailstone chat broadcast 'The lift is out of order'")]
    Chat(Chat),
    /// Take mail out in open formats
    #[command(subcommand, after_help = "Example: hailstone mail export alice > alice.mbox")]
    Mail(Mail),
    /// Bring things in from open formats
    #[command(subcommand, after_help = "Example: hailstone import ics calendar.ics --user alice")]
    Import(Import),
    /// Take calendars out in an open format
    #[command(subcommand, after_help = "Example: hailstone calendar export alice > alice.ics")]
    Calendar(Calendar),
    /// Make and change rooms and things that can be booked
    #[command(subcommand, after_help = "Example: hailstone room list")]
    Room(Room),
    /// Show and change the feeds that are asked for numbers
    #[command(subcommand, after_help = "Example: hailstone quotes feeds")]
    Quotes(Quotes),
    /// Print the configuration in force and where each value came from
    #[command(after_help = "Example: hailstone config")]
    Config,
    /// Print completions for a shell
    #[command(after_help = "Example: hailstone completions bash > /etc/bash_completion.d/hailstone")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    #[command(after_help = "Example: hailstone man | man -l -")]
    Man,
}

/// The set-up page, for scripts.
#[derive(Debug, clap::Args)]
pub struct Setup {
    /// Mail domain
    #[arg(long)]
    pub domain: String,
    /// The company's name
    #[arg(long)]
    pub company: String,
    /// Name of the first administrator
    #[arg(long, value_name = "USER")]
    pub admin: String,
    /// The administrator's full name
    #[arg(long, default_value = "")]
    pub name: String,
    /// Read the password from standard input
    #[arg(long, required = true)]
    pub password_stdin: bool,
}

/// The company's look.
#[derive(Debug, Subcommand)]
pub enum Brand {
    /// Print it, with the contrast of its colours
    #[command(after_help = "Example: hailstone brand show")]
    Show,
    /// Change what is named; the rest stays
    #[command(
        after_help = "Example: hailstone brand set --logo logo.svg --colour '#0b5fae' --footer 'Kaltenbach Werke\\nHRB 7'"
    )]
    Set(Box<BrandValues>),
    /// Take pictures away: logo, logo-dark, icon, background
    #[command(after_help = "Example: hailstone brand remove logo-dark icon")]
    Remove {
        /// Which
        #[arg(required = true)]
        pictures: Vec<String>,
    },
    /// Take everything back to its beginning but the company's name
    #[command(after_help = "Example: hailstone brand reset")]
    Reset,
}

/// What can be set of the company's look.
#[derive(Debug, clap::Args)]
pub struct BrandValues {
    /// The company's name
    #[arg(long)]
    pub company: Option<String>,
    /// What the office calls itself; empty for the company's name
    #[arg(long)]
    pub product: Option<String>,
    /// A colour that hue, strength and tone are taken from, as #0b5fae
    #[arg(long)]
    pub colour: Option<String>,
    /// Hue of the accent colour, 0 to 359
    #[arg(long)]
    pub hue: Option<String>,
    /// Strength of the accent colour, 0 to 200
    #[arg(long)]
    pub chroma: Option<String>,
    /// Buttons: deep with light words, or bright with dark ones
    #[arg(long)]
    pub tone: Option<String>,
    /// Behind the sign-in page: plain, soft or strong
    #[arg(long)]
    pub ground: Option<String>,
    /// The clock that pages show: 24 or 12
    #[arg(long)]
    pub clock: Option<String>,
    /// How pages write dates: words, dots, slashes or dashes
    #[arg(long)]
    pub dates: Option<String>,
    /// What stands under mail; \n begins a new line
    #[arg(long)]
    pub footer: Option<String>,
    /// Address and imprint; \n begins a new line
    #[arg(long)]
    pub legal: Option<String>,
    /// The logo: a PNG, JPEG, WebP, GIF or SVG file
    #[arg(long, value_name = "FILE")]
    pub logo: Option<PathBuf>,
    /// The logo for dark pages
    #[arg(long, value_name = "FILE")]
    pub logo_dark: Option<PathBuf>,
    /// The icon, square
    #[arg(long, value_name = "FILE")]
    pub icon: Option<PathBuf>,
    /// The picture behind the sign-in page
    #[arg(long, value_name = "FILE")]
    pub background: Option<PathBuf>,
}

/// The office's settings.
#[derive(Debug, Subcommand)]
pub enum Setting {
    /// Print every setting with its value and what it does
    #[command(after_help = "Example: hailstone setting list")]
    List,
    /// Print one value
    #[command(after_help = "Example: hailstone setting get presence.idle_minutes")]
    Get {
        /// Name of the setting
        key: String,
    },
    /// Change one; a running office follows within seconds
    #[command(after_help = "Example: hailstone setting set chat.typing off")]
    Set {
        /// Name of the setting
        key: String,
        /// Its value
        value: String,
    },
}

/// Chat, as administrators run it.
#[derive(Debug, Subcommand)]
pub enum Chat {
    /// Say something to everybody: in #announcements, and over every page until it is read
    #[command(after_help = "Example: hailstone chat broadcast 'The lift is out of order' --admin alice")]
    Broadcast {
        /// What to say
        text: String,
        /// The administrator who says it, and may edit it afterwards
        #[arg(long, value_name = "USER")]
        admin: Option<String>,
    },
    /// Print the message of the day, or set another
    #[command(after_help = "Example: hailstone chat motd 'Cake in the kitchen at **three**'")]
    Motd {
        /// The message; '' for none
        text: Option<String>,
    },
    /// Print what was done to keep order in rooms, newest first
    #[command(after_help = "Example: hailstone chat log --admin alice")]
    Log {
        /// The administrator who reads it
        #[arg(long, value_name = "USER")]
        admin: String,
        /// Which page, from 1
        #[arg(long, default_value_t = 1)]
        page: u32,
    },
    /// Write messages to standard output as JSON Lines; the log of moderation notes it
    #[command(after_help = "Example: hailstone chat export --admin alice --room office --from 2026-11-01")]
    Export {
        /// The administrator who takes the copy
        #[arg(long, value_name = "USER")]
        admin: String,
        /// Only what this account said
        #[arg(long, value_name = "USER")]
        person: Option<String>,
        /// Only what was said in this room
        #[arg(long, value_name = "NAME")]
        room: Option<String>,
        /// Only from this day on, as 2026-11-22
        #[arg(long, value_name = "DAY")]
        from: Option<String>,
        /// Only up to this day
        #[arg(long, value_name = "DAY")]
        to: Option<String>,
    },
}

/// Mail in and out.
#[derive(Debug, Subcommand)]
pub enum Mail {
    /// Write all mail of an account to standard output, as mbox
    #[command(after_help = "Example: hailstone mail export alice > alice.mbox")]
    Export {
        /// The account
        user: String,
    },
}

/// What is brought in.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// Events and tasks of an iCalendar file; bringing it in again makes no doubles
    #[command(after_help = "Example: hailstone import ics calendar.ics --user alice --calendar Choir")]
    Ics(Ics),
    /// Many accounts from a table as text; prints the link that opens each
    #[command(after_help = "Example: hailstone import people staff.csv")]
    People {
        /// The file: name, full name, groups, role, password
        file: PathBuf,
    },
}

/// A calendar file, and where it goes.
#[derive(Debug, clap::Args)]
pub struct Ics {
    /// The file
    pub file: PathBuf,
    /// The account
    #[arg(long, value_name = "USER")]
    pub user: String,
    /// The calendar; the one that takes invitations where none is named
    #[arg(long, value_name = "NAME")]
    pub calendar: Option<String>,
}

/// Calendars out.
#[derive(Debug, Subcommand)]
pub enum Calendar {
    /// Write all calendars of an account to standard output, as one iCalendar file
    #[command(after_help = "Example: hailstone calendar export alice > alice.ics")]
    Export {
        /// The account
        user: String,
    },
}

/// Rooms and things.
#[derive(Debug, Subcommand)]
pub enum Room {
    /// List them
    #[command(after_help = "Example: hailstone room list")]
    List,
    /// Make one
    #[command(after_help = "Example: hailstone room add Aquarium aquarium --seats 8 --zone Europe/Berlin")]
    Add {
        /// Its name
        name: String,
        /// Its address, before the @
        address: String,
        /// room, vehicle, device or other
        #[arg(long, default_value = "room")]
        kind: String,
        /// How many it seats
        #[arg(long, default_value_t = 0)]
        seats: i64,
        /// Where it is
        #[arg(long, default_value = "")]
        place: String,
        /// What else is to know
        #[arg(long, default_value = "")]
        notes: String,
        /// The group that alone may book it
        #[arg(long)]
        group: Option<String>,
        /// Let people outside book by mail
        #[arg(long)]
        takes_mail: bool,
        /// Where its whole days are
        #[arg(long, default_value = "UTC")]
        zone: String,
    },
    /// Change what is named; the rest stays
    #[command(after_help = "Example: hailstone room set aquarium --seats 10")]
    Set {
        /// Its address
        address: String,
        /// Its name
        #[arg(long)]
        name: Option<String>,
        /// How many it seats
        #[arg(long)]
        seats: Option<i64>,
        /// Where it is
        #[arg(long)]
        place: Option<String>,
        /// What else is to know
        #[arg(long)]
        notes: Option<String>,
        /// Where its whole days are
        #[arg(long)]
        zone: Option<String>,
    },
    /// Remove one with all its bookings
    #[command(after_help = "Example: hailstone room remove aquarium")]
    Remove {
        /// Its address
        address: String,
    },
}

/// Feeds of numbers.
#[derive(Debug, Subcommand)]
pub enum Quotes {
    /// List the feeds in the order in which they are asked, with how each goes
    #[command(after_help = "Example: hailstone quotes feeds --json")]
    Feeds {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Add a feed behind the others
    #[command(
        after_help = "Examples: hailstone quotes add ecb 'ECB rates'\n          hailstone quotes add json Fuel --set url=https://example.com/now.json \\\n    --set price=stations[0].diesel --set symbols=DIESEL --set every=600"
    )]
    Add {
        /// lines, chart, quotes, global, short, twelve, ecb, json, csv or simulated
        kind: String,
        /// Its name, which stands beside its numbers
        name: String,
        /// How it is set up
        #[command(flatten)]
        fields: FeedFields,
    },
    /// Set a feed up otherwise; what is not named stays
    #[command(after_help = "Example: hailstone quotes set Ticks --set every=120 --key-stdin < key.txt")]
    Set {
        /// The feed's name
        name: String,
        /// How it is set up
        #[command(flatten)]
        fields: FeedFields,
    },
    /// Remove a feed; the numbers it told stay
    #[command(after_help = "Example: hailstone quotes remove Ticks")]
    Remove {
        /// The feed's name
        name: String,
    },
    /// Have a feed asked
    #[command(after_help = "Example: hailstone quotes on Ticks")]
    On {
        /// The feed's name
        name: String,
    },
    /// Have a feed asked no more
    #[command(after_help = "Example: hailstone quotes off Ticks")]
    Off {
        /// The feed's name
        name: String,
    },
    /// Ask a feed earlier, by one place
    #[command(after_help = "Example: hailstone quotes up Ticks")]
    Up {
        /// The feed's name
        name: String,
    },
    /// Ask a feed later, by one place
    #[command(after_help = "Example: hailstone quotes down Ticks")]
    Down {
        /// The feed's name
        name: String,
    },
    /// Ask a feed now, keep nothing, and print what was understood
    #[command(after_help = "Example: hailstone quotes ask Ticks ACME")]
    Ask {
        /// The feed's name
        name: String,
        /// A symbol; one that is listed or watched where none is named
        #[arg(default_value = "")]
        symbol: String,
    },
}

/// How a feed is set up, field by field.
#[derive(Debug, clap::Args)]
pub struct FeedFields {
    /// A field as the page has it: url, every, delay, symbols, history, stream, allowed_host, licence, price, time, …
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub set: Vec<String>,
    /// Read the key from standard input
    #[arg(long)]
    pub key_stdin: bool,
}
