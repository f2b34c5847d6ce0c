//! Sheets read back as markup.

use super::*;
use crate::{
    config::Loss,
    gan::loss,
    picture::chart::reading::{assert_well_formed, attribute},
};

const INKS: Inks = Inks {
    text: "#45434f",
    real: "#17181f",
    fake: "#008a66",
    halo: "#fffffe",
};

const HEADING: Heading = Heading {
    title: "Ring <8>, \"LSGAN\" & more",
    details: "种子 7 · step 1,200",
};

/// D(x) = x + 1/2 over the square of ±2.
fn slope() -> Surface {
    let cell = |column: usize| (column as f32 + 0.5) * 0.25 - 2.0;
    Surface {
        width: 16,
        height: 16,
        x: [-2.0, 2.0],
        y: [-2.0, 2.0],
        values: (0..256).map(|index| cell(index % 16) + 0.5).collect(),
    }
}

fn drawn(surface: &Surface, real: &[f32], fake: &[f32], arrows: Vec<Arrow>) -> String {
    let boundary = loss::boundary(Loss::Minimax);
    let levels = vec![
        LevelLine {
            name: "boundary at 0".to_owned(),
            value: boundary,
            color: "#010203",
            dashes: &[],
            width: 2.2,
        },
        LevelLine {
            name: "b = 1".to_owned(),
            value: 1.0,
            color: "#040506",
            dashes: &[8.0, 3.0],
            width: 1.4,
        },
    ];
    plane(&Plane {
        heading: HEADING,
        image: "data:image/png;base64,AAAA",
        surface,
        levels: Some((surface, levels)),
        mesh: Mesh::new(2, 2, &[0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0])
            .map(|mesh| (mesh, "#0a0b0c", "grid of G")),
        real: Some((real, "real")),
        fake: (fake, "generated"),
        trails: Vec::new(),
        forces: vec![Arrows {
            name: "force".to_owned(),
            arrows,
            color: "#070809",
            dashes: &[],
            sample: 40.0,
        }],
        bar: ColorBar {
            name: "output of D",
            map: &ColorMap::light(),
            marks: ["-6", "0", "6"].map(str::to_owned),
        },
        inks: INKS,
        numerals: Numerals::PLAIN,
    })
}

/// The paths of a colour, in the order they were drawn.
fn paths<'a>(svg: &'a str, color: &str) -> Vec<&'a str> {
    let paint = format!(" stroke=\"{color}\"");
    let elements = svg
        .split('<')
        .filter(|tag| tag.starts_with("path ") && tag.contains(&paint));
    elements.map(|tag| attribute(tag, "d")).collect()
}

/// Where a path's pieces begin.
fn starts(path: &str) -> Vec<[f32; 2]> {
    let pieces = path.split('M').skip(1).map(|piece| {
        let numbers = piece.split(|c: char| c.is_ascii_alphabetic() || c == ' ');
        let numbers: Vec<f32> = numbers
            .take(2)
            .map(|number| number.parse().unwrap())
            .collect();
        [numbers[0], numbers[1]]
    });
    pieces.collect()
}

fn near(a: [f32; 2], b: [f32; 2]) -> bool {
    (a[0] - b[0]).abs() < 0.06 && (a[1] - b[1]).abs() < 0.06
}

#[test]
fn a_sheet_is_well_formed_and_says_what_it_is() {
    let svg = drawn(&slope(), &[0.0, 0.0], &[1.0, 1.0], Vec::new());
    assert_well_formed(&svg);
    for text in [
        "Ring &lt;8&gt;, &quot;LSGAN&quot; &amp; more",
        "种子 7 · step 1,200",
        ">real</text>",
        ">generated</text>",
        ">boundary at 0</text>",
        ">b = 1</text>",
        ">force</text>",
        ">grid of G</text>",
        ">output of D</text>",
        "fill=\"#ffffff\"",
        "xmlns=\"http://www.w3.org/2000/svg\"",
    ] {
        assert!(svg.contains(text), "{text}");
    }
}

#[test]
fn samples_lie_where_they_are_and_what_is_not_finite_is_left_out() {
    let surface = slope();
    let real = [0.0, 0.0, -2.0, 2.0, f32::NAN, 1.0];
    let fake = [1.5, -0.5, 1.0, f32::INFINITY];
    let svg = drawn(&surface, &real, &fake, Vec::new());
    let view = view(&surface);
    let discs = starts(paths(&svg, INKS.real)[0]);
    assert_eq!(discs.len(), 2);
    assert!(near(discs[0], view.to_pixel([0.0, 0.0])));
    assert!(near(discs[1], [view.frame().left, view.frame().top]));
    let crosses = paths(&svg, INKS.fake);
    // One path of all crosses, and the one in the legend; a cross begins at its upper left.
    assert_eq!(crosses.len(), 2);
    let [x, y] = view.to_pixel([1.5, -0.5]);
    assert_eq!(crosses[0].matches('M').count(), 1);
    assert!(near(starts(crosses[0])[0], [x - MARK, y - MARK]));
}

#[test]
fn level_lines_lie_where_the_surface_has_their_value() {
    let surface = slope();
    let svg = drawn(&surface, &[], &[], Vec::new());
    let view = view(&surface);
    // x + 1/2 is 0 at -1/2 and 1 at 1/2.
    for (color, x) in [("#010203", -0.5), ("#040506", 0.5)] {
        let [left, _] = view.to_pixel([x, 0.0]);
        let path = paths(&svg, color)[0];
        let starts = starts(path);
        assert!(
            !starts.is_empty() && (starts[0][0] - left).abs() < 0.1,
            "{path}"
        );
    }
    assert_eq!(
        svg.matches("stroke-dasharray=\"8 3\"").count(),
        2,
        "on the plane and in the legend"
    );
}

#[test]
fn arrows_end_where_their_strokes_do() {
    let arrow = Arrow::new([100.0, 200.0], [150.0, 260.0], 6.0);
    let svg = drawn(&slope(), &[], &[], vec![arrow]);
    assert_eq!(paths(&svg, "#070809")[0], "M100.0 200.0L150.0 260.0");
}

#[test]
fn a_chart_keeps_its_size_on_its_sheet_under_the_heading() {
    let inside = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 40\" width=\"10\" height=\"10\">\n<g/></svg>\n";
    let svg = chart(HEADING, inside, (600, 300), INKS.text);
    assert_well_formed(&svg);
    assert_eq!(attribute(&svg, "viewBox"), "0 0 648 388");
    assert!(svg.contains("<svg x=\"24\" y=\"64\" xmlns"));
    assert_eq!(svg.matches("<svg ").count(), 2);
    assert!(svg.contains("Ring &lt;8&gt;") && svg.contains("<rect width=\"648\""));
}

#[test]
fn tiles_stand_in_blocks_and_rows_below_their_names() {
    let tile = |number: usize| Tile {
        image: format!("data:image/png;base64,{number}"),
        caption: format!("seed {number} & on"),
    };
    let blocks = [
        Block {
            name: "LSGAN <1>".to_owned(),
            tiles: (0..5).map(tile).collect(),
        },
        Block {
            name: "minimax".to_owned(),
            tiles: (5..7).map(tile).collect(),
        },
    ];
    let (svg, [width, height]) = tiles(HEADING, &blocks, 4, "#575564");
    assert_well_formed(&svg);
    assert!(svg.contains(">LSGAN &lt;1&gt;</text>") && svg.contains(">seed 6 &amp; on</text>"));
    let places: Vec<[f32; 2]> = svg
        .split('<')
        .filter(|tag| tag.starts_with("image "))
        .map(|tag| ["x", "y"].map(|name| attribute(tag, name).parse().unwrap()))
        .collect();
    assert_eq!(places.len(), 7);
    // Four abreast, the fifth below the first; the next block below that.
    assert!(places[3][1] == places[0][1] && places[3][0] > places[2][0]);
    assert!(places[4][0] == places[0][0] && places[4][1] >= places[0][1] + TILE as f32);
    assert!(places[5][0] == places[0][0] && places[5][1] > places[4][1] + TILE as f32);
    for [x, y] in places {
        assert!(x >= 0.0 && x + TILE as f32 <= width && y + TILE as f32 <= height);
    }
}

#[test]
fn a_picture_without_real_samples_does_not_speak_of_them_and_ways_are_drawn() {
    let surface = Surface {
        x: [-0.7, 0.7],
        ..slope()
    };
    let picture = Plane {
        heading: HEADING,
        image: "data:,",
        surface: &surface,
        levels: None,
        mesh: None,
        real: None,
        fake: (&[1.0, 1.0], "samples"),
        trails: vec![vec![[0.0, 0.0], [0.5, 0.5], [1.0, 1.0]]],
        forces: Vec::new(),
        bar: ColorBar {
            name: "output",
            map: &ColorMap::light(),
            marks: ["0", "1", "2"].map(str::to_owned),
        },
        inks: INKS,
        numerals: Numerals {
            decimal: ',',
            ..Numerals::PLAIN
        },
    };
    let svg = plane(&picture);
    assert_well_formed(&svg);
    assert!(!svg.contains("<circle") && svg.contains(">samples</text>"));
    let ways = paths(&svg, INKS.fake);
    assert!(near(
        starts(ways[0])[0],
        view(&surface).to_pixel([0.0, 0.0])
    ));
    assert!(
        svg.contains(">-0,6</text>") && !svg.contains(">-0.6</text>"),
        "{svg}"
    );
}
