use super::*;

fn accents() -> impl Iterator<Item = Accent> {
    let strengths = (0..=200).step_by(10);
    let tones = [Tone::Deep, Tone::Bright];
    (0..360)
        .flat_map(move |hue| strengths.clone().flat_map(move |chroma| tones.map(|tone| Accent { hue, chroma, tone })))
}

#[test]
fn no_accent_makes_anything_unreadable() {
    let mut lowest: Vec<(f32, &str)> = Vec::new();
    for accent in accents() {
        for scheme in [Scheme::Light, Scheme::Dark] {
            let palette = palette(accent, scheme);
            let grounds = [palette.bg, palette.sunk, palette.raised, palette.hover, palette.selected];
            for over in [palette.text, palette.text_2, palette.text_3, palette.accent_text] {
                for under in grounds {
                    assert!(contrast(over, under) >= OF_TEXT, "{accent:?} {scheme:?} {over:?} on {under:?}");
                }
            }
            for (place, pair) in palette.pairs().into_iter().enumerate() {
                assert!(pair.ratio >= pair.least, "{accent:?} {scheme:?} {pair:?}");
                match lowest.get_mut(place) {
                    Some(low) => low.0 = low.0.min(pair.ratio),
                    None => lowest.push((pair.ratio, pair.name)),
                }
            }
        }
    }
    println!("{lowest:#?}");
}

#[test]
fn the_usual_accent_stands_where_it_was_drawn() {
    let usual = Accent { hue: 245, chroma: 130, tone: Tone::Deep };
    for scheme in [Scheme::Light, Scheme::Dark] {
        assert!(!palette(usual, scheme).is_moved, "{scheme:?}");
    }
}

#[test]
fn a_hard_yellow_has_bright_buttons_with_dark_words_and_deep_links() {
    let yellow = Accent::of(of_hex("#ffd500").unwrap());
    assert_eq!((yellow.hue, yellow.tone), (94, Tone::Bright));
    let light = palette(yellow, Scheme::Light);
    assert!(luminance(light.fill) > 0.5, "still yellow: {}", hex(light.fill));
    assert!(luminance(light.on_accent) < 0.01 && luminance(light.accent_text) < 0.2, "{light:?}");
}

#[test]
fn colours_are_those_of_css() {
    let shown = |lightness, chroma, hue| hex(Oklch { lightness, chroma, hue }.shown());
    assert_eq!((shown(1.0, 0.0, 0.0), shown(0.0, 0.0, 0.0)), ("#ffffff".to_owned(), "#000000".to_owned()));
    // CSS Color 4, examples of oklch().
    assert_eq!(shown(0.627_96, 0.257_68, 29.23), "#ff0000");
    for text in ["#ff0000", "#0b2a5b", "#ffd500", "#7f7f7f"] {
        assert_eq!(hex(Oklch::of(of_hex(text).unwrap()).shown()), text);
    }
}

#[test]
fn contrast_is_that_of_wcag() {
    assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 0.001);
    // The darkest grey that AA lets stand on white.
    assert!(contrast([0x76; 3], [255; 3]) >= OF_TEXT && contrast([0x77; 3], [255; 3]) < OF_TEXT);
}

#[test]
fn only_colours_are_read_as_colours() {
    assert_eq!(of_hex("#fc0"), Some([0xff, 0xcc, 0]));
    assert_eq!(of_hex(" 0B2a5b "), Some([0x0b, 0x2a, 0x5b]));
    for text in ["", "#", "#12", "#12345", "red", "#ff00ff;}", "#ääääää", "#+1+1+1"] {
        assert_eq!(of_hex(text), None, "{text}");
    }
}

#[test]
fn a_rule_names_each_colour_for_light_and_dark_once() {
    let css = rule(":root", Accent { hue: 7, chroma: 20, tone: Tone::Deep });
    assert!(css.starts_with(":root{--brand-h:7;--brand-c:0.020;--bg:light-dark(#ffffff,#"), "{css}");
    assert_eq!(css.matches("light-dark(").count(), 16);
}
