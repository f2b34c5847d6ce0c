// Two small kernels that find out what a GPU is like.

@group(0) @binding(0) var<uniform> call: vec4u;
@group(0) @binding(4) var<storage, read_write> state: array<vec4f>;

// The low bits of a linear congruential sequence after so many turns of a loop.
@compute @workgroup_size(1)
fn count() {
    var x = 0u;
    for (var turn = 0u; turn < call.x; turn++) { x = x * 1664525u + 1013904223u; }
    state[0] = vec4f(f32(x & 0xffffu));
}

// Multiply-adds on registers, 256 operations a turn: eight chains, so that none waits for another.
@compute @workgroup_size(THREADS)
fn multiply_add(@builtin(global_invocation_id) id: vec3u) {
    let m = vec4f(bitcast<f32>(call.y));
    let c = vec4f(bitcast<f32>(call.z));
    var a0 = vec4f(f32(id.x));
    var a1 = a0 + 1.0;
    var a2 = a0 + 2.0;
    var a3 = a0 + 3.0;
    var a4 = a0 + 4.0;
    var a5 = a0 + 5.0;
    var a6 = a0 + 6.0;
    var a7 = a0 + 7.0;
    for (var turn = 0u; turn < call.x; turn++) {
        a0 = a0 * m + c; a1 = a1 * m + c; a2 = a2 * m + c; a3 = a3 * m + c;
        a4 = a4 * m + c; a5 = a5 * m + c; a6 = a6 * m + c; a7 = a7 * m + c;
        a0 = a0 * m + c; a1 = a1 * m + c; a2 = a2 * m + c; a3 = a3 * m + c;
        a4 = a4 * m + c; a5 = a5 * m + c; a6 = a6 * m + c; a7 = a7 * m + c;
        a0 = a0 * m + c; a1 = a1 * m + c; a2 = a2 * m + c; a3 = a3 * m + c;
        a4 = a4 * m + c; a5 = a5 * m + c; a6 = a6 * m + c; a7 = a7 * m + c;
        a0 = a0 * m + c; a1 = a1 * m + c; a2 = a2 * m + c; a3 = a3 * m + c;
        a4 = a4 * m + c; a5 = a5 * m + c; a6 = a6 * m + c; a7 = a7 * m + c;
    }
    state[id.x] = a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7;
}
