use super::*;
use proptest::prelude::*;

fn svg(inner: &str) -> Vec<u8> {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 40 20\">\
         {inner}</svg>"
    )
    .into_bytes()
}

fn at(inner: &str, x: u32, y: u32) -> [u8; 4] {
    draw(&svg(inner), 40).unwrap().get_pixel(x, y).0
}

#[test]
fn shapes_gradients_and_style_sheets_of_drawing_programs_are_drawn() {
    let whole = draw(&svg("<rect width=\"20\" height=\"20\" fill=\"#ff0000\"/>"), 400).unwrap();
    assert_eq!(
        (whole.dimensions(), whole.get_pixel(10, 10).0, whole.get_pixel(390, 10).0[3]),
        ((400, 200), [255, 0, 0, 255], 0)
    );
    let styled = "<style type=\"text/css\">.st0{fill:#0000FF;}</style><g class=\"st0\"><path d=\"M0 0h40v20H0z\"/></g>";
    assert_eq!(at(styled, 5, 5), [0, 0, 255, 255]);
    let gradient = "<defs><linearGradient id=\"a\"><stop offset=\"0\" stop-color=\"#000\"/><stop offset=\"1\" \
                    stop-color=\"#fff\"/></linearGradient></defs><rect width=\"40\" height=\"20\" fill=\"url(#a)\"/>";
    assert!(at(gradient, 1, 5)[0] < 30 && at(gradient, 38, 5)[0] > 220);
    let again = "<defs><rect id=\"r\" width=\"40\" height=\"20\" fill=\"#00ff00\"/></defs><use xlink:href=\"#r\"/>";
    assert_eq!(at(again, 5, 5), [0, 255, 0, 255]);
    let typed = [
        b"<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://x.test/svg.dtd\">\n",
        &*svg("<rect width=\"40\" height=\"20\"/>"),
    ]
    .concat();
    assert_eq!(draw(&typed, 40).unwrap().get_pixel(5, 5).0, [0, 0, 0, 255]);
}

#[test]
fn what_is_no_drawing_is_left_out() {
    let hostile = "<script>alert(1)</script><rect width=\"40\" height=\"20\" fill=\"#fff\" onload=\"alert(1)\" \
        style=\"fill:url(https://evil.test/x)\"/><foreignObject><body xmlns=\"http://www.w3.org/1999/xhtml\">x</body></foreignObject>\
        <image href=\"https://evil.test/a.png\"/><image href=\"file:///etc/passwd\"/><a href=\"javascript:alert(1)\"><rect/></a>\
        <use href=\"https://evil.test/x.svg#a\"/><animate attributeName=\"fill\"/><filter id=\"f\"/>\
        <style>@import url(https://evil.test/x.css);</style><set/><iframe src=\"x\"/>";
    let text = cleaned(&svg(hostile)).unwrap();
    for word in [
        "script",
        "evil",
        "onload",
        "foreign",
        "image",
        "javascript",
        "animate",
        "filter",
        "import",
        "iframe",
        "passwd",
        "style=",
        "set",
    ] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    assert_eq!(at(hostile, 5, 5), [255, 255, 255, 255], "and the rest is drawn");
}

#[test]
fn small_files_do_not_become_endless() {
    let entities = b"<!DOCTYPE svg [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><svg xmlns=\"http://www.w3.org/2000/svg\">&b;</svg>";
    assert_eq!(draw(entities, 40).unwrap_err(), SvgError::Entities);
    let mut laughs = "<defs><g id=\"a0\"><rect width=\"1\" height=\"1\"/></g>".to_owned();
    for step in 1..30 {
        let before = step - 1;
        laughs.push_str(&format!("<g id=\"a{step}\"><use href=\"#a{before}\"/><use href=\"#a{before}\"/></g>"));
    }
    laughs.push_str("</defs><use href=\"#a29\"/>");
    assert!(draw(&svg(&laughs), 40).is_ok(), "what draws again what draws again is left out");
    let many = format!("<g id=\"m\">{}</g>{}", "<path d=\"M0 0h1\"/>".repeat(1000), "<use href=\"#m\"/>".repeat(10));
    assert_eq!(draw(&svg(&many), 40).unwrap_err(), SvgError::TooMuch);
    let deep = format!("{}{}", "<g>".repeat(100), "</g>".repeat(100));
    assert_eq!(draw(&svg(&deep), 40).unwrap_err(), SvgError::TooMuch);
    let endless = "<g>".repeat(100_000);
    assert!(draw(&svg(&endless), 40).is_err());
    assert!(draw(&svg("<clipPath id=\"c\" clip-path=\"url(#c)\"><use href=\"#c\"/></clipPath>"), 40).is_ok());
}

#[test]
fn letters_are_refused_rather_than_lost() {
    assert_eq!(draw(&svg("<g><text x=\"1\" y=\"9\">Kaltenbach</text></g>"), 40).unwrap_err(), SvgError::Text);
}

#[test]
fn what_is_no_svg_is_none() {
    assert!(is_svg(b"\xef\xbb\xbf <?xml version=\"1.0\"?><svg/>") && !is_svg(b"\x89PNG<svg") && !is_svg(b"<html>"));
    for bytes in [
        &b"<svg"[..],
        b"<html><svg/></html>",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"0\" height=\"0\"/>",
        b"\xff\xfe<svg/>",
    ] {
        assert_eq!(draw(bytes, 40).unwrap_err(), SvgError::Unreadable, "{}", String::from_utf8_lossy(bytes));
    }
    // As wide as it can be said, and as thin.
    let thin = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1e5\" height=\"0.001\"><rect width=\"1e9\" height=\"1e5\"/></svg>";
    assert_eq!(draw(thin, 40).unwrap().dimensions(), (40, 1));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn no_svg_makes_it_panic(words in prop::collection::vec(0..14_usize, 0..30)) {
        let parts = ["<g>", "</g>", "<path d=\"M0 0L1e38 -1e38 5 5z\" stroke=\"red\" stroke-width=\"1e9\"/>", "<use href=\"#a\"/>",
            "<g id=\"a\">", "<rect width=\"-1\" height=\"1\" rx=\"NaN\"/>", "<circle r=\"1e30\"/>", "<style>a{fill:url(#a)}</style>",
            "<linearGradient id=\"a\" href=\"#a\"/>", "<clipPath id=\"b\">", "</clipPath>", "<svg width=\"1e20\" height=\"1\">",
            "</svg>", "<symbol id=\"a\" viewBox=\"0 0 0 0\"/>"];
        let text: String = words.into_iter().map(|word| parts[word]).collect();
        let _ = draw(&svg(&text), 40);
    }
}
