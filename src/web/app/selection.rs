//! The sample that a visitor points at: by mouse, touch or keys in a pane, or in a chart. It has the
//! same latent in every pane, so all of them show it.

use std::rc::Rc;

use web_sys::{Element, KeyboardEvent, PointerEvent};

use super::{App, State, pane::Pane};
use crate::{
    config::Loss,
    gan::loss::{self, logistic},
    measure::{LatentGrid, Snapshot, forces},
    scene::Panel,
    web::{
        controls::{self, LossRow},
        page,
        plane::Plane,
        text::Sentence,
    },
};

/// How near a pointer must come to a sample, in CSS pixels: a finger's reach.
const REACH: f32 = 22.0;

/// What the visitor points at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Pointed {
    /// The sample under a resting mouse: it goes as it came.
    hovered: Option<usize>,
    /// The sample that was clicked, tapped or reached by keys: it stays.
    chosen: Option<usize>,
    /// The node of the latent grid that was pointed at last, where the grid is shown.
    pub node: Option<usize>,
}

impl Pointed {
    /// The sample to speak of.
    pub fn sample(self) -> Option<usize> {
        self.hovered.or(self.chosen)
    }
}

impl App {
    /// The mouse moves over a pane, or leaves it.
    pub fn hover(self: &Rc<Self>, element: &Element, event: Option<&PointerEvent>) {
        let Some(index) = self.pane_of(element) else {
            return;
        };
        let before = self.state.borrow().pointed;
        {
            let mut state = self.state.borrow_mut();
            let pane = &state.panes[index];
            let at = event.and_then(|event| pane.plane.under(event));
            let (sample, node) = at.map_or((None, None), |at| nearest(pane, at));
            state.pointed.hovered = sample;
            if node.is_some() {
                state.point_at_node(node);
            }
        }
        if before != self.state.borrow().pointed {
            self.pointed_elsewhere();
        }
    }

    /// A pane was clicked or tapped: the sample there stays selected, and the rail speaks of this pane.
    pub fn choose_at(self: &Rc<Self>, element: &Element, event: &PointerEvent) {
        let Some(index) = self.pane_of(element) else {
            return;
        };
        let found = {
            let mut state = self.state.borrow_mut();
            state.focus = index;
            let pane = &state.panes[index];
            let at = pane.plane.under(event);
            let (sample, node) = at.map_or((None, None), |at| nearest(pane, at));
            state.point_at_node(node);
            sample
        };
        self.choose(found);
        self.show_loss();
    }

    /// Selects a sample, or none; its numbers come into view if nothing in view speaks of it.
    pub fn choose(self: &Rc<Self>, sample: Option<usize>) {
        let shows_numbers = {
            let mut state = self.state.borrow_mut();
            state.pointed.chosen = sample;
            state.pointed.hovered = None;
            matches!(state.scene.look.panel, Panel::Sample | Panel::Curve)
        };
        if sample.is_some() && !shows_numbers {
            let this = self.clone();
            let mut scene = self.scene();
            scene.look.panel = Panel::Sample;
            wasm_bindgen_futures::spawn_local(async move { this.set_scene(scene).await });
        }
        self.pointed_elsewhere();
        self.announce_sample();
    }

    /// Selects the sample so many places on, in the order of the samples.
    pub fn choose_next(self: &Rc<Self>, places: isize) {
        let next = {
            let state = self.state.borrow();
            let snapshot = state.focused().and_then(|pane| pane.snapshot.as_ref());
            let count = snapshot.map_or(0, |snapshot| snapshot.outputs.len()) as isize;
            let start = if places > 0 { -1 } else { 0 };
            let now = state.pointed.chosen.map_or(start, |index| index as isize);
            (count > 0).then(|| (now + places).rem_euclid(count) as usize)
        };
        self.choose(next);
    }

    /// A key in a pane; says whether it meant anything.
    pub fn plane_key(self: &Rc<Self>, element: &Element, event: &KeyboardEvent) -> bool {
        let direction = match event.key().as_str() {
            "ArrowRight" => [1.0, 0.0],
            "ArrowLeft" => [-1.0, 0.0],
            "ArrowUp" => [0.0, 1.0],
            "ArrowDown" => [0.0, -1.0],
            "Escape" => {
                self.choose(None);
                return true;
            }
            _ => return false,
        };
        if let Some(index) = self.pane_of(element) {
            let next = {
                let mut state = self.state.borrow_mut();
                state.focus = index;
                let chosen = state.pointed.chosen;
                let snapshot = state.panes[index].snapshot.as_ref();
                snapshot.and_then(|snapshot| towards(snapshot, chosen, direction))
            };
            if next.is_some() {
                self.choose(next);
            }
        }
        true
    }

    fn pointed_elsewhere(self: &Rc<Self>) {
        {
            let mut state = self.state.borrow_mut();
            state.panes.iter_mut().for_each(|pane| pane.stale = true);
            state.stale.chart = true;
            state.stale.chart_drawn_ms = 0.0;
        }
        self.ask_frame();
    }

    fn announce_sample(&self) {
        let state = self.state.borrow();
        let said = state.pointed.sample().zip(state.focused());
        let said = said.and_then(|(index, pane)| {
            let sample = Numbers::of(pane.snapshot.as_ref()?, index)?;
            let [fx, fy] = sample.force(pane.config.loss);
            let arguments = [
                ("number", state.words.number(index as f64 + 1.0, 0)),
                ("output", state.words.significant(sample.output)),
                ("force", state.words.significant(fx.hypot(fy))),
            ];
            let sentence = Sentence::new("sample.said", arguments);
            Some(state.words.say(&sentence))
        });
        page::show("announcement", &said.unwrap_or_default());
    }
}

impl State {
    /// Follows another node of the latent grid from here on.
    fn point_at_node(&mut self, node: Option<usize>) {
        if self.pointed.node != node {
            self.pointed.node = node;
            for pane in &mut self.panes {
                pane.trail.clear();
                pane.follow(node);
            }
        }
    }

    /// Says which latent is pointed at and where it lands; and that only a part is shown of a latent
    /// space of more than two dimensions.
    pub(super) fn show_manifold(&self) {
        let Some(pane) = self.focused().filter(|_| self.scene.look.manifold) else {
            return;
        };
        let latent = &pane.config.latent;
        let note = (latent.dim > 2).then(|| {
            let dim = self.words.number(latent.dim as f64, 0);
            Sentence::new("legend.manifold_slice", [("dim", dim)])
        });
        let pair = |[x, y]: [f32; 2]| {
            let [x, y] = [x, y].map(|part| self.words.number(part.into(), 2));
            format!("({x}, {y})")
        };
        let point = self.pointed.node.zip(pane.trail.last()).map(|(node, at)| {
            let grid = LatentGrid::new(latent, pane.config.seed);
            let z = match grid.coordinates(node) {
                (s, None) => self.words.number(s, 2),
                (s, Some(t)) => pair([s as f32, t as f32]),
            };
            Sentence::new("legend.manifold_point", [("z", z), ("x", pair(*at))])
        });
        for (name, sentence) in [("manifold_note", note), ("manifold_point", point)] {
            if let Some(element) = page::hook::<Element>("show", name) {
                page::set_hidden(&element, sentence.is_none());
            }
            let text = sentence.map(|sentence| self.words.say(&sentence));
            page::show(name, &text.unwrap_or_default());
        }
    }

    /// Writes the selected sample's numbers, for every loss.
    pub(super) fn show_sample(&self) {
        let pane = self.focused();
        let numbers = pane.zip(self.pointed.sample()).and_then(|(pane, index)| {
            Numbers::of(pane.snapshot.as_ref()?, index).map(|numbers| (pane, numbers))
        });
        controls::show_sample(numbers.is_some());
        let Some((pane, sample)) = numbers else {
            for name in ["inside_x", "inside_y", "inside_s"] {
                page::show(name, "–");
            }
            return;
        };
        let number = |value: f64| self.words.significant(value);
        let [x, y] = sample.at.map(|at| self.words.number(at.into(), 2));
        let at = format!("({x}, {y})");
        let [gx, gy] = sample.gradient;
        let output = number(sample.output);
        let sigmoid = number(logistic(sample.output));
        for (name, text) in [
            ("sample_x", &at),
            ("inside_x", &at),
            ("sample_output", &output),
            ("inside_y", &output),
            ("sample_sigmoid", &sigmoid),
            ("inside_s", &sigmoid),
            ("sample_gradient", &number(gx.hypot(gy))),
        ] {
            page::show(name, text);
        }
        let rows = loss::four(pane.config.loss).map(|loss| {
            let [fx, fy] = sample.force(loss);
            let name = short_name(loss);
            LossRow {
                name,
                is_own: loss == pane.config.loss,
                cells: [
                    ("name", self.words.get(&format!("loss.short.{name}"))),
                    ("slope", number(loss::slope(loss, sample.output))),
                    ("force", number(fx.hypot(fy))),
                ],
            }
        });
        controls::show_loss_rows(&rows);
    }
}

/// The name of a loss among the four that are compared, in hooks and keys.
pub(super) fn short_name(loss: Loss) -> &'static str {
    match loss {
        Loss::Minimax => "minimax",
        Loss::NonSaturating => "non_saturating",
        Loss::Lsgan { sigmoid: false, .. } => "lsgan",
        Loss::Lsgan { sigmoid: true, .. } => "lsgan_sigmoid",
    }
}

/// A sample as the discriminator sees it.
struct Numbers {
    at: [f32; 2],
    output: f64,
    gradient: [f64; 2],
}

impl Numbers {
    fn of(snapshot: &Snapshot, index: usize) -> Option<Self> {
        let pair = |values: &[f32]| Some([*values.get(2 * index)?, *values.get(2 * index + 1)?]);
        Some(Self {
            at: pair(&snapshot.fake)?,
            output: f64::from(*snapshot.outputs.get(index)?),
            gradient: pair(&snapshot.gradients)?.map(f64::from),
        })
    }

    fn force(&self, loss: Loss) -> [f64; 2] {
        let gradient = self.gradient.map(|part| part as f32);
        let force = forces(loss, &[self.output as f32], &gradient);
        [f64::from(force[0]), f64::from(force[1])]
    }
}

/// What of a pane is nearest to a pixel, within reach: a sample, or a node of the latent grid.
fn nearest(pane: &Pane, at: [f32; 2]) -> (Option<usize>, Option<usize>) {
    let Some(snapshot) = &pane.snapshot else {
        return (None, None);
    };
    let sample = within_reach(&pane.plane, &snapshot.fake, at);
    let mesh = snapshot.manifold.as_ref();
    let node = mesh.and_then(|mesh| within_reach(&pane.plane, &mesh.points, at));
    match (sample, node) {
        (Some((sample, to_sample)), Some((node, to_node))) => {
            if to_sample <= to_node {
                (Some(sample), None)
            } else {
                (None, Some(node))
            }
        }
        (sample, node) => (sample.map(|(index, _)| index), node.map(|(index, _)| index)),
    }
}

/// The point nearest to a pixel, within reach, and how far it is.
fn within_reach(plane: &Plane, points: &[f32], at: [f32; 2]) -> Option<(usize, f32)> {
    let view = plane.view()?;
    let distance = |point: &[f32]| {
        let [x, y] = view.to_pixel([point[0], point[1]]);
        (x - at[0]).hypot(y - at[1])
    };
    points
        .chunks_exact(2)
        .map(distance)
        .enumerate()
        .min_by(|(_, one), (_, other)| one.total_cmp(other))
        .filter(|(_, distance)| *distance <= REACH)
}

/// The sample that comes next in a direction: near, and not far off to the side.
fn towards(snapshot: &Snapshot, from: Option<usize>, direction: [f32; 2]) -> Option<usize> {
    let point = |index: usize| {
        Some([
            *snapshot.fake.get(2 * index)?,
            *snapshot.fake.get(2 * index + 1)?,
        ])
    };
    let Some([x, y]) = from.and_then(point) else {
        return (!snapshot.fake.is_empty()).then_some(0);
    };
    let cost = |index: usize| {
        let [to_x, to_y] = point(index)?;
        let [dx, dy] = [to_x - x, to_y - y];
        let ahead = dx * direction[0] + dy * direction[1];
        let aside = (dx * direction[1] - dy * direction[0]).abs();
        (ahead > 0.0 && Some(index) != from).then_some(ahead + 2.0 * aside)
    };
    (0..snapshot.fake.len() / 2)
        .filter_map(|index| Some((index, cost(index)?)))
        .min_by(|(_, one), (_, other)| one.total_cmp(other))
        .map(|(index, _)| index)
}
