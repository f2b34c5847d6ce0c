//! The wall's elements on the page: a section for each loss, and in it a button for each run with its
//! picture and what is said of it. The browser lays them out; one of the buttons can be reached by Tab, the
//! others from there by the arrow keys.

use wasm_bindgen::{Clamped, prelude::*};
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, ImageData};

use crate::web::{
    page,
    plane::{self},
};

/// Most pixels of all pictures together: more would take too long on a large screen.
const MOST_PIXELS: f64 = 360_000.0;

/// The elements.
#[derive(Default)]
pub(super) struct Frames {
    /// One for each loss.
    pub blocks: Vec<Block>,
    members: Vec<Frame>,
    focus: usize,
    /// Pixels along a picture's side, until the page's layout changes.
    size: Option<u32>,
}

/// The section of a loss.
pub(super) struct Block {
    pub element: Element,
    /// Its line among the read-outs.
    pub share: Element,
}

struct Frame {
    button: Element,
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

/// What is said of a run.
pub(super) struct Caption {
    pub seed: String,
    pub modes: String,
    pub label: String,
    /// `all`, `some`, `lost`, or nothing yet.
    pub outcome: &'static str,
}

impl Frames {
    /// Elements for so many members in so many blocks; those that are there go.
    ///
    /// # Errors
    /// If the page has no place or no template for them.
    pub fn lay_out(&mut self, members: usize, blocks: usize) -> Result<(), JsValue> {
        let place: Element = page::hook("show", "wall").ok_or("the page has no wall")?;
        let shares: Element =
            page::hook("show", "wall_shares").ok_or("the page has no place for the shares")?;
        place.set_text_content(None);
        shares.set_text_content(None);
        page::set_attribute(&place, "data-members", &members.to_string());
        page::set_attribute(&place, "data-blocks", &blocks.to_string());
        *self = Self::default();
        for _ in 0..blocks {
            let element = page::clone_template("wall_block")?;
            place.append_child(&element)?;
            let share = page::clone_template("wall_share")?;
            shares.append_child(&share)?;
            let grid: Element =
                page::inner(&element, "members").ok_or("a block has no place for its runs")?;
            for _ in 0..members / blocks {
                let button = page::clone_template("wall_member")?;
                grid.append_child(&button)?;
                let canvas: HtmlCanvasElement =
                    page::inner(&button, "picture").ok_or("a run has no canvas")?;
                self.members.push(Frame {
                    context: plane::context(&canvas)?,
                    button,
                    canvas,
                });
            }
            self.blocks.push(Block { element, share });
        }
        self.set_focus(0);
        Ok(())
    }

    /// The page's layout changed: the pictures may have another size.
    pub fn forget_size(&mut self) {
        self.size = None;
    }

    /// Pixels along the side of a picture.
    pub fn size(&mut self) -> u32 {
        if let Some(size) = self.size {
            return size;
        }
        let Some(first) = self.members.first() else {
            return 1;
        };
        let ratio = page::window().device_pixel_ratio();
        let shown = (f64::from(first.canvas.client_width().max(1)) * ratio).round();
        let most = (MOST_PIXELS / self.members.len() as f64).sqrt().floor();
        let size = shown.min(most) as u32;
        self.size = Some(size);
        size
    }

    /// Puts a picture of `size * size` pixels into a member's frame.
    ///
    /// # Errors
    /// What the browser says if it cannot draw.
    pub fn put(&self, member: usize, pixels: &[u8], size: u32) -> Result<(), JsValue> {
        let Some(frame) = self.members.get(member) else {
            return Ok(());
        };
        if frame.canvas.width() != size {
            frame.canvas.set_width(size);
            frame.canvas.set_height(size);
        }
        let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(pixels), size, size)?;
        frame.context.put_image_data(&image, 0.0, 0.0)
    }

    /// Writes what is said of a member.
    pub fn caption(&self, member: usize, caption: &Caption) {
        let Some(frame) = self.members.get(member) else {
            return;
        };
        page::show_in(&frame.button, "seed", &caption.seed);
        page::show_in(&frame.button, "modes", &caption.modes);
        page::set_attribute(&frame.button, "data-outcome", caption.outcome);
        // What is seen comes first in what is heard: who speaks to the page says what stands there.
        let heard = format!("{} {}: {}", caption.seed, caption.modes, caption.label);
        page::set_attribute(&frame.button, "aria-label", &heard);
        page::set_attribute(&frame.button, "title", &caption.label);
    }

    /// The member that Tab reaches.
    pub fn focus(&self) -> usize {
        self.focus
    }

    /// From now on Tab reaches this one.
    pub fn set_focus(&mut self, member: usize) {
        for (index, tabindex) in [(self.focus, "-1"), (member, "0")] {
            if let Some(frame) = self.members.get(index) {
                page::set_attribute(&frame.button, "tabindex", tabindex);
            }
        }
        self.focus = member;
    }

    /// A member's button.
    pub fn button(&self, member: usize) -> Option<Element> {
        Some(self.members.get(member)?.button.clone())
    }

    /// The member to which an element belongs.
    pub fn member_of(&self, element: &Element) -> Option<usize> {
        self.members
            .iter()
            .position(|frame| frame.button.contains(Some(element)))
    }
}
