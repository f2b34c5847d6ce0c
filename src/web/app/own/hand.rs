//! What a hand does on the planes while the target is edited: strokes by mouse, finger or pen, modes that
//! are dragged; and the same by keys.

use std::rc::Rc;

use web_sys::{Element, KeyboardEvent, PointerEvent};

use super::{App, OwnData, State, Tool};
use crate::picture::view::View;

/// The button by which a pen says that its other end, the eraser, is down.
const ERASER: i16 = 5;
/// How near a hand must come to a mode, in CSS pixels: a mouse or pen, and a finger.
const REACH: [f32; 2] = [14.0, 26.0];
/// Parts of half the plane's side: from point to point of a stroke, the eraser's radius, and how far an
/// arrow key goes, also with Shift.
const SPACING: f64 = 0.02;
pub(super) const RADIUS: f64 = 0.075;
const NUDGE: f64 = 0.05;
const NUDGE_FINE: f64 = 0.005;

/// A pointer that is down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hand {
    pointer: i32,
    /// How the plane lay when it went down: it may be drawn in another size before it goes up.
    view: View,
    grip: Grip,
}

/// What it does.
#[derive(Clone, Copy, Debug)]
enum Grip {
    /// Draws, from the last point on.
    Draw { last: [f64; 2] },
    /// Erases, from where it was on.
    Erase { last: [f64; 2] },
    /// Holds a mode, so far beside its middle.
    Mode { index: usize, beside: [f64; 2] },
}

/// The place of the plane under a pixel, or the nearest one in the frame.
fn place_in(view: &View, [column, row]: [f32; 2]) -> [f64; 2] {
    let frame = view.frame();
    let column = column.clamp(frame.left, frame.left + frame.width);
    let row = row.clamp(frame.top, frame.top + frame.height);
    view.to_data([column, row]).map(f64::from)
}

fn pixel(state: &State, pane: usize, event: &PointerEvent) -> Option<[f32; 2]> {
    let place = [event.client_x(), event.client_y()].map(f64::from);
    Some(state.panes.get(pane)?.plane.pixel_at(place))
}

impl App {
    /// A pointer goes down in a pane; says whether the hand does something now.
    pub fn own_press(self: &Rc<Self>, element: &Element, event: &PointerEvent) -> bool {
        let (Some(pane), Some(tool)) = (self.pane_of(element), self.own_tool()) else {
            return false;
        };
        if !event.is_primary() || !matches!(event.button(), 0 | ERASER) {
            return false;
        }
        {
            let mut state = self.state.borrow_mut();
            let Some(at) = pixel(&state, pane, event) else {
                return false;
            };
            let Some(view) = state.panes[pane]
                .plane
                .view()
                .filter(|view| view.contains(at))
            else {
                return false;
            };
            let tool = match (tool, event.button()) {
                (Tool::Draw, ERASER) => Tool::Erase,
                _ => tool,
            };
            let half_side = state.own_half_side();
            let reach =
                REACH[usize::from(event.pointer_type() == "touch")] / view.pixels_per_unit();
            let at = place_in(&view, at);
            state.focus = pane;
            let own = &mut state.own;
            own.keyed = false;
            own.sketch.begin();
            let grip = match tool {
                Tool::Draw => {
                    own.sketch.put(at);
                    Grip::Draw { last: at }
                }
                Tool::Erase => {
                    own.sketch.erase(at, RADIUS * half_side);
                    own.brush = Some(at);
                    Grip::Erase { last: at }
                }
                Tool::Move => {
                    own.selected = own.sketch.nearest(at, reach.into());
                    let Some(index) = own.selected else {
                        drop(state);
                        self.own_redrawn();
                        return false;
                    };
                    let [x, y] = own.sketch.places()[index];
                    let beside = [at[0] - x, at[1] - y];
                    Grip::Mode { index, beside }
                }
            };
            own.hand = Some(Hand {
                pointer: event.pointer_id(),
                view,
                grip,
            });
        }
        self.own_redrawn();
        true
    }

    /// A pointer moves over a pane, or anywhere while it is down.
    pub fn own_move(self: &Rc<Self>, element: &Element, event: &PointerEvent) {
        let Some(pane) = self.pane_of(element) else {
            return;
        };
        let moved_mode = {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            let Some(at) = pixel(state, pane, event) else {
                return;
            };
            let half_side = state.own_half_side();
            let over = state.panes[pane].plane.view();
            let own = &mut state.own;
            match own.hand {
                Some(hand) if hand.pointer == event.pointer_id() => {
                    let at = place_in(&hand.view, at);
                    own.follow(hand, at, half_side)
                }
                Some(_) => return,
                None => {
                    own.brush = over
                        .filter(|view| view.contains(at) && own.tool == Some(Tool::Erase))
                        .map(|view| place_in(&view, at));
                    false
                }
            }
        };
        if moved_mode {
            self.own_changed();
        } else {
            self.own_redrawn();
        }
    }

    /// A pointer goes up, or is lost: what it did is one act.
    pub fn own_release(self: &Rc<Self>, event: &PointerEvent) {
        let ended = {
            let own = &mut self.state.borrow_mut().own;
            let held = own.hand.filter(|hand| hand.pointer == event.pointer_id());
            held.map(|hand| {
                own.hand = None;
                if event.pointer_type() == "touch" {
                    own.brush = None;
                }
                // A run that stands is looked at when the hand goes up, and not before.
                own.due = true;
                (own.sketch.end(), hand)
            })
        };
        match ended {
            Some((_, hand)) => {
                self.own_changed();
                let state = self.state.borrow();
                match hand.grip {
                    Grip::Mode { .. } => state.say_mode(),
                    _ => state.say_count("own.said.count"),
                }
            }
            None => self.own_redrawn(),
        }
    }

    /// The mouse has left the planes.
    pub fn own_leave(self: &Rc<Self>) {
        if self.state.borrow_mut().own.brush.take().is_some() {
            self.own_redrawn();
        }
    }

    /// A key in a pane; says whether it meant anything.
    pub fn own_key(self: &Rc<Self>, event: &KeyboardEvent) -> bool {
        let Some(tool) = self.own_tool() else {
            return false;
        };
        let half_side = self.state.borrow().own_half_side();
        let by = half_side * if event.shift_key() { NUDGE_FINE } else { NUDGE };
        let direction = match event.key().as_str() {
            "ArrowRight" => [by, 0.0],
            "ArrowLeft" => [-by, 0.0],
            "ArrowUp" => [0.0, by],
            "ArrowDown" => [0.0, -by],
            "Escape" => {
                self.own_take(None);
                return true;
            }
            key => return self.own_letter(tool, key, event.shift_key()),
        };
        if tool == Tool::Move {
            if self.state.borrow().own.selected.is_none() {
                self.own_select(1);
            }
            self.own_act(|own| {
                if let Some(index) = own.selected
                    && let Some([x, y]) = own.sketch.places().get(index).copied()
                {
                    own.sketch
                        .shift(index, [x + direction[0], y + direction[1]]);
                }
            });
            self.state.borrow().say_mode();
        } else {
            {
                let own = &mut self.state.borrow_mut().own;
                own.keyed = true;
                let edge = |part: f64| part.clamp(-half_side, half_side);
                own.cursor = [0, 1].map(|axis| edge(own.cursor[axis] + direction[axis]));
                own.cursor = crate::config::on_lattice(own.cursor);
            }
            self.own_redrawn();
            self.state.borrow().say_cursor();
        }
        true
    }

    /// A key that is no arrow.
    fn own_letter(self: &Rc<Self>, tool: Tool, key: &str, shift: bool) -> bool {
        let half_side = self.state.borrow().own_half_side();
        match (tool, key) {
            (Tool::Move, "n" | "N") => self.own_select(1),
            (Tool::Move, "p" | "P") => self.own_select(-1),
            // From mode to mode, and beyond the last out of the plane.
            (Tool::Move, "Tab") => {
                let (count, selected) = {
                    let own = &self.state.borrow().own;
                    (own.sketch.places().len(), own.selected)
                };
                let next = match (selected, shift) {
                    (None, false) => Some(0),
                    (None, true) => None,
                    (Some(index), false) => Some(index + 1).filter(|next| *next < count),
                    (Some(index), true) => index.checked_sub(1),
                };
                self.state.borrow_mut().own.selected = next;
                self.own_redrawn();
                if next.is_none() {
                    return false;
                }
                self.state.borrow().say_mode();
            }
            (Tool::Move, "a" | "A") => self.own_add(),
            (Tool::Move, "Delete" | "Backspace") => self.own_delete(),
            (Tool::Draw, " " | "Enter") => self.own_key_act("own.said.put", |own| {
                own.sketch.put(own.cursor);
            }),
            (Tool::Draw | Tool::Erase, "Delete" | "Backspace") | (Tool::Erase, " " | "Enter") => {
                self.own_key_act("own.said.erased", |own| {
                    own.sketch.erase(own.cursor, RADIUS * half_side);
                });
            }
            (Tool::Draw | Tool::Erase, "d" | "D") => self.own_take(Some(Tool::Draw)),
            (Tool::Draw | Tool::Erase, "e" | "E") => self.own_take(Some(Tool::Erase)),
            _ => return false,
        }
        true
    }

    fn own_key_act(self: &Rc<Self>, said: &'static str, act: impl FnOnce(&mut OwnData)) {
        self.state.borrow_mut().own.keyed = true;
        self.own_act(act);
        self.state.borrow().say_count(said);
    }

    /// Selects the mode so many places on.
    fn own_select(self: &Rc<Self>, places: isize) {
        {
            let own = &mut self.state.borrow_mut().own;
            let count = own.sketch.places().len() as isize;
            let start = if places > 0 { -1 } else { 0 };
            let now = own.selected.map_or(start, |index| index as isize);
            own.selected = (count > 0).then(|| (now + places).rem_euclid(count) as usize);
        }
        self.own_redrawn();
        self.state.borrow().say_mode();
    }
}

impl OwnData {
    /// The pointer has moved on; says whether it has moved a mode.
    fn follow(&mut self, mut hand: Hand, at: [f64; 2], half_side: f64) -> bool {
        match &mut hand.grip {
            Grip::Draw { last } => *last = self.sketch.draw(*last, at, SPACING * half_side),
            Grip::Erase { last } => {
                self.sketch.erase_along(*last, at, RADIUS * half_side);
                *last = at;
                self.brush = Some(at);
            }
            Grip::Mode { index, beside } => {
                self.sketch
                    .shift(*index, [at[0] - beside[0], at[1] - beside[1]]);
            }
        }
        self.hand = Some(hand);
        matches!(hand.grip, Grip::Mode { .. })
    }
}
