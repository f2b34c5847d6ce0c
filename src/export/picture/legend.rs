//! The legend beside the plane: a line for each thing that is drawn there, with its sign.

use super::{Arrows, Inks, LEGEND, LINE, LevelLine, Plane, dash_array};
use crate::picture::chart::svg::escaped;

/// How wide the signs are.
const SIGN: f32 = 28.0;

/// The legend's entries so far; they are added once the plane is done.
pub(super) struct Legend {
    /// Where the next entry goes.
    pub(super) top: f32,
    pub(super) entries: Vec<String>,
}

impl Legend {
    pub(super) fn new(top: f32) -> Self {
        Self {
            top,
            entries: Vec::new(),
        }
    }

    /// An entry: its sign, so wide, around the middle of the line, and its name.
    fn entry(&mut self, name: &str, width: f32, sign: impl FnOnce(f32) -> String) {
        let middle = self.top + 0.5 * LINE;
        let (text, foot) = (LEGEND + width.max(SIGN) + 10.0, middle + 5.0);
        self.entries.push(format!(
            "{}<text x=\"{text}\" y=\"{foot:.1}\" font-size=\"14\" fill=\"#17181f\">{}</text>",
            sign(middle),
            escaped(name)
        ));
        self.top += LINE;
    }

    pub(super) fn samples(&mut self, picture: &Plane) {
        let Inks { real, fake, .. } = picture.inks;
        let x = LEGEND + 14.0;
        if let Some((_, name)) = picture.real {
            self.entry(name, SIGN, |y| {
                format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"5\" fill=\"{real}\"/>")
            });
        }
        self.entry(picture.fake.1, SIGN, |y| {
            format!(
                "<path d=\"M{:.1} {:.1}l10 10m-10 0l10 -10\" fill=\"none\" stroke=\"{fake}\" stroke-width=\"3\"/>",
                x - 5.0,
                y - 5.0
            )
        });
    }

    pub(super) fn mesh(&mut self, name: &str, color: &str) {
        self.entry(name, SIGN, |y| {
            let (left, top) = (LEGEND + 4.0, y - 7.0);
            format!(
                "<path d=\"M{left} {top}h20v14h-20zm0 7h20m-10 -7v14\" fill=\"{color}\" fill-opacity=\"0.3\" stroke=\"{color}\"/>"
            )
        });
    }

    pub(super) fn line(&mut self, level: &LevelLine) {
        let (color, width, dashes) = (level.color, level.width, dash_array(level.dashes));
        self.entry(&level.name, SIGN, |y| {
            format!(
                "<path d=\"M{LEGEND} {y}h28\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\"{dashes}/>"
            )
        });
    }

    pub(super) fn arrow(&mut self, forces: &Arrows) {
        let (color, dashes) = (forces.color, dash_array(forces.dashes));
        let length = forces.sample;
        self.entry(&forces.name, length, |y| {
            format!(
                "<g fill=\"none\" stroke=\"{color}\" stroke-width=\"1.3\"><path d=\"M{LEGEND} {y}h{length:.1}\"{dashes}/>\
                 <path d=\"M{:.1} {:.1}l4 2.5l-4 2.5\"/></g>",
                LEGEND + length - 4.0,
                y - 2.5
            )
        });
    }
}
