// What a step learns from, as tensors: drawn afresh, or as a trace has it.
//
// A batch is `{real, latentsD, latentsG}`; under simultaneous updates both networks learn from the same
// latents and `latentsG` is missing.

/* global tf */

/** Standard normal numbers (Box and Muller), drawn on the host as tf.randomNormal does, in half its time. */
function normals(count) {
  const numbers = new Float32Array(count + (count % 2));
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    const angle = 2 * Math.PI * Math.random();
    numbers[i] = radius * Math.cos(angle);
    numbers[i + 1] = radius * Math.sin(angle);
  }
  return numbers.subarray(0, count);
}

/** Fresh samples of a ring and fresh normal latents for every step. */
export class Fresh {
  constructor(config) {
    const { target, latent } = config;
    if (target.kind !== 'ring' || latent.kind !== 'normal') throw new Error('only a ring and normal latents are drawn');
    this.config = config;
  }

  next() {
    const both = this.config.update === 'simultaneous';
    return { real: this.real(), latentsD: this.latents(), latentsG: both ? undefined : this.latents() };
  }

  real() {
    const { batch, target: { modes, radius, sigma } } = this.config;
    const points = normals(2 * batch);
    for (let i = 0; i < points.length; i += 2) {
      const angle = (2 * Math.PI * Math.floor(modes * Math.random())) / modes;
      points[i] = radius * Math.cos(angle) + sigma * points[i];
      points[i + 1] = radius * Math.sin(angle) + sigma * points[i + 1];
    }
    return tf.tensor2d(points, [batch, 2]);
  }

  latents() {
    const { batch, latent: { dim } } = this.config;
    return tf.tensor2d(normals(batch * dim), [batch, dim]);
  }
}

/** The batches of a trace, one step after the other. */
export class Replayed {
  constructor(trace) {
    this.trace = trace;
    this.step = 0;
  }

  next() {
    const { config, tensors } = this.trace;
    const take = (name, width) => tf.tensor2d(tensors[`step.${this.step}.${name}`], [config.batch, width]);
    const dim = config.latent.dim;
    const both = config.update === 'simultaneous';
    const batch = {
      real: take('d0.real', 2),
      latentsD: take('d0.latent', dim),
      latentsG: both ? undefined : take('g0.latent', dim),
    };
    this.step += 1;
    return batch;
  }
}
