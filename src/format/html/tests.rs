use super::*;

#[test]
fn a_script_is_left_out() {
    assert_eq!(clean("<p>a<script>alert(1)</script>b</p>", Images::Blocked, &|_| None).html.as_str(), "<p>ab</p>");
}
