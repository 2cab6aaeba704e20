//! The command line of accounts, policies, mail domains and the mail queue.

use clap::Subcommand;

/// Accounts.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Make an account
    #[command(
        after_help = "Example: echo 'a long password' | hailstone user add bob --name 'Bob Novák' --password-stdin"
    )]
    Add {
        /// Name to sign in with
        user: String,
        /// Full name
        #[arg(long, default_value = "")]
        name: String,
        /// May run the office as well
        #[arg(long)]
        admin: bool,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// List accounts
    #[command(after_help = "Example: hailstone user list --json")]
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// List the devices on which people are signed in, the last used first
    #[command(after_help = "Example: hailstone user sessions bob")]
    Sessions {
        /// The account; all where none is named
        user: Option<String>,
    },
    /// Give an account another password, and end its sessions
    #[command(after_help = "Example: echo 'a long password' | hailstone user passwd bob")]
    Passwd {
        /// The account
        user: String,
        /// Read the password from standard input; done so in any case
        #[arg(long)]
        password_stdin: bool,
    },
    /// Bar an account from signing in; its mail still arrives
    #[command(after_help = "Example: hailstone user disable bob")]
    Disable {
        /// The account
        user: String,
    },
    /// Allow an account to sign in again
    #[command(after_help = "Example: hailstone user enable bob")]
    Enable {
        /// The account
        user: String,
    },
    /// Let another address reach an account
    #[command(after_help = "Example: hailstone user alias alice office@example.com")]
    Alias {
        /// The account
        user: String,
        /// The other address
        address: String,
    },
    /// Let an address reach an account no more
    #[command(after_help = "Example: hailstone user unalias alice office@example.com")]
    Unalias {
        /// The account
        user: String,
        /// The address
        address: String,
    },
    /// Put an account into these groups and no others
    #[command(after_help = "Example: hailstone user groups bob sales office")]
    Groups {
        /// The account
        user: String,
        /// The groups; none to leave all
        groups: Vec<String>,
    },
    /// Ask an account for no second factor any more, when its owner has lost it
    #[command(after_help = "Example: hailstone user factor-off bob")]
    FactorOff {
        /// The account
        user: String,
    },
    /// Take an account's picture away
    #[command(after_help = "Example: hailstone user picture-off bob")]
    PictureOff {
        /// The account
        user: String,
    },
    /// Print who asks for an account; strangers may ask after `setting set signin.registration ask`
    #[command(after_help = "Example: hailstone user asking")]
    Asking,
    /// Give the account that somebody asked for
    #[command(after_help = "Example: hailstone user admit 3")]
    Admit {
        /// Its number, as `user asking` prints it
        number: i64,
    },
    /// Turn away who asks for an account
    #[command(after_help = "Example: hailstone user refuse 3")]
    Refuse {
        /// Its number, as `user asking` prints it
        number: i64,
    },
    /// Make an account and print the link at which its owner sets a password
    #[command(after_help = "Example: hailstone user invite bob --name 'Bob Novák' --group sales")]
    Invite {
        /// Name to sign in with
        user: String,
        /// Full name
        #[arg(long, default_value = "")]
        name: String,
        /// member, admin or owner
        #[arg(long, default_value = "member")]
        role: String,
        /// A group to be in; may be named several times
        #[arg(long)]
        group: Vec<String>,
    },
    /// Print a link at which the owner of an account sets another password
    #[command(after_help = "Example: hailstone user link bob")]
    Link {
        /// The account
        user: String,
    },
    /// Make somebody a member, an admin or an owner
    #[command(after_help = "Example: hailstone user role bob admin")]
    Role {
        /// The account
        user: String,
        /// member, admin or owner
        role: String,
    },
    /// Give an account another full name
    #[command(after_help = "Example: hailstone user rename bob 'Bob Nováček'")]
    Rename {
        /// The account
        user: String,
        /// The name that others read
        name: String,
    },
    /// End all sessions of an account
    #[command(after_help = "Example: hailstone user sign-out bob")]
    SignOut {
        /// The account
        user: String,
    },
    /// Delete an account: barred at once, erased after 30 days
    #[command(after_help = "Example: hailstone user delete bob")]
    Delete {
        /// The account
        user: String,
    },
    /// Keep an account that was to be erased, and allow its owner to sign in again
    #[command(after_help = "Example: hailstone user keep bob")]
    Keep {
        /// The account
        user: String,
    },
    /// Make a group that receives mail
    #[command(after_help = "Example: hailstone user group sales alice bob")]
    Group {
        /// Name of the group: its address at the first domain
        group: String,
        /// Its members
        members: Vec<String>,
    },
}

/// Groups that receive mail.
#[derive(Debug, Subcommand)]
pub enum Group {
    /// Print them with their members
    #[command(after_help = "Example: hailstone group list")]
    List,
    /// Make one
    #[command(after_help = "Example: hailstone group add sales alice bob")]
    Add {
        /// Its name: its address at the first domain
        group: String,
        /// Its members
        members: Vec<String>,
    },
    /// Give it these members and no others
    #[command(after_help = "Example: hailstone group members sales alice carla")]
    Members {
        /// Its name
        group: String,
        /// Its members
        members: Vec<String>,
    },
    /// Remove it with its address and its calendars
    #[command(after_help = "Example: hailstone group remove sales")]
    Remove {
        /// Its name
        group: String,
    },
}

/// Rules of what people may do.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Print every rule, for everybody and for the groups that have one of their own
    #[command(after_help = "Example: hailstone policy list")]
    List,
    /// Print what an account may do, and why
    #[command(after_help = "Example: hailstone policy of bob")]
    Of {
        /// The account
        user: String,
    },
    /// Set a rule, for everybody or for a group
    #[command(after_help = "Example: hailstone policy set mail.outside off --group yard")]
    Set {
        /// The rule
        key: String,
        /// What it says
        value: String,
        /// The group; everybody where none is named
        #[arg(long)]
        group: Option<String>,
    },
    /// Take a rule away
    #[command(after_help = "Example: hailstone policy unset mail.outside --group yard")]
    Unset {
        /// The rule
        key: String,
        /// The group; everybody where none is named
        #[arg(long)]
        group: Option<String>,
    },
}

/// Mail domains.
#[derive(Debug, Subcommand)]
pub enum Domain {
    /// Print them, the first one first
    #[command(after_help = "Example: hailstone domain list")]
    List,
    /// Take mail for another domain
    #[command(after_help = "Example: hailstone domain add example.net")]
    Add {
        /// Its name
        name: String,
    },
    /// Have new addresses lie in a domain
    #[command(after_help = "Example: hailstone domain first example.net")]
    First {
        /// Its name
        name: String,
    },
    /// Give mail from a domain a footer of its own
    #[command(after_help = "Example: hailstone domain footer example.net 'Example Net KG\\nHRB 8'")]
    Footer {
        /// Its name
        name: String,
        /// What stands under mail; \n begins a new line; '' for the company's
        text: String,
    },
    /// Take no more mail for a domain
    #[command(after_help = "Example: hailstone domain remove example.net")]
    Remove {
        /// Its name
        name: String,
    },
}

/// The mail queue.
#[derive(Debug, Subcommand)]
pub enum Queue {
    /// Print what waits, oldest first
    #[command(after_help = "Example: hailstone queue list")]
    List,
    /// Try a message again at once
    #[command(after_help = "Example: hailstone queue retry 17")]
    Retry {
        /// Its number
        message: i64,
    },
    /// Take a message out for good; its sender is not told
    #[command(after_help = "Example: hailstone queue drop 17")]
    Drop {
        /// Its number
        message: i64,
    },
}
