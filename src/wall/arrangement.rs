//! Where each member hangs: the wall is a square, one loss fills it, two take a half each, the upper and
//! the lower one, and four a quarter each.

/// A way from one picture to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Upwards.
    Up,
    /// Downwards.
    Down,
}

/// The blocks of a wall and their pictures, each counted row by row from the upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrangement {
    /// Blocks beside each other.
    pub across: usize,
    /// Blocks one above the other.
    pub down: usize,
    /// Pictures in a row of a block.
    pub columns: usize,
    /// Rows of a block.
    pub rows: usize,
}

impl Arrangement {
    /// For a square number of members in one, two or four blocks of equal size.
    pub fn new(members: usize, blocks: usize) -> Self {
        let side = members.isqrt();
        let (across, down) = match blocks {
            1 => (1, 1),
            2 => (1, 2),
            _ => (2, 2),
        };
        Self {
            across,
            down,
            columns: side / across,
            rows: side / down,
        }
    }

    /// The member beside another one, also in the next block; none at the edge of the wall.
    pub fn neighbour(&self, member: usize, way: Way) -> Option<usize> {
        let [row, column] = self.place(member);
        let [row, column] = match way {
            Way::Left => [row, column.checked_sub(1)?],
            Way::Right => [row, column + 1],
            Way::Up => [row.checked_sub(1)?, column],
            Way::Down => [row + 1, column],
        };
        let is_inside = row < self.down * self.rows && column < self.across * self.columns;
        is_inside.then(|| self.at([row, column]))
    }

    /// Row and column on the whole wall.
    fn place(&self, member: usize) -> [usize; 2] {
        let per_block = self.columns * self.rows;
        let (block, inside) = (member / per_block, member % per_block);
        [
            block / self.across * self.rows + inside / self.columns,
            block % self.across * self.columns + inside % self.columns,
        ]
    }

    fn at(&self, [row, column]: [usize; 2]) -> usize {
        let block = row / self.rows * self.across + column / self.columns;
        let inside = row % self.rows * self.columns + column % self.columns;
        block * self.columns * self.rows + inside
    }
}
