//! Pictures for paper, as SVG: the plane of a run with a title and a legend, and any chart on a white sheet.
//!
//! The surface comes as an image that whoever calls has encoded, since that is a browser's own ability; all
//! else is lines and text, crisp at any size. Attributes are presentation attributes only, so that every
//! program that reads SVG shows the same. Words come from the page's language, colours from its style sheet.

mod legend;
mod sheet;
mod tiles;

use std::fmt::Write;

use crate::{
    measure::Surface,
    picture::{
        arrows::Arrow,
        axis,
        chart::svg::escaped,
        colormap::ColorMap,
        contour_lines,
        mesh::Mesh,
        numerals::Numerals,
        view::{Margins, View},
    },
};

use legend::Legend;
use sheet::Sheet;

pub use sheet::{Heading, chart, chart_sheet};
pub use tiles::{Block, TILE, Tile, tiles};

/// Width and height of the plane's sheet, in CSS pixels.
pub const SHEET: [f32; 2] = [950.0, 700.0];

/// Room around the plane: for the title above, the numbers of the axes, the legend at the right.
const MARGINS: Margins = Margins {
    left: 52.0,
    right: 300.0,
    top: 70.0,
    bottom: 32.0,
};

/// Where the legend begins, and how high one of its lines is.
const LEGEND: f32 = SHEET[0] - MARGINS.right + 22.0;
const LINE: f32 = 26.0;

/// Half the width of a sample's mark.
const MARK: f32 = 3.6;

/// The colours of the picture, as CSS writes them.
#[derive(Clone, Copy, Debug)]
pub struct Inks<'a> {
    /// Text and ticks.
    pub text: &'a str,
    /// Real samples.
    pub real: &'a str,
    /// Generated samples.
    pub fake: &'a str,
    /// The halo around samples and lines.
    pub halo: &'a str,
}

/// A level line and its place in the legend.
#[derive(Clone, Debug)]
pub struct LevelLine<'a> {
    /// What the legend says.
    pub name: String,
    /// The value along it.
    pub value: f64,
    /// Its colour.
    pub color: &'a str,
    /// Its dashes, in CSS pixels; none for a solid line.
    pub dashes: &'a [f64],
    /// Its width, in CSS pixels.
    pub width: f64,
}

/// Force arrows of one kind and their place in the legend.
#[derive(Clone, Debug)]
pub struct Arrows<'a> {
    /// What the legend says.
    pub name: String,
    /// Their strokes on the sheet.
    pub arrows: Vec<Arrow>,
    /// Their colour.
    pub color: &'a str,
    /// The dashes of their shafts.
    pub dashes: &'a [f64],
    /// How long the legend draws one, in CSS pixels: as long as the force is drawn that its name says.
    pub sample: f32,
}

/// What the colours of the surface mean.
#[derive(Clone, Debug)]
pub struct ColorBar<'a> {
    /// What the surface shows.
    pub name: &'a str,
    /// The map from low to high.
    pub map: &'a ColorMap,
    /// What stands at its low end, its middle and its high end.
    pub marks: [String; 3],
}

/// The plane of a run.
#[derive(Clone, Debug)]
pub struct Plane<'a> {
    /// What the run is.
    pub heading: Heading<'a>,
    /// The surface's colours as an image, by a `data:` address.
    pub image: &'a str,
    /// Which part of the plane that is.
    pub surface: &'a Surface,
    /// The surface whose level lines are drawn, and the lines.
    pub levels: Option<(&'a Surface, Vec<LevelLine<'a>>)>,
    /// The generator's grid, its colour, and what it is called.
    pub mesh: Option<(Mesh<'a>, &'a str, &'a str)>,
    /// Real samples as x0, y0, x1, y1, …, and what they are called; none where there are no real ones.
    pub real: Option<(&'a [f32], &'a str)>,
    /// Generated or placed samples likewise.
    pub fake: (&'a [f32], &'a str),
    /// The ways on which they came, in the plane.
    pub trails: Vec<Vec<[f32; 2]>>,
    /// The forces on them.
    pub forces: Vec<Arrows<'a>>,
    /// What the colours mean.
    pub bar: ColorBar<'a>,
    /// The colours of all else.
    pub inks: Inks<'a>,
    /// How the numbers of the axes are written.
    pub numerals: Numerals,
}

/// How the plane lies on its sheet.
pub fn view(surface: &Surface) -> View {
    View::new(surface.x, surface.y, SHEET, MARGINS)
}

/// The plane on white paper.
pub fn plane(picture: &Plane) -> String {
    let view = view(picture.surface);
    let frame = view.frame();
    let mut sheet = Sheet::new(SHEET, picture.heading, picture.inks.text);
    let (left, top, width, height) = (frame.left, frame.top, frame.width, frame.height);
    sheet.add(format_args!(
        "<clipPath id=\"frame\"><rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"/></clipPath>\
         <g clip-path=\"url(#frame)\"><image href=\"{}\" x=\"{left}\" y=\"{top}\" width=\"{width}\" \
         height=\"{height}\" preserveAspectRatio=\"none\"/>",
        escaped(picture.image)
    ));
    let mut legend = Legend::new(frame.top);
    legend.samples(picture);
    let lines = picture.levels.iter();
    for (surface, level) in
        lines.flat_map(|(surface, lines)| lines.iter().map(move |at| (surface, at)))
    {
        let mut path = String::new();
        for line in contour_lines::lines(surface, level.value as f32) {
            trace(
                &mut path,
                &line
                    .into_iter()
                    .map(|at| view.to_pixel(at))
                    .collect::<Vec<_>>(),
            );
        }
        sheet.line(&path, level, picture.inks.halo);
        legend.line(level);
    }
    if let Some((mesh, color, name)) = &picture.mesh {
        sheet.mesh(mesh, color, &view);
        legend.mesh(name, color);
    }
    sheet.trails(picture, &view);
    sheet.samples(picture, &view);
    for forces in &picture.forces {
        sheet.arrows(forces, picture.inks.halo);
        legend.arrow(forces);
    }
    sheet.add(format_args!("</g>"));
    sheet.axes(picture, &view);
    for text in legend.entries {
        sheet.add(format_args!("{text}"));
    }
    sheet.color_bar(&picture.bar, legend.top + 0.5 * LINE);
    sheet.end()
}

impl Sheet {
    /// A line with a halo.
    fn line(&mut self, path: &str, level: &LevelLine, halo: &str) {
        let (color, width, dashes) = (level.color, level.width, dash_array(level.dashes));
        let wide = width + 2.0;
        self.add(format_args!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"{halo}\" stroke-width=\"{wide}\" opacity=\"0.6\"/>\n\
             <path d=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\"{dashes}/>"
        ));
    }

    /// The generator's grid, the denser the darker; shades in so many steps, each one path.
    fn mesh(&mut self, mesh: &Mesh, color: &str, view: &View) {
        const STEPS: usize = 8;
        let mut paths: [String; STEPS] = Default::default();
        let mut add = |shade: f32, corners: &[[f32; 2]], end| {
            let step = (shade.clamp(0.0, 1.0) * (STEPS - 1) as f32).round() as usize;
            let corners: Vec<_> = corners.iter().map(|at| view.to_pixel(*at)).collect();
            trace(&mut paths[step], &corners);
            paths[step].push_str(end);
        };
        for cell in mesh.cells() {
            add(cell.shade, &cell.corners, "Z");
        }
        for segment in mesh.segments() {
            add(segment.shade, &segment.ends, "");
        }
        for (step, path) in paths.iter().enumerate() {
            let part = (step + 1) as f64 / STEPS as f64;
            let (fill, width, opacity) = match mesh.is_curve() {
                true => ("none", 1.5 + 4.0 * part, 0.4 + 0.6 * part),
                false => (color, 0.5, 0.65 * part),
            };
            self.add(format_args!(
                "<path d=\"{path}\" fill=\"{fill}\" fill-opacity=\"{opacity:.2}\" stroke=\"{color}\" \
                 stroke-opacity=\"0.5\" stroke-width=\"{width}\"/>"
            ));
        }
    }

    fn trails(&mut self, picture: &Plane, view: &View) {
        let mut path = String::new();
        for trail in &picture.trails {
            let corners: Vec<_> = trail.iter().map(|at| view.to_pixel(*at)).collect();
            trace(&mut path, &corners);
        }
        if !path.is_empty() {
            let Inks { fake, halo, .. } = picture.inks;
            self.add(format_args!(
                "<path d=\"{path}\" fill=\"none\" stroke=\"{halo}\" stroke-width=\"3.2\" opacity=\"0.6\"/>\n\
                 <path d=\"{path}\" fill=\"none\" stroke=\"{fake}\" stroke-width=\"1.4\"/>"
            ));
        }
    }

    /// The samples: real ones as discs, generated ones as crosses, each kind one path.
    fn samples(&mut self, picture: &Plane, view: &View) {
        let Inks {
            real, fake, halo, ..
        } = picture.inks;
        let path = |samples: &[f32], mark: fn(&mut String, [f32; 2])| {
            let mut path = String::new();
            for sample in samples
                .chunks_exact(2)
                .filter(|at| at.iter().all(|x| x.is_finite()))
            {
                mark(&mut path, view.to_pixel([sample[0], sample[1]]));
            }
            path
        };
        // A line of no length with round ends is a disc.
        let discs = path(picture.real.map_or(&[], |real| real.0), |path, [x, y]| {
            let _ = write!(path, "M{x:.1} {y:.1}h0");
        });
        let crosses = path(picture.fake.0, cross);
        for (path, color, width) in [
            (&discs, halo, 2.0 * (0.75 * MARK + 1.0)),
            (&discs, real, 1.5 * MARK),
            (&crosses, halo, 0.6 * MARK + 1.5),
            (&crosses, fake, 0.6 * MARK),
        ] {
            self.add(format_args!(
                "<path d=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{width:.2}\"/>"
            ));
        }
    }

    fn arrows(&mut self, forces: &Arrows, halo: &str) {
        let (mut shafts, mut heads) = (String::new(), String::new());
        for arrow in &forces.arrows {
            trace(&mut shafts, &arrow.shaft);
            trace(&mut heads, &arrow.head);
            if let Some(second) = &arrow.second_head {
                trace(&mut heads, second);
            }
        }
        let (color, dashes) = (forces.color, dash_array(forces.dashes));
        self.add(format_args!(
            "<path d=\"{shafts}{heads}\" fill=\"none\" stroke=\"{halo}\" stroke-width=\"2.8\" opacity=\"0.6\"/>\n\
             <path d=\"{shafts}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"1.3\"{dashes}/>\n\
             <path d=\"{heads}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"1.3\"/>"
        ));
    }

    /// The frame, its ticks and their numbers.
    fn axes(&mut self, picture: &Plane, view: &View) {
        let frame = view.frame();
        let (left, top, ink) = (frame.left, frame.top, picture.inks.text);
        let bottom = top + frame.height;
        self.add(format_args!(
            "<rect x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"{ink}\"/>\n\
             <g font-size=\"13\" fill=\"{ink}\" stroke=\"none\">",
            frame.width, frame.height
        ));
        let ticks = |edges: [f32; 2]| axis::ticks(edges.map(f64::from), 7);
        for tick in ticks(picture.surface.x) {
            let x = view.to_pixel([tick.value as f32, 0.0])[0];
            let (end, foot) = (bottom + 5.0, bottom + 20.0);
            self.add(format_args!(
                "<path d=\"M{x:.1} {bottom:.1}V{end:.1}\" stroke=\"{ink}\"/>\
                 <text x=\"{x:.1}\" y=\"{foot:.1}\" text-anchor=\"middle\">{}</text>",
                picture.numerals.write(&tick.label)
            ));
        }
        for tick in ticks(picture.surface.y) {
            let y = view.to_pixel([0.0, tick.value as f32])[1];
            let (end, foot) = (left - 5.0, y + 4.5);
            self.add(format_args!(
                "<path d=\"M{left:.1} {y:.1}H{end:.1}\" stroke=\"{ink}\"/>\
                 <text x=\"{:.1}\" y=\"{foot:.1}\" text-anchor=\"end\">{}</text>",
                left - 9.0,
                picture.numerals.write(&tick.label)
            ));
        }
        self.add(format_args!("</g>"));
    }

    /// What the colours mean: the bar upright, its high end above.
    fn color_bar(&mut self, bar: &ColorBar, top: f32) {
        const STOPS: usize = 16;
        const HEIGHT: f32 = 170.0;
        self.add(format_args!(
            "<linearGradient id=\"colours\" x1=\"0\" y1=\"1\" x2=\"0\" y2=\"0\">"
        ));
        for index in 0..=STOPS {
            let part = index as f32 / STOPS as f32;
            let [red, green, blue] = bar.map.color(2.0 * part - 1.0);
            self.add(format_args!(
                "<stop offset=\"{part}\" stop-color=\"#{red:02x}{green:02x}{blue:02x}\"/>"
            ));
        }
        let (text, first, name) = (LEGEND + 30.0, top + LINE, escaped(bar.name));
        self.add(format_args!(
            "</linearGradient>\n<g font-size=\"14\" fill=\"#17181f\"><text x=\"{LEGEND}\" y=\"{:.1}\" \
             font-weight=\"600\">{name}</text>\n<rect x=\"{LEGEND}\" y=\"{first:.1}\" width=\"18\" \
             height=\"{HEIGHT}\" fill=\"url(#colours)\" stroke=\"#8b8899\"/>",
            top + 12.0
        ));
        for (mark, part) in bar.marks.iter().zip([1.0, 0.5, 0.0]) {
            let y = first + part * HEIGHT;
            let foot = (y + 5.0).clamp(first + 11.0, first + HEIGHT);
            self.add(format_args!(
                "<text x=\"{text}\" y=\"{foot:.1}\">{}</text>",
                escaped(mark)
            ));
        }
        self.add(format_args!("</g>"));
    }
}

/// Adds a polyline to a path; what is not finite is left out.
fn trace(path: &mut String, line: &[[f32; 2]]) {
    if line.iter().flatten().any(|at| !at.is_finite()) {
        return;
    }
    for (index, [x, y]) in line.iter().enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        // Writing into a string never fails.
        let _ = write!(path, "{command}{x:.1} {y:.1}");
    }
}

/// Adds a generated sample's cross to a path.
fn cross(path: &mut String, [x, y]: [f32; 2]) {
    let (left, top, side) = (x - MARK, y - MARK, 2.0 * MARK);
    let _ = write!(
        path,
        "M{left:.1} {top:.1}l{side} {side}m-{side} 0l{side} -{side}"
    );
}

/// The attribute for dashes; none for a solid line.
fn dash_array(dashes: &[f64]) -> String {
    if dashes.is_empty() {
        return String::new();
    }
    let lengths: Vec<_> = dashes.iter().map(f64::to_string).collect();
    format!(
        " stroke-dasharray=\"{}\" stroke-linecap=\"butt\"",
        lengths.join(" ")
    )
}

#[cfg(test)]
mod tests;
