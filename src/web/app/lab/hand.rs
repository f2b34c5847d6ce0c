//! What a hand does in the lab's panes: it takes hold of a sample, of the boundary or of its handle,
//! moves it, lets go; or it touches an empty place, where a sample is added. And the same by keys.

use std::rc::Rc;

use web_sys::{Element, KeyboardEvent, PointerEvent};

use crate::{
    picture::axis::round_below,
    web::{
        app::{App, State, controls},
        page,
    },
};

/// How near a hand must come, in CSS pixels: a mouse, and a finger. To a sample or the handle, and to
/// the boundary.
const REACH: [f32; 2] = [13.0, 24.0];
const REACH_OF_LINE: [f32; 2] = [8.0, 16.0];
/// A hand that moves further than this has not just touched.
const STILL: [f32; 2] = [4.0, 12.0];
/// An arrow key moves a sample by about this part of the plane's side.
const NUDGE: f64 = 1.0 / 32.0;

/// A pointer that is down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hand {
    pane: usize,
    pointer: i32,
    grip: Grip,
}

impl Hand {
    /// The index of the sample that it holds, if it holds one.
    pub fn sample(self) -> Option<usize> {
        match self.grip {
            Grip::Sample { index, .. } => Some(index),
            _ => None,
        }
    }
}

/// What a hand holds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Grip {
    /// A sample, so far beside its middle.
    Sample { index: usize, beside: [f64; 2] },
    /// The boundary, at this distance from it.
    Boundary { distance: f64 },
    /// The handle that turns the boundary, by so many degrees beside it.
    Handle { beside: f64 },
    /// An empty place, at this pixel.
    Nothing { at: [f32; 2] },
}

impl Grip {
    /// Its name in the style sheet, which chooses the cursor.
    fn name(self) -> &'static str {
        match self {
            Self::Sample { .. } => "sample",
            Self::Boundary { .. } => "boundary",
            Self::Handle { .. } => "handle",
            Self::Nothing { .. } => "nothing",
        }
    }
}

/// Whether a pointer is a finger: the index into the reaches.
fn finger(event: &PointerEvent) -> usize {
    usize::from(event.pointer_type() == "touch")
}

fn place(event: &PointerEvent) -> [f64; 2] {
    [event.client_x(), event.client_y()].map(f64::from)
}

impl App {
    /// The index of the lab's pane to which an element belongs.
    fn lab_pane_of(&self, element: &Element) -> Option<usize> {
        let state = self.state.borrow();
        let mut panes = state.lab.panes.iter();
        panes.position(|pane| pane.element.contains(Some(element)))
    }

    /// Whether a finger at a place of the window would take hold of something: then the page must not
    /// scroll.
    pub fn lab_holds(&self, element: &Element, at: [f64; 2]) -> bool {
        let Some(pane) = self.lab_pane_of(element) else {
            return false;
        };
        let grip = self.state.borrow().grip_at(pane, at, 1);
        !matches!(grip, None | Some(Grip::Nothing { .. }))
    }

    /// A pointer goes down in a pane; says whether the hand holds something now.
    pub fn lab_press(self: &Rc<Self>, element: &Element, event: &PointerEvent) -> bool {
        let Some(pane) = self.lab_pane_of(element) else {
            return false;
        };
        if event.button() != 0 || !event.is_primary() {
            return false;
        }
        let grip = {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            let Some(grip) = state.grip_at(pane, place(event), finger(event)) else {
                return false;
            };
            state.lab.focus = pane;
            state.lab.hand = Some(Hand {
                pane,
                pointer: event.pointer_id(),
                grip,
            });
            grip
        };
        self.show_loss();
        if let Grip::Sample { index, .. } = grip {
            self.lab_select(Some(index));
        }
        page::set_attribute(element, "data-held", grip.name());
        !matches!(grip, Grip::Nothing { .. })
    }

    /// A pointer moves over a pane, or anywhere while it holds something.
    pub fn lab_move(self: &Rc<Self>, element: &Element, event: &PointerEvent) {
        let hand = self.state.borrow().lab.hand;
        match hand {
            Some(hand) if hand.pointer == event.pointer_id() => self.drag(hand, event),
            Some(_) => {}
            None => {
                let grip = self
                    .lab_pane_of(element)
                    .and_then(|pane| self.state.borrow().grip_at(pane, place(event), 0));
                page::set_attribute(element, "data-over", grip.map_or("", Grip::name));
            }
        }
    }

    fn drag(self: &Rc<Self>, hand: Hand, event: &PointerEvent) {
        let moved = {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            let Some(pane) = state.lab.panes.get(hand.pane) else {
                return;
            };
            let Some(view) = pane.plane.view() else {
                return;
            };
            let pixel = pane.plane.pixel_at(place(event));
            let at = view.to_data(pixel).map(f64::from);
            let boundary = state.lab.boundary(pane.loss);
            match (hand.grip, boundary) {
                (Grip::Sample { index, beside }, _) => {
                    let at = [at[0] - beside[0], at[1] - beside[1]];
                    state.place_sample(index, at);
                    true
                }
                (Grip::Boundary { distance }, Some(boundary)) => {
                    state.scene.lab.offset = boundary.offset_at(distance, at);
                    true
                }
                (Grip::Handle { beside }, Some(boundary)) => {
                    state.scene.lab.angle = boundary.angle_at(beside, at);
                    true
                }
                (Grip::Nothing { at }, _) => {
                    if far(pixel, at) > STILL[finger(event)] {
                        state.lab.hand = None;
                    }
                    false
                }
                _ => false,
            }
        };
        if moved {
            self.lab_edited();
        }
    }

    /// A pointer goes up: what it held stays where it is; an empty place that it touched gets a sample.
    pub fn lab_release(self: &Rc<Self>, element: &Element, event: &PointerEvent) {
        let hand = self.state.borrow().lab.hand;
        let Some(hand) = hand.filter(|hand| hand.pointer == event.pointer_id()) else {
            return;
        };
        self.lab_let_go(element);
        if let Grip::Nothing { at } = hand.grip {
            let at = {
                let state = self.state.borrow();
                let pane = state.lab.panes.get(hand.pane);
                let view = pane.and_then(|pane| pane.plane.view());
                view.map(|view| view.to_data(at).map(f64::from))
            };
            if let Some(at) = at {
                self.add_lab_sample(at);
            }
        }
        self.state.borrow().announce_lab_sample();
    }

    /// The hand holds nothing any more, for whatever reason.
    pub fn lab_let_go(self: &Rc<Self>, element: &Element) {
        page::set_attribute(element, "data-held", "");
        let hand = self.state.borrow_mut().lab.hand.take();
        if hand.is_some() {
            // The fields of what was dragged.
            controls::show_scene(&self.scene());
        }
    }

    /// A pane has the keyboard: the legend speaks of it.
    pub fn lab_focus(self: &Rc<Self>, element: &Element) {
        let Some(pane) = self.lab_pane_of(element) else {
            return;
        };
        if std::mem::replace(&mut self.state.borrow_mut().lab.focus, pane) != pane {
            self.show_loss();
        }
    }

    /// A key in a pane; says whether it meant anything.
    pub fn lab_key(self: &Rc<Self>, element: &Element, event: &KeyboardEvent) -> bool {
        if self.lab_pane_of(element).is_none() || !self.state.borrow().lab.moves_samples() {
            return false;
        }
        let direction = match event.key().as_str() {
            "ArrowRight" => [1.0, 0.0],
            "ArrowLeft" => [-1.0, 0.0],
            "ArrowUp" => [0.0, 1.0],
            "ArrowDown" => [0.0, -1.0],
            "n" | "N" => {
                self.lab_select_next();
                return true;
            }
            "a" | "A" => {
                self.lab_add();
                return true;
            }
            "Delete" | "Backspace" => {
                self.lab_delete();
                return true;
            }
            "Escape" => {
                self.lab_select(None);
                return true;
            }
            _ => return false,
        };
        if self.state.borrow().lab.selected.is_none() {
            self.lab_select_next();
        }
        let side = 2.0 * self.state.borrow().lab.half_side();
        let coarse = round_below(NUDGE * side).map_or(0.0, |step| step.value);
        let by = if event.shift_key() {
            0.1 * coarse
        } else {
            coarse
        };
        self.lab_nudge(direction.map(|part| part * by));
        true
    }
}

fn far([x, y]: [f32; 2], [a, b]: [f32; 2]) -> f32 {
    (x - a).hypot(y - b)
}

impl State {
    /// What a hand would hold at a place of the window; nothing at all outside the frame.
    fn grip_at(&self, index: usize, place: [f64; 2], finger: usize) -> Option<Grip> {
        let lab = &self.lab;
        let pane = lab.panes.get(index)?;
        let view = pane.plane.view()?;
        let pixel = pane.plane.pixel_at(place);
        let at = view.to_data(pixel).map(f64::from);
        let unit = self.style.em as f32 / 16.0;
        if !view.contains(pixel) {
            return None;
        }
        if lab.moves_samples() {
            let marks = lab.marks(index, &self.style).into_iter().enumerate();
            let nearest = marks
                .map(|(index, mark)| (index, mark, far(pixel, mark)))
                .min_by(|one, other| one.2.total_cmp(&other.2))
                .filter(|(_, _, distance)| *distance <= REACH[finger] * unit);
            if let Some((index, mark, _)) = nearest {
                let mark = view.to_data(mark).map(f64::from);
                let beside = [at[0] - mark[0], at[1] - mark[1]];
                return Some(Grip::Sample { index, beside });
            }
        }
        if let Some((boundary, handle)) = lab.grip(index) {
            if far(pixel, handle) <= REACH[finger] * unit {
                let beside = boundary.turn_to(at);
                return Some(Grip::Handle { beside });
            }
            let distance = boundary.distance(at);
            let reach = f64::from(REACH_OF_LINE[finger] * unit / view.pixels_per_unit());
            if distance.abs() <= reach {
                return Some(Grip::Boundary { distance });
            }
        }
        Some(Grip::Nothing { at: pixel })
    }
}
