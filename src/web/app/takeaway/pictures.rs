//! The pictures: the plane and the charts on white paper, in the colours of the light theme whichever is in
//! force, with a heading that says what the run is.

use wasm_bindgen::{Clamped, prelude::*};
use web_sys::ImageData;

use super::Drawing;
use crate::{
    config::{Loss, Network, TrainingConfig},
    export::picture::{self, Arrows, ColorBar, Heading, Inks, LevelLine, Plane, SHEET},
    gan::loss::labels,
    picture::{arrows::ArrowScale, mesh::Mesh},
    scene::{Metric, SurfaceOf},
    web::{
        app::{State, pane::Pane, planes, selection::short_name},
        page,
        plane::{self, Colors, dashes},
        style::PlaneStyle,
        text::Sentence,
    },
};

/// The size of a chart on its sheet, in CSS pixels.
const CHART: (u32, u32) = (760, 400);

/// The size of letters, in CSS pixels, on which widths depend; on paper it does not grow with the screen.
const EM: f64 = 16.0;

/// The longest arrow in the legend, and the shortest that says anything, in CSS pixels.
const SAMPLE_ARROWS: std::ops::RangeInclusive<f32> = 8.0..=60.0;

/// Pictures of the wall side by side.
const ABREAST: usize = 8;

/// A heading in the page's language.
pub(super) struct Words {
    pub(super) title: String,
    pub(super) details: String,
}

impl Words {
    fn heading(&self) -> Heading<'_> {
        Heading {
            title: &self.title,
            details: &self.details,
        }
    }
}

impl State {
    /// Draws something in the light theme. Nothing of it is seen on the page, which has its own theme back
    /// before the browser paints.
    pub(super) fn in_light<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> T {
        const THEME: &str = "data-theme";
        let root = page::root();
        let theme = root.get_attribute(THEME).unwrap_or_default();
        page::set_attribute(&root, THEME, "light");
        let light = PlaneStyle {
            em: EM,
            ..PlaneStyle::read(self.words.numerals())
        };
        let style = std::mem::replace(&mut self.style, light);
        // The chart on the page answers pointers by its own axis.
        let axis = self.output_axis;
        let drawn = draw(self);
        self.output_axis = axis;
        self.style = style;
        page::set_attribute(&root, THEME, &theme);
        drawn
    }

    /// The drawing of that name; none as long as there is nothing to draw.
    pub(super) fn drawing(&mut self, what: &str) -> Result<Option<Drawing>, JsValue> {
        let chart = match what {
            "picture" => return self.plane_drawing(),
            "lab" => return self.lab_drawing(),
            "seeds" => return self.seeds_drawing(),
            "losses" => self.loss_chart(CHART),
            "curve" => self.curve_chart(CHART),
            "gradients" => self.gradient_chart(CHART),
            "metric" => self.metric_chart(CHART),
            _ => self
                .wall
                .chart(&self.words, &self.chart_style(), CHART, true),
        };
        let words = match what {
            "wall" => self.wall_words("wall.chart"),
            _ => self.focused().map(|pane| self.run_words(pane)),
        };
        Ok(chart.zip(words).map(|(chart, words)| Drawing {
            svg: picture::chart(words.heading(), &chart, CHART, &self.style.ink),
            size: picture::chart_sheet(CHART),
        }))
    }

    /// The plane of the pane in focus.
    fn plane_drawing(&self) -> Result<Option<Drawing>, JsValue> {
        let Some((pane, snapshot)) = self
            .focused()
            .and_then(|pane| Some((pane, pane.snapshot.as_ref()?)))
        else {
            return Ok(None);
        };
        let (look, style, loss) = (&self.scene.look, &self.style, pane.config.loss);
        let view = picture::view(&snapshot.surface);
        let (colors, levels) = planes::colors(loss, snapshot, look);
        let forces = planes::shown_forces(pane, snapshot, look);
        let arrows = self.arrow_scale(view.frame().width, None).map(|scale| {
            let kinds = planes::arrows(snapshot, &forces, look, self.pointed, scale, style);
            let kinds = kinds.into_iter().enumerate();
            let kinds = kinds.map(|(kind, forces)| {
                let name = match look.ghosts {
                    true => self.words.get(&format!(
                        "loss.short.{}",
                        short_name(crate::gan::loss::four(loss)[kind])
                    )),
                    false => self.words.get("legend.force"),
                };
                let (sample, size) = sample_arrow(&scale);
                let size = style.numerals.write(&size);
                Arrows {
                    name: format!("{name}: {size}"),
                    arrows: forces.arrows(&view, 1.0),
                    color: forces.color,
                    dashes: forces.dashes,
                    sample,
                }
            });
            kinds.collect()
        });
        let image = data_address(&colors, style)?;
        let mesh_name = self.words.get("legend.manifold");
        let mesh = snapshot.manifold.as_ref();
        let mesh = mesh.and_then(|mesh| Mesh::new(mesh.columns, mesh.rows, &mesh.points));
        let words = self.run_words(pane);
        let bar_name = self.words.get(match look.surface {
            SurfaceOf::Output => "legend.surface",
            SurfaceOf::Sigmoid => "legend.surface_sigmoid",
            SurfaceOf::Optimal => "legend.surface_optimal",
            SurfaceOf::Difference => "legend.surface_difference",
        });
        let scale = plane::scale_of(look.surface, loss);
        let (centre, half) = (f64::from(scale.centre), f64::from(scale.half_range));
        let svg = picture::plane(&Plane {
            heading: words.heading(),
            image: &image,
            surface: &snapshot.surface,
            levels: levels.map(|(loss, surface)| (surface, self.level_lines(loss))),
            mesh: mesh.map(|mesh| (mesh, style.mesh.as_str(), mesh_name.as_str())),
            real: Some((&snapshot.real, &self.words.get("legend.real"))),
            fake: (&snapshot.fake, &self.words.get("legend.fake")),
            trails: Vec::new(),
            forces: arrows.unwrap_or_default(),
            bar: ColorBar {
                name: &bar_name,
                map: &style.map,
                marks: [centre - half, centre, centre + half]
                    .map(|value| self.words.number(value, 2)),
            },
            inks: self.inks(),
            numerals: style.numerals,
        });
        Ok(Some(Drawing { svg, size: SHEET }))
    }

    /// The lab's pane in focus.
    fn lab_drawing(&self) -> Result<Option<Drawing>, JsValue> {
        let Some((pane, shown)) = self.focused().zip(self.lab.shown(&self.scene.look)) else {
            return Ok(None);
        };
        let style = &self.style;
        let view = picture::view(shown.surface);
        let scale = self
            .lab
            .scale_of_arrows(self.scene.look.arrows, view.frame().width, None);
        let arrows = scale.map(|scale| {
            let (sample, size) = sample_arrow(&scale);
            let size = style.numerals.write(&size);
            Arrows {
                name: format!("{}: {size}", self.words.get("legend.force")),
                arrows: shown.forces(scale, &style.force).arrows(&view, 1.0),
                color: &style.force,
                dashes: &[],
                sample,
            }
        });
        let scale = self.lab.scale(shown.loss);
        let (centre, half) = (f64::from(scale.centre), f64::from(scale.half_range));
        let (bar, marks) = match self.scene.look.surface {
            SurfaceOf::Sigmoid => ("legend.surface_sigmoid", [0.0, 0.5, 1.0]),
            _ => ("legend.surface", [centre - half, centre, centre + half]),
        };
        let words = Words {
            title: self.lab_title(pane),
            details: self.loss_words(shown.loss),
        };
        let svg = picture::plane(&Plane {
            heading: words.heading(),
            image: &data_address(&shown.colors, style)?,
            surface: shown.surface,
            levels: Some((shown.surface, self.level_lines(shown.loss))),
            mesh: None,
            real: None,
            fake: (
                &shown.points,
                &self.words.get(match shown.generated {
                    true => "legend.fake",
                    false => "lab.readouts",
                }),
            ),
            trails: shown.trails,
            forces: arrows.into_iter().collect(),
            bar: ColorBar {
                name: &self.words.get(bar),
                map: &style.map,
                marks: marks.map(|value| self.words.number(value, 2)),
            },
            inks: self.inks(),
            numerals: style.numerals,
        });
        Ok(Some(Drawing { svg, size: SHEET }))
    }

    /// All pictures of the wall.
    fn seeds_drawing(&self) -> Result<Option<Drawing>, JsValue> {
        let Some((words, blocks)) = self
            .wall_words("view.wall")
            .zip(self.wall.tiles(&self.words, &self.style)?)
        else {
            return Ok(None);
        };
        let (svg, size) = picture::tiles(words.heading(), &blocks, ABREAST, &self.style.ink);
        Ok(Some(Drawing { svg, size }))
    }

    fn inks(&self) -> Inks<'_> {
        let style = &self.style;
        Inks {
            text: &style.ink,
            real: &style.real,
            fake: &style.fake,
            halo: &style.outline,
        }
    }

    /// The level lines of a loss; those that coincide are one, with all their names.
    fn level_lines(&self, loss: Loss) -> Vec<LevelLine<'_>> {
        let mut lines: Vec<LevelLine> = Vec::new();
        for (level, name) in self.named_levels(loss) {
            if let Some(line) = lines.iter_mut().find(|line| line.value == level.value) {
                line.name = format!("{}, {name}", line.name);
                continue;
            }
            let is_boundary = level.name == "boundary";
            lines.push(LevelLine {
                name,
                value: level.value,
                color: match is_boundary {
                    true => &self.style.boundary,
                    false => &self.style.level,
                },
                dashes: dashes(level.name),
                width: if is_boundary { 2.2 } else { 1.4 },
            });
        }
        lines
    }

    /// What a pane's run is, in words.
    pub(super) fn run_words(&self, pane: &Pane) -> Words {
        let config = &pane.config;
        let step = self.words.number(pane.done as f64, 0);
        let arguments = [
            ("target", self.target_words(config)),
            ("loss", self.loss_words(config.loss)),
            ("seed", config.seed.to_string()),
            ("step", step),
        ];
        let network = |network: &Network| {
            let widths: Vec<_> = network.hidden.iter().map(usize::to_string).collect();
            let activation = plain(network.activation);
            let activation = self.words.get(&format!("activation.{activation}"));
            format!("{} {activation}", widths.join("-"))
        };
        let optimizer = |optimizer: crate::config::Optimizer| {
            let kind = serde_json::to_value(optimizer).unwrap_or_default();
            let kind = kind["kind"].as_str().unwrap_or_default();
            let kind = self.words.get(&format!("optimizer.{kind}"));
            format!("{kind} {}", optimizer.lr())
        };
        let details = [
            ("g", network(&config.generator)),
            ("d", network(&config.discriminator)),
            ("optimizer_g", optimizer(config.optimizer.generator)),
            ("optimizer_d", optimizer(config.optimizer.discriminator)),
            ("batch", config.batch.to_string()),
        ];
        Words {
            title: self.words.say(&Sentence::new("takeaway.title", arguments)),
            details: self.words.say(&Sentence::new("takeaway.details", details)),
        }
    }

    /// What the lab shows, in words.
    pub(super) fn lab_title(&self, pane: &Pane) -> String {
        let discriminator = plain(self.scene.lab.discriminator);
        let discriminator = self
            .words
            .get(&format!("lab.discriminator.{discriminator}"));
        let arguments = [
            ("discriminator", discriminator),
            ("seed", pane.config.seed.to_string()),
            ("target", self.target_words(&pane.config)),
        ];
        self.words
            .say(&Sentence::new("takeaway.lab_title", arguments))
    }

    fn wall_words(&self, title: &str) -> Option<Words> {
        let (config, members, step) = self.wall.extent()?;
        let count = |count: u64| self.words.number(count as f64, 0);
        let arguments = [
            ("target", self.target_words(&config)),
            ("runs", count(members as u64)),
            ("seed", config.seed.to_string()),
            ("step", count(step)),
        ];
        Some(Words {
            title: self.words.get(title),
            details: self
                .words
                .say(&Sentence::new("takeaway.wall_details", arguments)),
        })
    }

    fn target_words(&self, config: &TrainingConfig) -> String {
        let target = serde_json::to_value(&config.target).unwrap_or_default();
        let kind = target["kind"].as_str().unwrap_or_default();
        self.words.get(&format!("target.{kind}"))
    }

    /// A loss with its labels.
    fn loss_words(&self, loss: Loss) -> String {
        let name = self.words.get(&format!("loss.short.{}", short_name(loss)));
        let labels = match loss {
            Loss::Lsgan { a, b, c, .. } => Some([a, b, c]),
            _ => labels(loss),
        };
        match labels {
            Some([a, b, c]) => format!("{name} (a = {a}, b = {b}, c = {c})"),
            None => name,
        }
    }

    /// What the chosen metric is called in a file's name.
    pub(super) fn metric_name(&self) -> String {
        plain(self.scene.look.metric)
    }

    /// What it is called on the page.
    pub(super) fn metric_words(&self) -> String {
        self.words.get(match self.scene.look.metric {
            Metric::Modes => "metric.modes",
            Metric::Hq => "metric.hq",
            Metric::ReverseKl => "metric.reverse_kl",
            Metric::SlicedW1 => "metric.sliced_w1",
            Metric::Energy => "metric.energy",
            Metric::Divergence => "metric.divergence",
            Metric::Outputs => "metric.outputs",
        })
    }
}

/// The word by which a configuration writes a choice.
fn plain(choice: impl serde::Serialize) -> String {
    let word = serde_json::to_value(choice).unwrap_or_default();
    word.as_str().unwrap_or_default().to_owned()
}

/// An arrow for the legend: its length and the size of the force that is drawn so long.
fn sample_arrow(scale: &ArrowScale) -> (f32, String) {
    let mut marks = scale.marks().into_iter();
    let mark = marks.rfind(|mark| SAMPLE_ARROWS.contains(&mark.pixels));
    mark.map_or((28.0, String::new()), |mark| (mark.pixels, mark.label))
}

/// A surface as an image, by its address.
fn data_address(colors: &Colors, style: &PlaneStyle) -> Result<String, JsValue> {
    let (size, pixels) = colors.image(style);
    image_address(size, &pixels)
}

/// Pixels as an image, by its address.
pub(in crate::web::app) fn image_address(
    [columns, rows]: [u32; 2],
    pixels: &[u8],
) -> Result<String, JsValue> {
    let canvas = page::canvas()?;
    canvas.set_width(columns);
    canvas.set_height(rows);
    let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(pixels), columns, rows)?;
    plane::context(&canvas)?.put_image_data(&image, 0.0, 0.0)?;
    canvas.to_data_url()
}
