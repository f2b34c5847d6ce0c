// The GAN by hand, on TensorFlow.js's operations: as few of them as its author could do with. Gradients are
// derived on paper; all parameters of a network are one vector, so that Adam is a dozen operations.
//
// The matrix products of TensorFlow.js's wasm backend are an order of magnitude slower where an operand is to be
// read transposed, so there operands are transposed beforehand; on the other backends that would cost time.

/* global tf */

import { firstWeights } from './trace.js';

/** A GAN whose gradients are written out. */
export class ByHand {
  constructor(trace) {
    this.config = trace.config;
    this.transposes = tf.getBackend() === 'wasm';
    this.updates = 0;
    this.shapes = {};
    for (const player of ['generator', 'discriminator']) {
      const layers = firstWeights(trace, player);
      this.shapes[player] = layers.map(({ shape }) => shape);
      const weights = tf.tensor1d(layers.flatMap(({ weight, bias }) => [...weight, ...bias]));
      this[player] = [weights, tf.zerosLike(weights), tf.zerosLike(weights)];
    }
    const { batch, loss: { a, b } } = this.config;
    this.labels = tf.tidy(() => tf.concat([tf.fill([batch, 1], b), tf.fill([batch, 1], a)]));
  }

  /** One step; the losses of D and G as scalars, unread. */
  step(batches) {
    const before = [...this.generator, ...this.discriminator];
    const [losses] = tf.tidy(() => [this.update(batches.next()), this.generator, this.discriminator]);
    tf.dispose(before);
    return losses;
  }

  update({ real, latentsD, latentsG }) {
    const { batch, loss: { c } } = this.config;
    this.updates += 1;
    const generator = this.layers('generator');
    let discriminator = this.layers('discriminator');
    let inG = this.forward('generator', generator, latentsD);
    const onBoth = this.forward('discriminator', discriminator, tf.concat([real, inG.at(-1)]));
    // The mean over both halves of (D - label)^2 is 1/2 E[(D - b)^2] + 1/2 E[(D - a)^2].
    const errorD = tf.sub(onBoth.at(-1), this.labels);
    const lossD = tf.mean(tf.square(errorD));
    const { gradients } = this.backward('discriminator', discriminator, onBoth, tf.mul(errorD, 1 / batch), 'weights');
    const moved = this.moved('discriminator', gradients);
    let onFake;
    if (latentsG) {
      this.discriminator = moved;
      discriminator = this.layers('discriminator');
      inG = this.forward('generator', generator, latentsG);
      onFake = this.forward('discriminator', discriminator, inG.at(-1));
    } else {
      // Simultaneous: the generated half has been through the same discriminator already.
      this.discriminator = moved;
      onFake = onBoth.map((values) => tf.slice(values, [batch, 0]));
    }
    const errorG = tf.sub(onFake.at(-1), c);
    const lossG = tf.mul(tf.mean(tf.square(errorG)), 0.5);
    const { bySamples } = this.backward('discriminator', discriminator, onFake, tf.mul(errorG, 1 / batch), 'input');
    const own = this.backward('generator', generator, inG, bySamples, 'weights');
    this.generator = this.moved('generator', own.gradients);
    return [lossD, lossG];
  }

  /** The weights of each layer, cut out of the network's vector. */
  layers(player) {
    let at = 0;
    const take = (shape) => {
      const count = shape.reduce((product, side) => product * side, 1);
      at += count;
      return tf.reshape(tf.slice(this[player][0], at - count, count), shape);
    };
    return this.shapes[player].map(([inputs, outputs]) => ({ weight: take([inputs, outputs]), bias: take([outputs]) }));
  }

  /** What every layer reads, and the output at the end. */
  forward(player, layers, x) {
    const { activation, slope } = this.config[player];
    const seen = [x];
    layers.forEach(({ weight, bias }, i) => {
      const hidden = i < layers.length - 1;
      const leaky = hidden && activation === 'leaky_relu';
      const fused = leaky ? 'leakyrelu' : 'linear';
      x = tf.fused.matMul({ a: x, b: weight, bias, activation: fused, leakyreluAlpha: slope });
      if (hidden && !leaky) x = tf.tanh(x);
      seen.push(x);
    });
    return seen;
  }

  /** From the gradient by the output to those by the `weights`, or to that by the `input`. */
  backward(player, layers, seen, gradient, wanted) {
    const { activation, slope } = this.config[player];
    const gradients = [];
    for (let i = layers.length - 1; i >= 0; i--) {
      if (wanted === 'weights') {
        const byWeight = this.transposes
          ? tf.matMul(tf.transpose(seen[i]), gradient)
          : tf.matMul(seen[i], gradient, true, false);
        gradients.unshift(byWeight, tf.sum(gradient, 0));
        if (i === 0) break;
      }
      gradient = this.transposes
        ? tf.matMul(gradient, tf.transpose(layers[i].weight))
        : tf.matMul(gradient, layers[i].weight, false, true);
      if (i > 0) {
        const slopes = activation === 'leaky_relu' ? tf.step(seen[i], slope) : tf.sub(1, tf.square(seen[i]));
        gradient = tf.mul(gradient, slopes);
      }
    }
    return { gradients, bySamples: gradient };
  }

  /** A network's weights after an update of Adam, and its two means. */
  moved(player, gradients) {
    const { lr, beta1, beta2, epsilon } = this.config.optimizer[player];
    const [weights, first, second] = this[player];
    const gradient = tf.concat(gradients.map((part) => tf.reshape(part, [-1])));
    const newFirst = tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1));
    const newSecond = tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const correction = 1 / Math.sqrt(1 - beta2 ** this.updates);
    const root = tf.add(tf.mul(tf.sqrt(newSecond), correction), epsilon);
    const step = tf.mul(tf.div(newFirst, root), lr / (1 - beta1 ** this.updates));
    return [tf.sub(weights, step), newFirst, newSecond];
  }

  dispose() {
    tf.dispose([...this.generator, ...this.discriminator, this.labels]);
  }
}
