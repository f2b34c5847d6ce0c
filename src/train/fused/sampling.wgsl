// Batches by the integers of random.rs: Philox4x32-10, then the samplers of target.

fn multiply(a: u32, b: u32) -> vec2u {
    let al = a & 0xffffu;
    let ah = a >> 16u;
    let bl = b & 0xffffu;
    let bh = b >> 16u;
    let low = al * bl;
    let middle = ah * bl + (low >> 16u);
    let other = al * bh + (middle & 0xffffu);
    return vec2u(ah * bh + (middle >> 16u) + (other >> 16u), a * b);
}

fn words(member: u32, step: u32, stream: u32, number: u32, index: u32) -> vec4u {
    let low = clock.step.x + step;
    var counter = vec4u(index, low, clock.step.y + select(0u, 1u, low < step), number);
    var key = vec2u(members[member].counts.z, stream);
    for (var round = 0u; round < 10u; round++) {
        let first = multiply(counter.x, 0xD2511F53u);
        let second = multiply(counter.z, 0xCD9E8D57u);
        counter = vec4u(second.x ^ counter.y ^ key.x, second.y, first.x ^ counter.w ^ key.y, first.y);
        key += vec2u(0x9E3779B9u, 0xBB67AE85u);
    }
    return counter;
}

fn uniforms(words: vec4u) -> vec4f { return (vec4f(words >> vec4u(9u)) + 0.5) * (1.0 / 8388608.0); }

// cos and sin of a whole turn times `turns`: built-in ones need only be right to 2^-11.
fn circle(turns: f32) -> vec2f {
    let quarters = round(4.0 * turns);
    let x = (turns - 0.25 * quarters) * 6.283185307;
    let z = x * x;
    let c = 1.0 + z * (-0.5 + z * (0.041666667 + z * (-0.0013888889 + z * 2.4801587e-5)));
    let s = x * (1.0 + z * (-0.16666667 + z * (0.008333333 + z * (-1.984127e-4 + z * 2.7557319e-6))));
    switch u32(quarters) & 3u {
        case 0u: { return vec2f(c, s); }
        case 1u: { return vec2f(-s, c); }
        case 2u: { return vec2f(-c, -s); }
        default: { return vec2f(s, -c); }
    }
}

fn normal_pair(u: vec2f) -> vec2f { return sqrt(-2.0 * log(u.x)) * circle(u.y); }

// A thread draws 4 samples, and of wide latents 4 rows, so that it alone writes its vectors.
fn latents(op: Operation, member: u32, step: u32, w: u32, thread: u32, threads: u32) {
    let dim = op.a.z;
    let parts = op.b.x;
    for (var item = thread; item < op.a.w * parts; item += threads) {
        let group = item / parts;
        let part = item % parts;
        let sample = 4u * group;
        for (var j = 0u; j < op.b.y; j++) {
            var block = group * dim + j;
            if (parts > 1u) { block = (sample + j) * parts + part; }
            let random = words(member, step, op.head.z, op.head.w, block);
            let u = uniforms(random);
            var numbers = 2.0 * u - 1.0;
            if (op.b.z == 0u) { numbers = vec4f(normal_pair(u.xy), normal_pair(u.zw)); }
            for (var i = 0u; i < 4u; i++) {
                let n = 4u * block + i;
                work[w + op.a.x + (n % dim) * op.a.y + group][n / dim - sample] = numbers[i];
            }
        }
    }
}

fn real(op: Operation, member: u32, step: u32, w: u32, thread: u32, threads: u32) {
    for (var group = thread; group < op.a.z; group += threads) {
        var xs = vec4f(0.0);
        var ys = vec4f(0.0);
        for (var i = 0u; i < 4u; i++) {
            let random = words(member, step, op.head.z, op.head.w, 4u * group + i);
            let point = sample(op, random);
            xs[i] = point.x;
            ys[i] = point.y;
        }
        let at = w + op.a.x + group;
        work[at] = xs;
        work[at + op.a.y] = ys;
    }
}

// b holds (sigma, length or turns or width, 0, 0); c (first mode, number of modes or side, 0, 0).
fn sample(op: Operation, random: vec4u) -> vec2f {
    let u = uniforms(random);
    let shape = bitcast<vec4f>(op.b);
    var point = vec2f(0.0);
    switch op.a.w {
        case 0u: { // modes
            point = bitcast<vec2f>(operations[op.c.x + multiply(random.x, op.c.y).x].xy);
        }
        case 1u: { // line
            point.x = (u.x - 0.5) * shape.y;
        }
        case 2u: { // moons
            let arc = circle(0.5 * u.x);
            let lower = random.y >= 0x80000000u;
            point = select(arc, vec2f(1.0, 0.5) - arc, lower) * 0.5 - vec2f(0.25, 0.125);
        }
        case 3u: { // spiral
            let radius = sqrt(u.x);
            point = radius * circle(shape.y * radius);
        }
        default: { // checkerboard
            let side = op.c.y;
            let cell = multiply(random.x, (side * side + 1u) / 2u).x;
            let rest = cell % side;
            let even = (side + 1u) / 2u;
            var place = vec2u(2u * rest, 2u * (cell / side));
            if (rest >= even) { place = vec2u(2u * (rest - even) + 1u, place.y + 1u); }
            return (vec2f(place) + u.zw) * (shape.y / f32(side)) - 0.5 * shape.y;
        }
    }
    return point + shape.x * normal_pair(u.zw);
}
