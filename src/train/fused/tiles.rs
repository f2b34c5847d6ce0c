//! The three products of a network's step as WGSL text: each thread keeps a tile of the result in
//! registers, so the code is written out fully, for the tile sizes that suit the adapter.
//!
//! All matrices are arrays of `vec4f`. Activations and deltas are \[feature\]\[sample\], weights
//! \[input\]\[output\], so that no product needs a transpose. What the fields of an operation mean
//! stands in `operation`.

use std::fmt::Write;

/// Tile sizes and threads of a workgroup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiling {
    /// Threads of a workgroup, at most 256.
    pub threads: u32,
    /// Forward product, of layers whose outputs are a multiple of 8.
    pub forward: Tile,
    /// The same for layers of up to 4 outputs.
    pub forward_thin: Tile,
    /// Gradient of a layer's input.
    pub backward: Tile,
    /// The same for layers of up to 4 inputs.
    pub backward_thin: Tile,
    /// Gradient of the weights.
    pub weights: Tile,
    /// How the sums are written.
    pub sums: Sums,
}

/// How the sum of products behind each number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sums {
    /// A multiply-add at a time, which is what a graphics card has.
    OneByOne,
    /// Four at a time, as products of small matrices: SwiftShader computes such a product in registers,
    /// where it fetches and stores the sum around every single addition.
    ByFour,
}

/// Rows and columns of a tile, in vectors of four; 1 or 2 rows, 1, 2 or 4 columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile(pub u32, pub u32);

impl Tiling {
    /// For adapters that compute on the CPU, where a thread costs more than it brings: two of
    /// SwiftShader's vectors, or one of llvmpipe's.
    pub const SOFTWARE: Self = Self {
        threads: 8,
        forward: Tile(2, 2),
        forward_thin: Tile(1, 4),
        backward: Tile(2, 2),
        backward_thin: Tile(1, 4),
        weights: Tile(2, 2),
        sums: Sums::ByFour,
    };

    /// For graphics cards: as many threads as every one allows, each with a tile that fits its
    /// registers.
    pub const HARDWARE: Self = Self {
        threads: 256,
        forward: Tile(2, 2),
        forward_thin: Tile(1, 1),
        backward: Tile(2, 2),
        backward_thin: Tile(1, 1),
        weights: Tile(1, 1),
        sums: Sums::OneByOne,
    };

    /// The whole shader.
    pub fn shader(&self) -> String {
        let mut text =
            include_str!("program.wgsl").replace("THREADS", &format!("{}u", self.threads));
        text += include_str!("sampling.wgsl");
        for (name, tile) in [("wide", self.forward), ("thin", self.forward_thin)] {
            forward(&mut text, name, tile, self.sums);
        }
        for (name, tile) in [("wide", self.backward), ("thin", self.backward_thin)] {
            backward(&mut text, name, tile, self.sums);
        }
        for (name, tile) in [("wide", self.weights), ("thin", Tile(1, 1))] {
            weights(&mut text, name, tile, self.sums);
        }
        text
    }
}

/// Appends a line.
macro_rules! line {
    ($text:expr, $($format:tt)*) => {
        // Writing to a string cannot fail.
        let _ = writeln!($text, $($format)*);
    };
}

/// The loop over the tiles of a thread: `across` tiles along the columns, then the next row of tiles.
fn tile_loop(text: &mut String, columns: &str, rows: &str, tile: Tile) {
    line!(text, "let across = {columns} / {}u;", tile.1);
    line!(text, "let tiles = across * ({rows} / {}u);", tile.0);
    line!(
        text,
        "for (var tile = thread; tile < tiles; tile += threads) {{"
    );
    line!(text, "let column = (tile % across) * {}u;", tile.1);
    line!(text, "let row = (tile / across) * {}u;", tile.0);
}

/// y = act(W x + b). Rows are outputs, columns samples.
fn forward(text: &mut String, name: &str, tile: Tile, sums: Sums) {
    let rows = 4 * tile.0;
    line!(
        text,
        "fn forward_{name}(op: Operation, s: u32, w: u32, thread: u32, threads: u32) {{"
    );
    line!(
        text,
        "let xs = op.head.w; let ys = op.a.y; let ws = op.b.y; let c = bitcast<vec4f>(op.c);"
    );
    tile_loop(text, "op.b.z", "op.b.y", tile);
    line!(
        text,
        "var x = w + op.head.z + column; var at = s + op.a.z + row; let bias = s + op.a.w + row;"
    );
    for part in 0..tile.0 {
        line!(text, "let b{part} = state[bias + {part}u];");
    }
    for row in 0..rows {
        for column in 0..tile.1 {
            line!(
                text,
                "var s{row}_{column} = vec4f(b{}.{});",
                row / 4,
                component(row)
            );
        }
    }
    if sums == Sums::ByFour {
        forward_by_four(text, tile);
    } else {
        forward_one_by_one(text, tile);
    }
    line!(
        text,
        "let y = w + op.a.x + 4u * row * ys + column; var to = y;"
    );
    for row in 0..rows {
        for column in 0..tile.1 {
            line!(
                text,
                "work[to + {column}u] = max(s{row}_{column}, c.x * s{row}_{column});"
            );
        }
        line!(text, "to += ys;");
    }
    // A second pass over the thread's own tile, so that the exponential is written down once. Rows of
    // padding are kept at zero, where a sigmoid would put a half.
    line!(
        text,
        "if (c.y != 0.0) {{ to = y; for (var r = 4u * row; r < 4u * row + {rows}u; r++) {{"
    );
    line!(text, "let there = select(0.0, 1.0, r < op.b.w);");
    for column in 0..tile.1 {
        line!(
            text,
            "work[to + {column}u] = there * (c.z * logistic(c.y * work[to + {column}u]) + c.w);"
        );
    }
    line!(text, "to += ys; }} }} }} }}");
}

/// The sums of [`forward`], an input at a time.
fn forward_one_by_one(text: &mut String, tile: Tile) {
    line!(
        text,
        "let end = x + op.b.x * xs; for (; x < end; x += xs) {{"
    );
    for part in 0..tile.0 {
        line!(text, "let w{part} = state[at + {part}u];");
    }
    for column in 0..tile.1 {
        line!(text, "let x{column} = work[x + {column}u];");
    }
    for row in 0..4 * tile.0 {
        for column in 0..tile.1 {
            line!(
                text,
                "s{row}_{column} += w{}.{} * x{column};",
                row / 4,
                component(row)
            );
        }
    }
    line!(text, "at += ws; }}");
}

/// The sums of [`forward`], four inputs at a time; those of padding are zero.
fn forward_by_four(text: &mut String, tile: Tile) {
    line!(
        text,
        "let end = x + (op.b.x + 3u) / 4u * 4u * xs; for (; x < end; x += 4u * xs) {{"
    );
    for input in 0..4 {
        for part in 0..tile.0 {
            line!(
                text,
                "let w{input}_{part} = state[at + {input}u * ws + {part}u];"
            );
        }
    }
    for column in 0..tile.1 {
        let x = |input: u32| format!("work[x + {input}u * xs + {column}u]");
        line!(
            text,
            "let x{column} = mat4x4f({}, {}, {}, {});",
            x(0),
            x(1),
            x(2),
            x(3)
        );
    }
    for row in 0..4 * tile.0 {
        let w = |input: u32| format!("w{input}_{}.{}", row / 4, component(row));
        line!(
            text,
            "let v{row} = vec4f({}, {}, {}, {});",
            w(0),
            w(1),
            w(2),
            w(3)
        );
        for column in 0..tile.1 {
            line!(text, "s{row}_{column} += x{column} * v{row};");
        }
    }
    line!(text, "at += 4u * ws; }}");
}

/// The gradient by a layer's input: (W delta) act'(h). Rows are inputs, columns samples.
fn backward(text: &mut String, name: &str, tile: Tile, sums: Sums) {
    let rows = 4 * tile.0;
    line!(
        text,
        "fn backward_{name}(op: Operation, s: u32, w: u32, thread: u32, threads: u32) {{"
    );
    line!(
        text,
        "let ds = op.head.w; let es = op.a.y; let ws = op.a.w; let c = bitcast<vec4f>(op.c);"
    );
    for row in 1..rows {
        line!(text, "let ws{row} = {row}u * ws;");
    }
    line!(
        text,
        "let ds2 = 2u * ds; let ds3 = 3u * ds; let ds4 = 4u * ds;"
    );
    tile_loop(text, "op.b.z", "op.b.y", tile);
    line!(
        text,
        "var d = w + op.head.z + column; var at = s + op.a.z + 4u * row * ws;"
    );
    for row in 0..rows {
        for column in 0..tile.1 {
            line!(text, "var s{row}_{column} = vec4f(0.0);");
        }
    }
    line!(text, "let end = at + ws; for (; at < end; at++) {{");
    for output in 0..4 {
        let offset = ["", " + ds", " + ds2", " + ds3"][output];
        for column in 0..tile.1 {
            line!(
                text,
                "let d{output}_{column} = work[d{offset} + {column}u];"
            );
        }
    }
    for column in 0..tile.1 {
        if sums == Sums::ByFour {
            let d = |output: u32| format!("d{output}_{column}");
            line!(
                text,
                "let d_{column} = mat4x4f({}, {}, {}, {});",
                d(0),
                d(1),
                d(2),
                d(3)
            );
        }
    }
    for row in 0..rows {
        let offset = if row == 0 {
            String::new()
        } else {
            format!(" + ws{row}")
        };
        line!(text, "let w{row} = state[at{offset}];");
        for column in 0..tile.1 {
            if sums == Sums::ByFour {
                line!(text, "s{row}_{column} += d_{column} * w{row};");
            } else {
                for output in 0..4 {
                    let w = component(output);
                    line!(text, "s{row}_{column} += w{row}.{w} * d{output}_{column};");
                }
            }
        }
    }
    line!(text, "d += ds4; }}");
    line!(
        text,
        "var to = w + op.a.x + 4u * row * es + column; var h = w + op.b.x + 4u * row * op.b.w + column;"
    );
    for row in 0..rows {
        for column in 0..tile.1 {
            line!(
                text,
                "work[to + {column}u] = s{row}_{column} * slope(c, work[h + {column}u]);"
            );
        }
        line!(text, "to += es; h += op.b.w;");
    }
    line!(text, "}} }}");
}

/// The gradient by weights and biases, summed over the samples. Rows are inputs, columns outputs.
fn weights(text: &mut String, name: &str, tile: Tile, sums: Sums) {
    let (rows, columns) = (4 * tile.0, 4 * tile.1);
    line!(
        text,
        "fn weights_{name}(op: Operation, s: u32, w: u32, thread: u32, threads: u32) {{"
    );
    line!(text, "let xs = op.head.w; let ds = op.a.y;");
    for row in 1..rows {
        line!(text, "let xs{row} = {row}u * xs;");
    }
    for column in 1..columns {
        line!(text, "let ds{column} = {column}u * ds;");
    }
    tile_loop(text, "op.b.y", "op.b.x", tile);
    line!(
        text,
        "var x = w + op.head.z + 4u * row * xs; var d = w + op.a.x + 4u * column * ds;"
    );
    for column in 0..columns {
        line!(text, "var b{column} = 0.0;");
        for row in 0..rows {
            line!(text, "var s{row}_{column} = 0.0;");
        }
    }
    line!(text, "let end = x + op.b.z; for (; x < end; x++) {{");
    for column in 0..columns {
        let offset = if column == 0 {
            String::new()
        } else {
            format!(" + ds{column}")
        };
        line!(
            text,
            "let d{column} = work[d{offset}]; b{column} += dot(d{column}, vec4f(1.0));"
        );
    }
    for row in 0..rows {
        let offset = if row == 0 {
            String::new()
        } else {
            format!(" + xs{row}")
        };
        line!(text, "let x{row} = work[x{offset}];");
        for column in 0..columns {
            if sums == Sums::ByFour {
                line!(text, "s{row}_{column} += dot(x{row}, d{column});");
            } else {
                for sample in (0..4).map(component) {
                    line!(
                        text,
                        "s{row}_{column} += x{row}.{sample} * d{column}.{sample};"
                    );
                }
            }
        }
    }
    line!(text, "d++; }}");
    line!(text, "var to = s + op.a.z + 4u * row * op.b.y + column;");
    for row in 0..rows {
        for part in 0..tile.1 {
            let name = |k: u32| format!("s{row}_{}", 4 * part + k);
            line!(
                text,
                "state[to + {part}u] = vec4f({}, {}, {}, {});",
                name(0),
                name(1),
                name(2),
                name(3)
            );
        }
        line!(text, "to += op.b.y;");
    }
    line!(text, "if (row == 0u) {{");
    for part in 0..tile.1 {
        let b = 4 * part;
        line!(
            text,
            "state[s + op.a.w + column + {part}u] = vec4f(b{b}, b{}, b{}, b{});",
            b + 1,
            b + 2,
            b + 3
        );
    }
    line!(text, "}} }} }}");
}

/// The component of a vector of four that holds the number of that index.
fn component(index: u32) -> char {
    ['x', 'y', 'z', 'w'][index as usize % 4]
}
