use super::sheet::{Row, SheetError, read};
use crate::domain::people::Role;

fn names(list: &str) -> Vec<(String, String)> {
    read(list).unwrap().rows.into_iter().map(|row| (row.name, row.full_name)).collect()
}

fn pair(name: &str, full_name: &str) -> (String, String) {
    (name.to_owned(), full_name.to_owned())
}

#[test]
fn a_list_is_read_however_it_is_written() {
    let expected = vec![pair("alice", "Alice Bergmann"), pair("bob", "Bob, the \"Builder\"")];
    for list in [
        "name,full name\nalice,Alice Bergmann\nbob,\"Bob, the \"\"Builder\"\"\"\n",
        "\u{feff}E-Mail;Display Name\r\nAlice@old.example;Alice Bergmann\r\nbob@old.example;\"Bob, the \"\"Builder\"\"\"\r\n",
        "First name\tUsername\tLast name\nAlice\talice\tBergmann\n\"Bob, the\"\tbob\t\"\"\"Builder\"\"\"",
        "alice,Alice Bergmann\n\n bob ,\"Bob, the \"\"Builder\"\"\"",
    ] {
        assert_eq!(names(list), expected, "{list}");
    }
    assert_eq!(names("carla@example.org\ndan"), [pair("carla", ""), pair("dan", "")]);
}

#[test]
fn what_is_wrong_with_one_person_is_said_with_that_person() {
    let rows = read("name,role,groups\nalice,admin,Sales;Yard\nalice,,\n,,\n@,member,\nbob,chief,").unwrap().rows;
    let said: Vec<_> = rows.iter().map(|row| (row.line, row.wrong.as_str())).collect();
    assert_eq!(
        said,
        [
            (2, ""),
            (3, "stands in line 2 already"),
            (5, "there is no name to sign in with"),
            (6, "chief is no role: member, admin or owner"),
        ]
    );
    let Row { role, groups, .. } = &rows[0];
    assert_eq!((role, groups.as_slice()), (&Some(Role::Admin), &["Sales".to_owned(), "Yard".to_owned()][..]));
}

#[test]
fn what_is_no_list_is_refused_whole() {
    assert_eq!(read(" \n\n"), Err(SheetError::Empty));
    assert_eq!(read("name,full name\n"), Err(SheetError::Empty));
    assert_eq!(read("alice,Alice\nbob,\"Bob\ncarla,Carla"), Err(SheetError::Unclosed(2)));
    assert_eq!(read(&"x,y\n".repeat(2001)), Err(SheetError::TooLong));
    assert_eq!(read(&"x".repeat(2 * 1024 * 1024)), Err(SheetError::TooLong));
}

#[test]
fn a_password_is_taken_as_it_is_typed() {
    let rows = read("name,password\nalice,\"two  blanks, and a comma \"\n").unwrap().rows;
    assert_eq!(rows[0].password, "two  blanks, and a comma ");
}
