//! The wall's pictures, and what is said of each run and of all together.

use wasm_bindgen::prelude::*;

use super::{Hung, WallView, frames::Caption};
use crate::{
    config::{Loss, TrainingConfig},
    export::picture::{Block, TILE, Tile},
    measure::{HIGH_QUALITY, Proportion},
    picture::thumbnail::{Inks, Landmarks, Thumbnail, paint},
    target,
    train::{Backend, Batches},
    wall::{Member, WALL_SAMPLES, WALL_SIDE},
    web::{
        app::{panes::loss_name, selection::short_name, takeaway::image_address},
        clock::now_ms,
        page, plane,
        style::{PlaneStyle, rgb},
        text::{Sentence, Words},
    },
};

/// How sharp the pictures of a sheet are: twice as sharp as its own pixels, for print.
const TILE_PIXELS: u32 = 2 * TILE;

/// Pictures are painted for about so long in one frame; the others follow in the next.
const PAINTING_MS: f64 = 12.0;

impl WallView {
    /// Whether a member has moved since its picture was painted.
    pub(super) fn has_stale_pictures(&self) -> bool {
        let mut standing = self.standing.iter();
        standing.any(|one| one.stale && one.member.is_some())
    }

    /// Paints as many of the stale pictures as there is time for, on from where it stopped before.
    pub(super) fn draw_pictures(&mut self, hung: &Hung, style: &PlaneStyle) -> Result<(), JsValue> {
        let start = now_ms();
        let painter = Painter::new(hung, style);
        let size = self.frames.size();
        let members = self.standing.len();
        for index in (self.next_picture..self.next_picture + members).map(|index| index % members) {
            let standing = &mut self.standing[index];
            let Some(member) = standing.member.as_ref().filter(|_| standing.stale) else {
                continue;
            };
            if now_ms() - start > PAINTING_MS {
                self.next_picture = index;
                break;
            }
            standing.stale = false;
            let pixels = painter.paint(index, member, size);
            self.frames.put(index, &pixels, size)?;
        }
        Ok(())
    }

    /// All pictures and what stands below them, for a sheet, by loss; none before there are any.
    ///
    /// # Errors
    /// What the browser says if it cannot draw.
    pub(in crate::web::app) fn tiles(
        &self,
        words: &Words,
        style: &PlaneStyle,
    ) -> Result<Option<Vec<Block>>, JsValue> {
        let Some(hung) = &self.hung else {
            return Ok(None);
        };
        let side = TILE_PIXELS;
        let painter = Painter::new(hung, style);
        let mut blocks: Vec<Block> = Vec::new();
        for (index, standing) in self.standing.iter().enumerate() {
            let Some(member) = &standing.member else {
                return Ok(None);
            };
            let pixels = painter.paint(index, member, side);
            let caption = self.caption(hung, index, words);
            let tile = Tile {
                image: image_address([side; 2], &pixels)?,
                caption: match caption.modes.as_str() {
                    "" => caption.seed,
                    modes => format!("{}: {modes}", caption.seed),
                },
            };
            let name = words.get(loss_name(hung.wall.loss(index)));
            match blocks.last_mut().filter(|last| last.name == name) {
                Some(block) => block.tiles.push(tile),
                None => blocks.push(Block {
                    name,
                    tiles: vec![tile],
                }),
            }
        }
        Ok(Some(blocks))
    }

    pub(super) fn show_captions(&self, hung: &Hung, words: &Words) {
        for index in 0..self.standing.len() {
            self.frames
                .caption(index, &self.caption(hung, index, words));
        }
    }

    fn caption(&self, hung: &Hung, index: usize, words: &Words) -> Caption {
        let standing = &self.standing[index];
        let name = words.get(loss_name(hung.wall.loss(index)));
        let seed = hung.wall.seed(index).to_string();
        let count = |count: usize| words.number(count as f64, 0);
        let (modes, said, outcome) = match (standing.lost, standing.modes) {
            (true, _) => ("✕".to_owned(), words.get("wall.said.lost"), "lost"),
            (false, None) => (String::new(), String::new(), ""),
            (false, Some(modes)) => {
                let counts = [("covered", count(modes.covered)), ("of", count(modes.of))];
                let said = words.say(&Sentence::new("summary.modes", counts));
                match modes.covered == modes.of {
                    true => (format!("✓ {}", count(modes.of)), said, "all"),
                    false => (format!("{}/{}", modes.covered, modes.of), said, "some"),
                }
            }
        };
        let arguments = [("seed", seed.clone()), ("name", name), ("said", said)];
        Caption {
            label: words.say(&Sentence::new("wall.member", arguments)),
            seed,
            modes,
            outcome,
        }
    }

    /// How many seeds of each loss cover all modes.
    pub(super) fn show_shares(&self, hung: &Hung, words: &Words) {
        let has_modes = target::mixture(&hung.wall.config(0).target).is_some();
        let shares = self.tally().unwrap_or_default();
        let mut told = Vec::new();
        for ((block, loss), share) in self
            .frames
            .blocks
            .iter()
            .zip(hung.wall.losses())
            .zip(shares)
        {
            let name = words.get(loss_name(*loss));
            let tally = match (has_modes, share.of) {
                (false, _) => words.get("theory.no_modes"),
                (true, 0) => words.get("wall.counting"),
                (true, _) => words.say(&tally("wall.tally", share, words)),
            };
            for element in [&block.element, &block.share] {
                page::set_attribute(element, "data-loss", short_name(*loss));
                page::show_in(element, "name", &name);
            }
            page::show_in(&block.share, "tally", &tally);
            let counts = [("covered", share.count), ("of", share.of)];
            let counts = counts.map(|(name, count)| (name, words.number(count as f64, 0)));
            let count =
                (share.of > 0).then(|| words.say(&Sentence::new("metric.of_modes", counts)));
            page::show_in(&block.element, "count", &count.unwrap_or_default());
            page::show_in(&block.share, "quality", &self.quality(hung, *loss, words));
            show_bar(&block.share, has_modes.then_some(share));
            told.push(format!("{name}: {tally}"));
        }
        let step = [("step", words.number(self.step as f64, 0))];
        let step = words.say(&Sentence::new("wall.told", step));
        page::show("summary", &format!("{step} {}", told.join("; ")));
        page::show("wall_note", &self.note(hung, words));
    }

    /// How many of the samples of a loss lie on the modes: a cloud over the whole plane covers all modes as
    /// well. Nothing where nothing is known.
    fn quality(&self, hung: &Hung, loss: Loss, words: &Words) -> String {
        let members = self.standing.iter().enumerate();
        let shares: Vec<f64> = members
            .filter(|(index, standing)| hung.wall.loss(*index) == loss && !standing.lost)
            .filter_map(|(_, standing)| Some(standing.modes?.hq))
            .collect();
        if shares.is_empty() {
            return String::new();
        }
        let mean = shares.iter().sum::<f64>() / shares.len() as f64;
        let share = [("hq", words.percent(mean))];
        words.say(&Sentence::new("wall.quality", share))
    }

    /// How many runs there are, where, and why not more.
    fn note(&self, hung: &Hung, words: &Words) -> String {
        let number = |number: usize| words.number(number as f64, 0);
        let members = hung.wall.members();
        let workers = self.crew.iter().filter(|hand| !hand.lost).count();
        let key = match hung.backend {
            Backend::WebGpu | Backend::WebGpuSplit => "wall.note.webgpu",
            Backend::WebGpuAutodiff => "wall.note.in_turn",
            _ if members < hung.asked => "wall.note.fewer",
            _ => "wall.note.cpu",
        };
        let arguments = [
            ("members", number(members)),
            ("asked", number(hung.asked)),
            ("workers", number(workers)),
            ("most", number(crate::wall::crew::MOST_PER_WORKER)),
        ];
        words.say(&Sentence::new(key, arguments))
    }
}

/// Paints the pictures of what hangs.
struct Painter<'a> {
    hung: &'a Hung,
    style: &'a PlaneStyle,
    inks: Inks,
    landmarks: Landmarks,
    half_side: f32,
}

impl<'a> Painter<'a> {
    fn new(hung: &'a Hung, style: &'a PlaneStyle) -> Self {
        let config = hung.wall.config(0);
        Self {
            hung,
            style,
            inks: Inks {
                real: rgb("--plane-real"),
                fake: rgb("--plane-fake"),
                halo: rgb("--plane-outline"),
            },
            landmarks: landmarks(&config),
            half_side: target::extent(&config.target),
        }
    }

    /// A member's picture, so many pixels wide and high.
    fn paint(&self, index: usize, member: &Member, size: u32) -> Vec<u8> {
        let thumbnail = Thumbnail {
            values: &member.values,
            side: WALL_SIDE,
            half_side: self.half_side,
            scale: plane::scale(self.hung.wall.loss(index)),
            target: &self.landmarks,
            fake: &member.fake,
        };
        paint(&thumbnail, size as usize, &self.style.map, &self.inks)
    }
}

/// So many of so many, and the interval.
fn tally(key: &'static str, share: Proportion, words: &Words) -> Sentence {
    let arguments = [
        ("count", words.number(share.count as f64, 0)),
        ("of", words.number(share.of as f64, 0)),
        ("low", words.number(100.0 * share.low, 0)),
        ("high", words.number(100.0 * share.high, 0)),
    ];
    Sentence::new(key, arguments)
}

/// The bar of a share: the interval, and a line at the share itself.
fn show_bar(element: &web_sys::Element, share: Option<Proportion>) {
    let share = share.filter(|share| share.of > 0);
    let number = |number: f64| format!("{:.2}", 100.0 * number);
    if let Some(bar) = page::inner::<web_sys::Element>(element, "bar") {
        // An SVG element has no property of that name.
        let taken = bar.toggle_attribute_with_force("hidden", share.is_none());
        debug_assert!(taken.is_ok(), "hidden is a valid attribute name");
    }
    let Some(share) = share else { return };
    let set = |name: &str, attribute: &str, value: String| {
        if let Some(part) = page::inner::<web_sys::Element>(element, name) {
            page::set_attribute(&part, attribute, &value);
        }
    };
    set("interval", "x", number(share.low));
    set("interval", "width", number(share.high - share.low));
    for end in ["x1", "x2"] {
        set("share", end, number(share.share));
    }
}

/// Where the real samples are: rings around the modes, within which a sample covers them, or some of the
/// samples themselves.
fn landmarks(config: &TrainingConfig) -> Landmarks {
    match target::mixture(&config.target) {
        Some(mixture) => Landmarks {
            radius: Some(HIGH_QUALITY * mixture.sigma),
            points: mixture.modes,
        },
        None => {
            let real = Batches::new(config).shown_real(WALL_SAMPLES);
            let points = real.chunks_exact(2).map(|point| [point[0], point[1]]);
            Landmarks {
                points: points.collect(),
                radius: None,
            }
        }
    }
}
