//! Many small pictures on one sheet, in blocks under their names.

use super::{
    escaped,
    sheet::{HEAD, Heading, MARGIN, Sheet},
};

/// The narrowest sheet whose heading has room.
const NARROWEST: u32 = 600;

/// A picture among many on a sheet.
#[derive(Clone, Debug)]
pub struct Tile {
    /// The picture, by a `data:` address.
    pub image: String,
    /// What stands below it.
    pub caption: String,
}

/// Pictures that belong together.
#[derive(Clone, Debug)]
pub struct Block {
    /// What stands above them.
    pub name: String,
    /// The pictures, row by row.
    pub tiles: Vec<Tile>,
}

/// The width and height of a tile's picture, in CSS pixels.
pub const TILE: u32 = 120;
/// Room between tiles, for a caption below each, and for a name above each block.
const GAP: u32 = 12;
const CAPTION: u32 = 20;
const NAME: u32 = 32;

/// Blocks of tiles under their names, so many abreast, on white paper; and the size of the sheet.
pub fn tiles(heading: Heading, blocks: &[Block], abreast: usize, ink: &str) -> (String, [f32; 2]) {
    let abreast = abreast.max(1);
    let rows = |tiles: &[Tile]| tiles.len().div_ceil(abreast) as u32;
    let width = 2 * MARGIN + abreast as u32 * (TILE + GAP) - GAP;
    let block = |tiles: &[Tile]| NAME + rows(tiles) * (TILE + CAPTION + GAP);
    let height = HEAD + blocks.iter().map(|one| block(&one.tiles)).sum::<u32>() + MARGIN;
    let size = [width.max(NARROWEST), height].map(|side| side as f32);
    let mut sheet = Sheet::new(size, heading, ink);
    let mut top = HEAD;
    for Block { name, tiles } in blocks {
        sheet.add(format_args!(
            "<text x=\"{MARGIN}\" y=\"{}\" font-size=\"15\" font-weight=\"600\" fill=\"#17181f\">{}</text>",
            top + 22,
            escaped(name)
        ));
        for (index, tile) in tiles.iter().enumerate() {
            let [column, row] = [index % abreast, index / abreast].map(|place| place as u32);
            let (left, top) = (
                MARGIN + column * (TILE + GAP),
                top + NAME + row * (TILE + CAPTION + GAP),
            );
            sheet.add(format_args!(
                "<image href=\"{}\" x=\"{left}\" y=\"{top}\" width=\"{TILE}\" height=\"{TILE}\"/>\
                 <rect x=\"{left}\" y=\"{top}\" width=\"{TILE}\" height=\"{TILE}\" fill=\"none\" stroke=\"{ink}\" \
                 stroke-opacity=\"0.4\"/>\
                 <text x=\"{}\" y=\"{}\" font-size=\"13\" text-anchor=\"middle\" fill=\"{ink}\">{}</text>",
                escaped(&tile.image),
                left + TILE / 2,
                top + TILE + 15,
                escaped(&tile.caption)
            ));
        }
        top += block(tiles);
    }
    (sheet.end(), size)
}
