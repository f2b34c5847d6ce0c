//! Places under a hand: strokes put them down, an eraser takes them away, and each such act can be
//! undone.

use crate::config::on_lattice;

/// Acts that can be undone.
const MOST_ACTS: usize = 100;

/// Places that are being edited.
#[derive(Clone, Debug, Default)]
pub struct Sketch {
    places: Vec<[f64; 2]>,
    /// As many as there may be, and how far out.
    most: usize,
    farthest: f64,
    past: Vec<Vec<[f64; 2]>>,
    future: Vec<Vec<[f64; 2]>>,
    /// How it was before the act that is going on.
    before: Option<Vec<[f64; 2]>>,
}

impl Sketch {
    /// Of places, at most so many and no coordinate beyond `farthest` on either side of zero.
    pub fn new(places: Vec<[f64; 2]>, most: usize, farthest: f64) -> Self {
        Self {
            places,
            most,
            farthest,
            ..Self::default()
        }
    }

    /// The places as they are.
    pub fn places(&self) -> &[[f64; 2]] {
        &self.places
    }

    /// Whether there may be no more.
    pub fn is_full(&self) -> bool {
        self.places.len() >= self.most
    }

    /// Whether there is an act to undo, and one to do again.
    pub fn can_undo_and_redo(&self) -> [bool; 2] {
        [!self.past.is_empty(), !self.future.is_empty()]
    }

    /// An act begins: all that changes until it ends is undone at once.
    pub fn begin(&mut self) {
        self.end();
        self.before = Some(self.places.clone());
    }

    /// The act ends; says whether it changed anything.
    pub fn end(&mut self) -> bool {
        let Some(before) = self.before.take().filter(|before| *before != self.places) else {
            return false;
        };
        if self.past.len() == MOST_ACTS {
            self.past.remove(0);
        }
        self.past.push(before);
        self.future.clear();
        true
    }

    /// Something that is an act by itself; says whether it changed anything.
    pub fn act(&mut self, act: impl FnOnce(&mut Self)) -> bool {
        self.begin();
        act(self);
        self.end()
    }

    /// Takes the last act back; says whether there was one.
    pub fn undo(&mut self) -> bool {
        self.end();
        let Some(before) = self.past.pop() else {
            return false;
        };
        self.future
            .push(std::mem::replace(&mut self.places, before));
        true
    }

    /// Does again what was undone last; says whether there was anything.
    pub fn redo(&mut self) -> bool {
        self.end();
        let Some(after) = self.future.pop() else {
            return false;
        };
        self.past.push(std::mem::replace(&mut self.places, after));
        true
    }

    /// Puts a place down, if there may be one more.
    pub fn put(&mut self, at: [f64; 2]) {
        if !self.is_full() {
            self.places.push(self.within(at));
        }
    }

    /// Puts places down on the way from where one was put to a point, one each `spacing`; returns the last
    /// of them, from where the stroke goes on.
    pub fn draw(&mut self, from: [f64; 2], to: [f64; 2], spacing: f64) -> [f64; 2] {
        let way = [to[0] - from[0], to[1] - from[1]];
        let length = way[0].hypot(way[1]);
        let count = ((length / spacing) as usize).min(self.most);
        let at = |number: usize| {
            [0, 1].map(|axis| from[axis] + way[axis] / length * spacing * number as f64)
        };
        for number in 1..=count {
            self.put(at(number));
        }
        if count > 0 { at(count) } else { from }
    }

    /// Takes away what is no farther than `radius` from a point.
    pub fn erase(&mut self, at: [f64; 2], radius: f64) {
        self.erase_along(at, at, radius);
    }

    /// Takes away what is no farther than `radius` from the straight way between two points: a fast hand
    /// is seen at few of them.
    pub fn erase_along(&mut self, from: [f64; 2], to: [f64; 2], radius: f64) {
        let way = [to[0] - from[0], to[1] - from[1]];
        let squared = way[0] * way[0] + way[1] * way[1];
        self.places.retain(|place| {
            let along = (place[0] - from[0]) * way[0] + (place[1] - from[1]) * way[1];
            let part = if squared > 0.0 {
                (along / squared).clamp(0.0, 1.0)
            } else {
                0.0
            };
            let nearest = [from[0] + part * way[0], from[1] + part * way[1]];
            distance(*place, nearest) > radius
        });
    }

    /// Moves one place.
    pub fn shift(&mut self, index: usize, to: [f64; 2]) {
        let to = self.within(to);
        if let Some(place) = self.places.get_mut(index) {
            *place = to;
        }
    }

    /// Takes one place away.
    pub fn remove(&mut self, index: usize) {
        if index < self.places.len() {
            self.places.remove(index);
        }
    }

    /// Takes all away.
    pub fn clear(&mut self) {
        self.places.clear();
    }

    /// The place nearest to a point, if it is no farther than `radius`.
    pub fn nearest(&self, at: [f64; 2], radius: f64) -> Option<usize> {
        let distances = self.places.iter().map(|place| distance(*place, at));
        distances
            .enumerate()
            .min_by(|(_, one), (_, other)| one.total_cmp(other))
            .filter(|(_, distance)| *distance <= radius)
            .map(|(index, _)| index)
    }

    fn within(&self, at: [f64; 2]) -> [f64; 2] {
        on_lattice(at.map(|part| part.clamp(-self.farthest, self.farthest)))
    }
}

fn distance([x, y]: [f64; 2], [a, b]: [f64; 2]) -> f64 {
    (x - a).hypot(y - b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch() -> Sketch {
        Sketch::new(Vec::new(), 100, 8.0)
    }

    #[test]
    fn a_stroke_has_even_spacing_however_it_is_cut_into_moves() {
        let mut sketch = sketch();
        sketch.begin();
        sketch.put([0.0, 0.0]);
        let mut last = [0.0, 0.0];
        for x in [0.03, 0.05, 0.17, 0.4] {
            last = sketch.draw(last, [x, 0.0], 0.1);
        }
        sketch.end();
        let along: Vec<_> = (0..=4).map(|step| [f64::from(step) / 10.0, 0.0]).collect();
        assert_eq!(sketch.places(), along);
    }

    #[test]
    fn each_act_is_undone_and_done_again_as_a_whole() {
        let mut sketch = sketch();
        sketch.begin();
        for x in 0..5 {
            sketch.put([f64::from(x), 0.0]);
        }
        assert!(sketch.end());
        assert!(sketch.act(|sketch| sketch.erase([1.0, 0.4], 0.5)));
        assert_eq!(sketch.places().len(), 4);
        assert!(
            !sketch.act(|sketch| sketch.erase([5.0, 5.0], 0.5)),
            "nothing there"
        );
        assert!(sketch.undo());
        assert_eq!(sketch.places().len(), 5);
        assert!(sketch.redo());
        assert_eq!(sketch.places()[1], [2.0, 0.0]);
        assert!(sketch.undo() && sketch.undo() && !sketch.undo());
        assert!(sketch.places().is_empty());
        sketch.act(|sketch| sketch.put([1.0, 1.0]));
        assert!(!sketch.redo(), "another act has taken its place");
    }

    #[test]
    fn a_fast_eraser_takes_all_that_lies_on_its_way() {
        let mut sketch = sketch();
        let places = [
            [0.0, 0.0],
            [0.5, 0.19],
            [0.5, -0.21],
            [1.15, 0.0],
            [1.25, 0.0],
            [-0.3, 0.0],
        ];
        places.iter().for_each(|place| sketch.put(*place));
        sketch.erase_along([0.0, 0.0], [1.0, 0.0], 0.2);
        assert_eq!(sketch.places(), [[0.5, -0.21], [1.25, 0.0], [-0.3, 0.0]]);
    }

    #[test]
    fn there_are_never_too_many_and_none_too_far_out() {
        let mut sketch = sketch();
        sketch.put([99.0, -0.00049]);
        assert_eq!(sketch.places(), [[8.0, 0.0]]);
        sketch.draw([0.0; 2], [1.0, 0.0], 1e-9);
        assert!(sketch.is_full() && sketch.places().len() == 100);
        sketch.shift(0, [0.0, -9.0]);
        assert_eq!(sketch.nearest([0.1, -8.0], 0.2), Some(0));
        assert_eq!(sketch.nearest([4.0, 4.0], 0.2), None);
        for _ in 0..300 {
            sketch.act(|sketch| sketch.clear());
            sketch.act(|sketch| sketch.put([0.0; 2]));
        }
        assert_eq!(sketch.past.len(), MOST_ACTS);
    }
}
