//! Reads charts back, for tests.

/// The vertices, in units, of every polyline of a colour that has more than two, in the order they
/// were drawn.
pub fn curves(svg: &str, color: [u8; 3]) -> Vec<Vec<(f64, f64)>> {
    let mut curves = polylines(svg, color);
    curves.retain(|curve| curve.len() > 2);
    curves
}

/// The vertices, in units, of every polyline of a colour, in the order they were drawn.
pub fn polylines(svg: &str, color: [u8; 3]) -> Vec<Vec<(f64, f64)>> {
    elements(svg, "polyline", "stroke", color)
        .map(vertices)
        .collect()
}

/// The corners, in units, of every polygon of a colour, in the order they were drawn.
pub fn polygons(svg: &str, color: [u8; 3]) -> Vec<Vec<(f64, f64)>> {
    elements(svg, "polygon", "fill", color)
        .map(vertices)
        .collect()
}

/// The elements of a name whose colour is in the attribute `paint`.
pub fn elements<'a>(
    svg: &'a str,
    name: &str,
    paint: &str,
    [r, g, b]: [u8; 3],
) -> impl Iterator<Item = &'a str> {
    let start = format!("<{name} ");
    let paint = format!(" {paint}=\"#{r:02X}{g:02X}{b:02X}\"");
    svg.lines()
        .filter(move |line| line.starts_with(&start) && line.contains(&paint))
}

fn vertices(element: &str) -> Vec<(f64, f64)> {
    attribute(element, "points")
        .split_whitespace()
        .map(|pair| pair.split_once(',').unwrap())
        .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
        .collect()
}

/// The value of an attribute of one element.
pub fn attribute<'a>(element: &'a str, name: &str) -> &'a str {
    let (_, rest) = element.split_once(&format!(" {name}=\"")).unwrap();
    rest.split_once('"').unwrap().0
}

/// Every text with its box in units (left, right, top, bottom), as wide as the chart takes it to be.
pub fn texts(svg: &str) -> Vec<(String, [f64; 4])> {
    let lines: Vec<&str> = svg.lines().collect();
    let elements = lines.windows(2).filter(|two| two[0].starts_with("<text"));
    elements
        .map(|two| {
            let text = two[1]
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
            let number = |name| attribute(two[0], name).parse::<f64>().unwrap();
            let (x, em) = (number("x"), number("font-size"));
            let width = em * super::letters::text_width(&text);
            let left = match attribute(two[0], "text-anchor") {
                "start" => x,
                "middle" => x - width / 2.0,
                _ => x - width,
            };
            // Letters reach 0.75 em above their foot, which stands `dy` below y.
            let foot = number("y")
                + em * match attribute(two[0], "dy") {
                    "0.76em" => 0.76,
                    "0.5ex" => 0.26,
                    _ => -0.26,
                };
            (
                two[1].to_owned(),
                [left, left + width, foot - 0.75 * em, foot],
            )
        })
        .collect()
}

/// No two texts overlap and none leaves the picture.
#[track_caller]
pub fn assert_legible(svg: &str, chart: &str) {
    let view: Vec<f64> = attribute(svg, "viewBox")
        .split(' ')
        .map(|number| number.parse().unwrap())
        .collect();
    let texts = texts(svg);
    for (index, (text, [left, right, top, bottom])) in texts.iter().enumerate() {
        assert!(
            *left >= 0.0 && *right <= view[2] && *top >= 0.0 && *bottom <= view[3],
            "{chart}: {text} is cut off"
        );
        for (other, [l, r, t, b]) in &texts[..index] {
            let apart = r <= left || right <= l || b <= top || bottom <= t;
            assert!(apart, "{chart}: {text} lies on {other}");
        }
    }
}

/// Every element is closed, in order, and every number a coordinate can be.
#[track_caller]
pub fn assert_well_formed(svg: &str) {
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("an unfinished tag");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap());
        }
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
}
