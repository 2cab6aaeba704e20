//! A list of people as a table: comma, semicolon or tab between, a first line of names or none, or one address a line.

use crate::domain::people::Role;
use crate::kernel::text;

/// People in one list.
pub const ROWS: usize = 2000;
/// Bytes of one list.
pub const BYTES: usize = 1024 * 1024;
/// Characters of a field that are read.
const FIELD: usize = 300;

/// Why a list cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// There is nobody in it.
    #[error("there is nobody in this list")]
    Empty,
    /// Too long.
    #[error("a list has at most {ROWS} people and 1 MB: bring it in in parts")]
    TooLong,
    /// A quotation mark opens a field and nothing closes it.
    #[error("line {0}: a quotation mark opens here and is never closed")]
    Unclosed(usize),
}

/// One person of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Where it stands, from 1.
    pub line: usize,
    /// The name to sign in with.
    pub name: String,
    /// The name that others read.
    pub full_name: String,
    /// Names of groups.
    pub groups: Vec<String>,
    /// What the person may do; nothing said for a member.
    pub role: Option<Role>,
    /// The first password; empty for an invitation.
    pub password: String,
    /// What cannot be understood.
    pub wrong: String,
}

/// A list as it was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The people.
    pub rows: Vec<Row>,
}

/// A column, by any of the names it goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    FullName,
    FirstName,
    LastName,
    Groups,
    Role,
    Password,
    Unknown,
}

impl Column {
    fn named(name: &str) -> Self {
        match name.trim().to_lowercase().replace([' ', '-', '_'], "").as_str() {
            "name" | "user" | "username" | "login" | "address" | "email" | "mail" | "emailaddress" => Self::Name,
            "fullname" | "displayname" => Self::FullName,
            "firstname" | "givenname" => Self::FirstName,
            "lastname" | "surname" | "familyname" => Self::LastName,
            "group" | "groups" | "team" | "department" => Self::Groups,
            "role" => Self::Role,
            "password" => Self::Password,
            _ => Self::Unknown,
        }
    }
}

/// What columns stand in where no line names them.
const USUAL: [Column; 5] = [Column::Name, Column::FullName, Column::Groups, Column::Role, Column::Password];

/// Reads a list.
///
/// # Errors
/// Where it is no list at all; what is wrong with one person is told with that person.
pub fn read(list: &str) -> Result<Sheet, SheetError> {
    let list = list.trim_start_matches('\u{feff}');
    if list.len() > BYTES {
        return Err(SheetError::TooLong);
    }
    let lines = lines(list, separator(list))?;
    let mut lines = lines.into_iter().filter(|(_, fields)| fields.iter().any(|field| !field.trim().is_empty()));
    let Some(first) = lines.next() else { return Err(SheetError::Empty) };
    let named: Vec<Column> = first.1.iter().map(|name| Column::named(name)).collect();
    let is_head = named.contains(&Column::Name) && !first.1.iter().any(|field| field.contains('@'));
    let (columns, first) = if is_head { (named, None) } else { (USUAL.to_vec(), Some(first)) };
    let rows: Vec<Row> =
        first.into_iter().chain(lines).take(ROWS + 1).map(|(line, fields)| row(line, &columns, &fields)).collect();
    match rows.len() {
        0 => Err(SheetError::Empty),
        found if found > ROWS => Err(SheetError::TooLong),
        _ => Ok(Sheet { rows: without_doubles(rows) }),
    }
}

/// What stands between the fields of the first line.
fn separator(list: &str) -> char {
    let first = list.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    [';', '\t'].into_iter().find(|mark| first.contains(*mark)).unwrap_or(',')
}

/// The fields of each line, quotation marks taken off. RFC 4180 §2.
fn lines(list: &str, separator: char) -> Result<Vec<(usize, Vec<String>)>, SheetError> {
    let (mut found, mut fields, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut began, mut opened) = (1, 1, None);
    let mut letters = list.chars().peekable();
    while let Some(letter) = letters.next() {
        line += usize::from(letter == '\n');
        match (letter, opened) {
            ('"', Some(_)) if letters.peek() == Some(&'"') => field.extend(letters.next()),
            ('"', Some(_)) => opened = None,
            ('"', None) if field.trim().is_empty() => (field, opened) = (String::new(), Some(line)),
            ('\r', None) => {}
            ('\n', None) => {
                fields.push(std::mem::take(&mut field));
                found.push((began, std::mem::take(&mut fields)));
                began = line;
            }
            (letter, None) if letter == separator => fields.push(std::mem::take(&mut field)),
            _ => field.push(letter),
        }
    }
    if let Some(line) = opened {
        return Err(SheetError::Unclosed(line));
    }
    fields.push(field);
    found.push((began, fields));
    Ok(found)
}

fn row(line: usize, columns: &[Column], fields: &[String]) -> Row {
    let mut row = Row { line, ..Row::default() };
    let (mut first, mut last) = (String::new(), String::new());
    for (column, field) in columns.iter().zip(fields) {
        if *column == Column::Password {
            // As it is typed: a blank more is another password.
            row.password = field.trim_end_matches(['\r', '\n']).to_owned();
            continue;
        }
        let field = text::one_line(&text::cut(field, FIELD));
        match column {
            Column::Name => row.name = login(&field),
            Column::FullName => row.full_name = field,
            Column::FirstName => first = field,
            Column::LastName => last = field,
            Column::Groups => {
                let names = field.split([';', ',', '|']).map(str::trim).filter(|name| !name.is_empty());
                row.groups = names.map(str::to_owned).collect();
            }
            Column::Role if field.is_empty() => {}
            Column::Role => match Role::named(&field.to_lowercase()) {
                Some(role) => row.role = Some(role),
                None => row.wrong = format!("{field} is no role: member, admin or owner"),
            },
            Column::Password | Column::Unknown => {}
        }
    }
    if row.full_name.is_empty() {
        row.full_name = text::one_line(&format!("{first} {last}"));
    }
    if row.name.is_empty() {
        row.wrong = "there is no name to sign in with".to_owned();
    }
    row
}

/// The name to sign in with, of a name or an address.
fn login(field: &str) -> String {
    field.split('@').next().unwrap_or_default().trim().to_lowercase()
}

/// Says of who stands there twice that it is so.
fn without_doubles(mut rows: Vec<Row>) -> Vec<Row> {
    let mut seen = std::collections::HashMap::new();
    for row in &mut rows {
        if let Some(first) = seen.get(&row.name).filter(|_| row.wrong.is_empty()) {
            row.wrong = format!("stands in line {first} already");
        }
        seen.entry(row.name.clone()).or_insert(row.line);
    }
    rows
}
