use super::*;

#[test]
fn a_command_is_a_stroke_and_a_word() {
    assert_eq!(parts("/me waves at Bob"), Some(("me", "waves at Bob")));
    assert_eq!(parts("  /HELP  "), Some(("HELP", "")));
    for said in ["", "/", "//me", "/usr/bin/env", "/ me", "me", "1/2", "/3"] {
        assert!(!is_one(said), "{said}");
    }
}

#[test]
fn every_command_says_how_it_goes() {
    let all = all();
    for one in &all {
        assert!(one.usage.starts_with(&format!("/{}", one.name)), "{}", one.usage);
        assert_eq!(all.iter().filter(|other| other.name == one.name).count(), 1, "{}", one.name);
    }
    assert!(explained(&all).lines().count() == all.len() + 1);
}
