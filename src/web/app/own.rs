//! The target under a hand: points of one's own are drawn and erased on the planes, modes of a mixture
//! moved, and the run goes on against what has become of them.
//!
//! What is in force is the scene's. Here stands what is being drawn, which may be nothing at all while the
//! run goes on against the points before, and what was drawn before it.

mod files;
mod hand;
mod showing;

use std::rc::Rc;

use super::{App, State};
use crate::{
    config::{
        FARTHEST_MEAN, FARTHEST_POINT, MOST_MEANS, MOST_POINTS, Target, TrainingConfig, on_lattice,
    },
    data::Sketch,
    scene::View,
    target::mixture,
    web::clock::sleep,
};
use hand::Hand;
pub(super) use showing::OwnPicture;

/// Changes are handed to the workers no more often.
const EVERY_MS: f64 = 50.0;

/// What a hand does on the planes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Puts points down.
    Draw,
    /// Takes points away.
    Erase,
    /// Moves modes.
    Move,
}

impl Tool {
    /// The name in hooks and in the style sheet.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draw => "draw",
            Self::Erase => "erase",
            Self::Move => "move",
        }
    }
}

/// The target's places and what is done to them.
#[derive(Default)]
pub(super) struct OwnData {
    sketch: Sketch,
    /// What the scene has, as far as is known here: the last that came from there or went there.
    known: Vec<[f64; 2]>,
    /// The points that were the target's last, for whoever comes back to them.
    kept: Option<Vec<[f64; 2]>>,
    /// None while the planes are only looked at.
    tool: Option<Tool>,
    /// The mode that keys move.
    selected: Option<usize>,
    /// Where keys put points.
    cursor: [f64; 2],
    /// Whether keys were used last, so that the cursor shows.
    keyed: bool,
    /// Where the eraser is, while a pointer is over a plane.
    brush: Option<[f64; 2]>,
    hand: Option<Hand>,
    /// Real samples of a target that the workers do not have yet.
    real: Option<Vec<f32>>,
    /// Changes are being handed over, and there are more of them.
    handing: bool,
    due: bool,
}

impl OwnData {
    /// Whether a pointer is down.
    pub fn is_held(&self) -> bool {
        self.hand.is_some()
    }

    /// Whether the modes are being moved, and not points drawn.
    fn moves(&self) -> bool {
        self.tool == Some(Tool::Move)
    }
}

/// The places of a target that a hand can change.
fn places(target: &Target) -> Option<&[[f64; 2]]> {
    match target {
        Target::Points { points, .. } => Some(points),
        Target::Mixture { means, .. } => Some(means),
        _ => None,
    }
}

/// The same target with other places.
fn with_places(target: &Target, places: &[[f64; 2]]) -> Target {
    let mut target = target.clone();
    match &mut target {
        Target::Points { points, .. } => *points = places.into(),
        Target::Mixture { means, .. } => *means = places.into(),
        _ => {}
    }
    target
}

/// The modes of a target as a mixture that can be taken apart; none where it has none, or where they lie
/// too far out.
pub fn taken_apart(target: &Target) -> Option<Target> {
    let mixture = mixture(target)?;
    let means: Vec<_> = mixture
        .modes
        .iter()
        .map(|mode| on_lattice(mode.map(f64::from)))
        .collect();
    let is_allowed = means.len() <= MOST_MEANS
        && means
            .iter()
            .flatten()
            .all(|part| part.abs() <= FARTHEST_MEAN);
    // To a millionth, f32 having no more.
    let sigma = (f64::from(mixture.sigma) * 1e6).round() / 1e6;
    is_allowed.then_some(Target::Mixture { means, sigma })
}

impl App {
    /// Whether a hand on the planes draws, erases or moves.
    pub fn own_tool(&self) -> Option<Tool> {
        self.state.borrow().own.tool
    }

    /// The target of one's own points: those that were there before, if there were any.
    pub fn own_points(&self) -> Target {
        let kept = self.state.borrow().own.kept.clone();
        let fresh = TrainingConfig::default()
            .merged(&serde_json::json!({ "target": { "kind": "points" } }));
        let target = fresh.map_or(Target::Moons { sigma: 0.05 }, |config| config.target);
        match kept {
            Some(points) => with_places(&target, &points),
            None => target,
        }
    }

    /// Brings what is drawn in line with the scene, unless it came from here.
    pub(super) fn sync_own(self: &Rc<Self>) {
        {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            let (own, target) = (&mut state.own, &state.scene.config.target);
            let now = places(target).unwrap_or_default();
            let is_points = matches!(target, Target::Points { .. });
            let fits = match own.tool {
                Some(Tool::Move) => matches!(target, Target::Mixture { .. }),
                Some(_) => is_points,
                None => true,
            };
            if !fits || state.scene.look.view != View::Run {
                own.tool = None;
                own.hand = None;
            }
            if own.known != now {
                let (most, farthest) = match is_points {
                    true => (MOST_POINTS, FARTHEST_POINT),
                    false => (MOST_MEANS, FARTHEST_MEAN),
                };
                own.sketch = Sketch::new(now.to_vec(), most, farthest);
                own.known = now.to_vec();
                (own.selected, own.hand, own.real) = (None, None, None);
            }
            if is_points {
                own.kept = Some(now.to_vec());
            }
        }
        self.show_own();
    }

    /// Takes a tool into the hand, or puts it away.
    pub fn own_take(self: &Rc<Self>, tool: Option<Tool>) {
        {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            let own = &mut state.own;
            own.sketch.end();
            (own.tool, own.hand, own.brush) = (tool, None, None);
            own.keyed = false;
            own.cursor = [0.0; 2];
        }
        self.show_own();
        if let Some(tool) = tool {
            self.state.borrow().say_tool(tool);
        }
    }

    /// Begins to edit with the tool that fits the target, or ends it.
    pub fn own_toggle(self: &Rc<Self>) {
        if self.scene().look.view != View::Run {
            return;
        }
        let tool = match (self.own_tool(), &self.config().target) {
            (Some(_), _) => None,
            (None, Target::Points { .. }) => Some(Tool::Draw),
            (None, Target::Mixture { .. }) => Some(Tool::Move),
            _ => None,
        };
        self.own_take(tool);
    }

    /// Puts a target in force and takes up the tool for it.
    pub async fn own_begin(self: &Rc<Self>, target: Target) {
        let mut scene = self.scene();
        scene.config.target = target;
        self.set_scene(scene).await;
        if self.own_tool().is_none() {
            self.own_toggle();
        }
    }

    /// Takes the last act back, or does it again.
    pub fn own_undo(self: &Rc<Self>, again: bool) {
        let done = {
            let sketch = &mut self.state.borrow_mut().own.sketch;
            if again { sketch.redo() } else { sketch.undo() }
        };
        if done {
            self.own_changed();
            self.state.borrow().say_count(if again {
                "own.said.redone"
            } else {
                "own.said.undone"
            });
        }
    }

    /// Takes all points away.
    pub fn own_clear(self: &Rc<Self>) {
        self.own_act(|own| {
            own.sketch.clear();
        });
        self.state.borrow().say_count("own.said.cleared");
    }

    /// Adds a mode where the cursor is, or beside the selected one.
    pub fn own_add(self: &Rc<Self>) {
        let half_side = self.state.borrow().own_half_side();
        self.own_act(|own| {
            let at = own
                .selected
                .and_then(|index| own.sketch.places().get(index));
            let at = at.map_or([0.0; 2], |[x, y]| [x + 0.1 * half_side, *y]);
            if !own.sketch.is_full() {
                own.sketch.put(at);
                own.selected = own.sketch.places().len().checked_sub(1);
            }
        });
        self.state.borrow().say_mode();
    }

    /// Takes the selected mode away; the last one stays.
    pub fn own_delete(self: &Rc<Self>) {
        self.own_act(|own| {
            if let Some(index) = own.selected
                && own.sketch.places().len() > 1
            {
                own.sketch.remove(index);
                own.selected = Some(index.min(own.sketch.places().len() - 1));
            }
        });
        self.state.borrow().say_mode();
    }

    /// An act of its own.
    fn own_act(self: &Rc<Self>, act: impl FnOnce(&mut OwnData)) {
        let changed = {
            let own = &mut self.state.borrow_mut().own;
            own.sketch.begin();
            act(own);
            own.sketch.end()
        };
        if changed {
            self.own_changed();
        } else {
            self.own_redrawn();
        }
    }

    /// The sketch has changed: it is put in force, unless nothing is left of it.
    fn own_changed(self: &Rc<Self>) {
        {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            let own = &mut state.own;
            own.selected = own
                .selected
                .filter(|index| *index < own.sketch.places().len());
            if !own.sketch.places().is_empty() && own.known != own.sketch.places() {
                own.known = own.sketch.places().to_vec();
                let target = &mut state.scene.config.target;
                *target = with_places(target, &own.known);
                if matches!(target, Target::Points { .. }) {
                    own.kept = Some(own.known.clone());
                }
                own.due = true;
            }
            state.foresee_real();
        }
        self.own_redrawn();
        self.write_link_soon();
        self.hand_over();
    }

    /// Hands changes over to the workers, one after the other, and of those that come meanwhile the last.
    fn hand_over(self: &Rc<Self>) {
        {
            let own = &mut self.state.borrow_mut().own;
            if !own.due || std::mem::replace(&mut own.handing, true) {
                return;
            }
        }
        let this = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            while std::mem::take(&mut this.state.borrow_mut().own.due) {
                let arranged = this.arrange().await;
                if let Ok(super::Change::Restarted) = this.reported(arranged) {
                    this.catch_up();
                }
                sleep(EVERY_MS).await;
            }
            let stands = {
                let mut state = this.state.borrow_mut();
                (state.own.handing, state.own.real) = (false, None);
                !state.playing && !state.own.is_held()
            };
            if stands {
                let looked = this.look_at_all().await;
                let _ = this.reported(looked);
            }
        });
    }
}

impl State {
    /// Draws the real samples of the target that the workers are yet to hear of.
    fn foresee_real(&mut self) {
        let shown = self.panes.first().and_then(|pane| pane.snapshot.as_ref());
        self.own.real = shown.filter(|_| self.own.due).map(|snapshot| {
            crate::train::Batches::new(&self.scene.config).shown_real(snapshot.real.len() / 2)
        });
    }

    /// Half the side of the square that the panes show.
    fn own_half_side(&self) -> f64 {
        crate::target::extent(&self.scene.config.target).into()
    }
}
