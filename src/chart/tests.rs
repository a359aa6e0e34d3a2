//! Drawings are pure: the same figures give the same text. Their colours are those of the style.

use super::palette::ROLES;
use super::{Bar, Dot, Line, Lines, bars, dots, lines, spark};

const TOKENS: &str = include_str!("../../style/tokens.css");

/// What a declaration says, the first in the file: the one of the light theme.
fn token(name: &str) -> &str {
    let at = TOKENS.find(&format!("\n    {name}:"));
    let rest = &TOKENS[at.unwrap_or_else(|| panic!("{name} is no token"))..];
    let (_, rest) = rest.split_once(':').unwrap();
    rest.split_once(';').unwrap().0.trim()
}

#[test]
fn every_colour_is_that_of_its_role_in_the_light_theme() {
    for role in ROLES {
        let light = token(role.name);
        let base = light.strip_prefix("light-dark(var(").unwrap();
        let base = base.split_once(')').unwrap().0;
        assert_eq!(token(base).to_uppercase(), role.hex(), "{}", role.name);
    }
}

fn chart() -> String {
    let steps = ["2026-03-01", "2026-03-02", "2026-03-03"].map(str::to_owned);
    let now = [Some(0.25), None, Some(0.5)];
    let band = [Some((0.1, 0.5)), None, Some((0.25, 0.75))];
    let before = [Some(0.5), Some(0.25), Some(0.5)];
    let drawing = lines(&Lines {
        steps: &steps,
        lines: &[
            Line {
                name: "now",
                values: &now,
                band: &band,
            },
            Line {
                name: "<before>",
                values: &before,
                band: &[],
            },
        ],
        format: |share| format!("{:.0} %", share * 100.0),
    });
    drawing.image("share", "Up & <away>", "From 1 to 2.")
}

#[test]
fn a_drawing_has_its_words_and_no_colour_of_its_own() {
    let svg = chart();
    assert!(
        svg.contains("<title id=\"share-title\">Up &amp; &lt;away></title>"),
        "{svg}"
    );
    assert!(svg.contains("role=\"img\""));
    assert!(svg.contains("&lt;before&gt;"));
    assert!(svg.contains("\n0 %\n"), "the baseline is zero: {svg}");
    for fixed in ["=\"#", "rgb("] {
        assert!(!svg.contains(fixed), "{svg}");
    }
    assert!(svg.contains("stroke-dasharray=\"24 16\""), "{svg}");
    assert_eq!(svg, chart());
}

#[test]
fn a_gap_stays_a_gap() {
    // Of three steps the middle one is missing: two points and no line between them.
    let svg = chart();
    assert_eq!(svg.matches("<circle").count(), 2, "{svg}");
    let dashed = svg.matches("stroke=\"var(--data-2)\"").count();
    assert_eq!(dashed, 1, "{svg}");
}

#[test]
fn nothing_at_all_can_be_drawn() {
    let empty = lines(&Lines {
        steps: &[],
        lines: &[],
        format: |_| String::new(),
    });
    assert!(empty.image("none", "", "").ends_with("</svg>"));
    assert!(spark(&[]).decoration().contains("aria-hidden"));
    assert!(
        spark(&[None, Some(0.0)])
            .decoration()
            .contains("aria-hidden")
    );
    assert!(bars(&[]).image("none", "", "").contains("<desc"));
    assert!(dots(&[]).image("none", "", "").contains("<desc"));
}

#[test]
fn a_bar_is_as_long_as_its_figure() {
    let bar = |name: &str, value| Bar {
        name: name.to_owned(),
        value,
        figure: format!("{value}"),
    };
    let svg = bars(&[bar("all", 10.0), bar("half", 5.0), bar("none", 0.0)]).image("bars", "", "");
    for width in ["width=\"920\"", "width=\"460\"", "width=\"4\""] {
        assert!(svg.contains(width), "{width}: {svg}");
    }
}

fn dotted() -> String {
    let dot = |name: &str, value, interval, is_main| Dot {
        name: name.to_owned(),
        value,
        interval,
        figure: format!("{value:.2}"),
        is_main,
    };
    let drawn = [
        dot("<ridge>", 0.3, Some((0.2, 0.4)), true),
        dot("most chosen", 0.2, Some((0.1, 0.3)), false),
        dot("not sampled", 0.0, None, false),
    ];
    dots(&drawn).image("dots", "", "")
}

#[test]
fn a_dot_stands_where_its_figure_is_on_a_scale_from_zero() {
    let svg = dotted();
    assert_eq!(svg, dotted());
    assert!(svg.contains("&lt;ridge&gt;"), "{svg}");
    for mark in ["\n0.0\n", "\n0.1\n", "\n0.4\n"] {
        assert!(svg.contains(mark), "{mark}: {svg}");
    }
    // From 700, which is zero, to 1590, where the highest interval ends.
    for place in ["cx=\"1368\"", "cx=\"1145\"", "cx=\"700\""] {
        assert!(svg.contains(place), "{place}: {svg}");
    }
    for fixed in ["=\"#", "rgb("] {
        assert!(!svg.contains(fixed), "{svg}");
    }
}
