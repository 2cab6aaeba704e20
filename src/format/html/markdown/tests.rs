use super::*;
use crate::format::html::{Images, clean, text_of};
use crate::kernel::clock::Stopwatch;
use proptest::prelude::*;
use std::time::Duration;

fn who(name: &str) -> Option<Mention> {
    let mention = |label: &str, href: Option<&str>| Mention {
        label: label.to_owned(),
        href: href.map(str::to_owned),
        is_me: false,
    };
    match name {
        "anna" => Some(mention("Anna <Berg>", Some("/people/3?a=\"b\""))),
        "me" => Some(Mention { is_me: true, ..mention("Me", Some("/people/1")) }),
        "here" => Some(mention("@here", None)),
        "evil" => Some(mention("Evil", Some("javascript:f()"))),
        _ => None,
    }
}

fn html(text: &str) -> String {
    from_markdown(text, &who).to_string()
}

const FAR: &str = "rel=\"noopener noreferrer nofollow\" target=\"_blank\"";

fn link(href: &str, label: &str) -> String {
    format!("<a href=\"{href}\" {FAR}>{label}</a>")
}

#[test]
fn people_get_what_they_meant() {
    let table = [
        ("hello", "<p>hello</p>"),
        ("one\ntwo\r\nthree", "<p>one<br>two<br>three</p>"),
        ("a\n\nb", "<p>a</p><p>b</p>"),
        ("**b** *i* ~~d~~ `c <i>`", "<p><strong>b</strong> <em>i</em> <del>d</del> <code>c &lt;i&gt;</code></p>"),
        ("snake_case_name 2*3*4", "<p>snake_case_name 2<em>3</em>4</p>"),
        ("```rust\nlet a = \"<b>\";\n```", "<pre><code>let a = &quot;&lt;b&gt;&quot;;\n</code></pre>"),
        ("> said\nanswer", "<blockquote><p>said</p></blockquote><p>answer</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n4. b", "<ol start=\"3\"><li>a</li><li>b</li></ol>"),
        ("# Title", "<p><strong>Title</strong></p>"),
        ("a | b\n--|--\n1 | 2", "<p>a | b<br>--|--<br>1 | 2</p>"),
        ("x[^1]\n\n[^1]: note", "<p>x[^1]</p><p>[^1]: note</p>"),
        ("[note]: text that must be seen", "<p>[note]: text that must be seen</p>"),
        ("[a\nb]: /x", "<p>[a<br>b]: /x</p>"),
        ("- - -", "<p>- - -</p>"),
        ("#", "<p>#</p>"),
        (">", "<p>&gt;</p>"),
        ("", "<p></p>"),
        ("a\0b", "<p>ab</p>"),
        ("\u{FDD2}x\u{FDD5}", "<p>x</p>"),
    ];
    for (text, wanted) in table {
        assert_eq!(html(text), wanted, "{text:?}");
    }
}

#[test]
fn html_is_text() {
    assert_eq!(html("a <b>c</b>"), "<p>a &lt;b&gt;c&lt;/b&gt;</p>");
    assert_eq!(html("<script>\nalert(1)\n</script>"), "<p>&lt;script&gt;<br>alert(1)<br>&lt;/script&gt;</p>");
    assert_eq!(html("<!-- x -->"), "<p>&lt;!-- x --&gt;</p>");
}

#[test]
fn addresses_are_links_and_nothing_else_is() {
    let table = [
        ("see https://a.test/x.", format!("<p>see {}.</p>", link("https://a.test/x", "https://a.test/x"))),
        (
            "https://a.test/__init__/*b*/",
            format!("<p>{}</p>", link("https://a.test/__init__/*b*/", "https://a.test/__init__/*b*/")),
        ),
        ("**https://a.test**", format!("<p><strong>{}</strong></p>", link("https://a.test", "https://a.test"))),
        ("[x](https://a.test/_b_)", format!("<p>{}</p>", link("https://a.test/_b_", "x"))),
        ("<https://a.test>", format!("<p>{}</p>", link("https://a.test", "https://a.test"))),
        ("<a@b.test>", format!("<p>{}</p>", link("mailto:a@b.test", "a@b.test"))),
        ("![cat](https://a.test/c.png)", format!("<p>{}</p>", link("https://a.test/c.png", "cat"))),
        ("[![a](https://b.test)](https://c.test)", format!("<p>{}</p>", link("https://c.test", "a"))),
        ("[x](javascript:f())", "<p>x</p>".to_owned()),
        ("[x](JaVaScRiPt:f)", "<p>x</p>".to_owned()),
        ("[x](data:text/html,y)", "<p>x</p>".to_owned()),
        ("[x](/settings)", "<p>x</p>".to_owned()),
        ("[x](tel:1)", "<p>x</p>".to_owned()),
        ("<javascript:f()>", "<p>javascript:f()</p>".to_owned()),
        ("javascript:f()", "<p>javascript:f()</p>".to_owned()),
        ("[x](https://a.test \"\\\" onclick=f()\")", format!("<p>{}</p>", link("https://a.test", "x"))),
        ("`https://a.test`", "<p><code>https://a.test</code></p>".to_owned()),
        ("https://", "<p>https://</p>".to_owned()),
    ];
    for (text, wanted) in table {
        assert_eq!(html(text), wanted, "{text:?}");
    }
}

#[test]
fn a_link_that_looks_like_another_says_where_it_leads() {
    let shown = |text: &str| text_of(&html(text));
    let table = [
        ("https://аррӏе.com", "https://xn--80ak6aa92e.com"),
        ("https://pаypal.com/x", "https://xn--pypal-4ve.com/x"),
        ("https://ｇoogle.com", "https://google.com"),
        ("https://xn--80ak6aa92e.com", "https://xn--80ak6aa92e.com"),
        ("[my bank](https://pаypal.com)", "my bank (xn--pypal-4ve.com)"),
        ("[my bank](https://xn--pypal-4ve.com)", "my bank (xn--pypal-4ve.com)"),
        ("https://bank.test@evil.test/", "https://bank.test@evil.test/ (evil.test)"),
        ("[https://bank.test](https://evil.test)", "https://bank.test (evil.test)"),
        ("[bank.com](https://evil.test)", "bank.com (evil.test)"),
        // Names as people write them stay as they are.
        ("https://müller.de/ö", "https://müller.de/ö"),
        ("https://例え.jp", "https://例え.jp"),
        ("https://пример.рф", "https://пример.рф"),
        ("[https://a.test/](https://a.test/b)", "https://a.test/"),
        ("[read.me](https://a.test)", "read.me"),
    ];
    for (text, wanted) in table {
        assert_eq!(shown(text), wanted, "{text:?}");
    }
    for nowhere in ["https://a%2eb.test", "https://a:99999/", "https://a..\u{200D}/"] {
        assert!(!html(nowhere).contains("<a "), "{nowhere}");
    }
}

#[test]
fn names_are_looked_up_but_not_in_code_or_links() {
    let anna = "<a class=\"at\" href=\"/people/3?a=&quot;b&quot;\">@Anna &lt;Berg&gt;</a>";
    let table = [
        ("@anna, hi", format!("<p>{anna}, hi</p>")),
        ("**@anna**.", format!("<p><strong>{anna}</strong>.</p>")),
        ("(@me)", "<p>(<a class=\"at me\" href=\"/people/1\">@Me</a>)</p>".to_owned()),
        ("@here", "<p><span class=\"at\">@here</span></p>".to_owned()),
        ("@evil", "<p><span class=\"at\">@Evil</span></p>".to_owned()),
        ("@nobody a@anna.test x@anna", "<p>@nobody a@anna.test x@anna</p>".to_owned()),
        ("`@anna`", "<p><code>@anna</code></p>".to_owned()),
        ("```\n@anna\n```", "<pre><code>@anna\n</code></pre>".to_owned()),
        ("[@anna](https://a.test)", format!("<p>{}</p>", link("https://a.test", "@anna"))),
        ("@", "<p>@</p>".to_owned()),
    ];
    for (text, wanted) in table {
        assert_eq!(html(text), wanted, "{text:?}");
    }
}

#[test]
fn a_preview_is_one_line_without_signs() {
    let table = [
        ("**Big** news\n\n- one\n- `two`", "Big news one two"),
        ("# Title\ntext", "Title text"),
        ("> quoted\nmine", "quoted mine"),
        ("[site](https://a.test) @anna", "site @anna"),
        ("```\nlet a;\n```", "let a;"),
        ("<b>x</b>", "<b>x</b>"),
        ("***", "***"),
        ("#", "#"),
    ];
    for (text, wanted) in table {
        assert_eq!(plain_of_markdown(text), wanted, "{text:?}");
    }
}

/// Whether `html` is made of the white list alone, balanced, and no deeper than promised.
fn is_ours_alone(html: &str) -> Result<(), String> {
    const KNOWN: [&str; 14] =
        ["p", "br", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span", "sub"];
    let mut open: Vec<&str> = Vec::new();
    for piece in html.split('<').skip(1) {
        let Some((tag, text)) = piece.split_once('>') else { return Err(format!("no end: {piece}")) };
        if text.contains(['"', '\'']) {
            return Err(format!("a quote in text: {text}"));
        }
        let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
        if !KNOWN.contains(&name) {
            return Err(format!("unknown: {tag}"));
        }
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return Err(format!("not balanced: {tag}"));
            }
        } else if name != "br" {
            let is_link = tag.starts_with("a href=\"http") || tag.starts_with("a href=\"mailto:");
            let is_bare = tag == name || tag.starts_with("ol start=\"") || tag.contains("class=\"at");
            if !(is_bare || is_link && tag.ends_with(FAR)) || tag.matches('"').count() > 6 {
                return Err(format!("attributes: {tag}"));
            }
            open.push(name);
        }
    }
    let depth = open.len();
    if depth == 0 { Ok(()) } else { Err("left open".to_owned()) }
}

fn holds_its_promises(text: &str) -> Result<(), String> {
    let html = html(text);
    is_ours_alone(&html)?;
    if html.len() > GROWTH.0 * text.len() + GROWTH.1 {
        return Err(format!("{} bytes of {}", html.len(), text.len()));
    }
    let again = clean(&html, Images::Blocked, &|_| None).html;
    if text_of(again.as_str()) != text_of(&html) {
        return Err(format!("reads differently:\n{html}\n{again}"));
    }
    if plain_of_markdown(text).contains('\n') {
        return Err("a preview of two lines".to_owned());
    }
    Ok(())
}

#[test]
fn hostile_text_costs_little() {
    let definitions = format!("[a]: https://a.test/{}\n\n{}", "x".repeat(900), "[a]".repeat(1000));
    let table = [
        ">".repeat(10_000),
        "> ".repeat(10_000),
        "*".repeat(4000),
        "*a_".repeat(4000),
        "**a".repeat(4000),
        "[".repeat(10_000),
        "![".repeat(10_000),
        format!("{}{}", "[".repeat(5000), "](https://a.test)".repeat(2000)),
        "[a](".repeat(5000),
        "<".repeat(10_000),
        "<a ".repeat(5000),
        "`".repeat(9999),
        (1..300).map(|n| format!("{}a", "`".repeat(n))).collect(),
        "- ".repeat(5000),
        "-\n1.\n".repeat(4000),
        "#\n".repeat(10_000),
        ">\n\n".repeat(10_000),
        "&".repeat(20_000),
        "http://a ".repeat(5000),
        format!("http://a{}", ")".repeat(50_000)),
        format!("http://a{}", "]".repeat(50_000)),
        "mailto:".repeat(8000),
        "@anna ".repeat(10_000),
        "@".repeat(50_000),
        "~".repeat(4000),
        "~~a".repeat(4000),
        "a\n".repeat(20_000),
        "\u{202E}\u{200B}".repeat(5000),
        definitions,
        "https://ü.ü.ü ".repeat(2000),
        "x".repeat(1_000_000),
    ];
    for text in table {
        let watch = Stopwatch::start();
        let _ = html(&text);
        let start: String = text.chars().take(12).collect();
        assert!(watch.elapsed() < Duration::from_secs(2), "{:?} for {start}…", watch.elapsed());
        holds_its_promises(&text).unwrap_or_else(|error| panic!("{start}…: {error}"));
    }
}

#[test]
fn nothing_of_the_corpus_gets_through() {
    let Ok(lines) = std::fs::read_to_string("/work/shared/corpus/xss/payloads.jsonl") else { return };
    for line in lines.lines() {
        let payload: serde_json::Value = serde_json::from_str(line).unwrap();
        let payload = payload["html"].as_str().unwrap();
        let around = [
            payload.to_owned(),
            format!("a {payload}"),
            format!("[x]({payload})"),
            format!("> {payload}\n- {payload}"),
        ];
        for text in around {
            holds_its_promises(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        }
    }
}

proptest! {
    #[test]
    fn any_text_holds_the_promises(text in "\\PC{0,200}") {
        prop_assert_eq!(holds_its_promises(&text), Ok(()));
    }

    #[test]
    fn any_markup_holds_the_promises(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "*", "**", "_", "~~", "`", "```\n", ">", "> ", "- ", "1. ", "#", "\n", "\n\n", "[", "](", ")", "!", "<", "</p>",
            "<b>", "https://a.test", "javascript:", "@anna", "@here", "a", " ", "    ", "\\", "&lt;", "&#0;", "\t", "\"", "'",
            "[a]: https://a.test\n", "<https://b.test>", "\r\n", "\0", "---\n", "===\n", "|", "\u{FDD2}", "<!--", "ü", "mailto:",
        ]), 0..60)
    ) {
        prop_assert_eq!(holds_its_promises(&pieces.concat()), Ok(()));
    }
}
