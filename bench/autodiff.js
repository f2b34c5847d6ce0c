// The GAN as users of TensorFlow.js write it: tf.variableGrads, tf.train.adam, tf.tidy around a step.

/* global tf */

import { firstWeights } from './trace.js';

/** Half the mean squared distance to a label. */
const halfMeanSquare = (y, label) => tf.mul(tf.mean(tf.square(tf.sub(y, label))), 0.5);

/** TensorFlow.js's names of activations that its matrix product takes along. */
const FUSED = { relu: 'relu', leaky_relu: 'leakyrelu' };

/** A GAN whose gradients TensorFlow.js derives. */
export class Autodiff {
  constructor(trace) {
    this.config = trace.config;
    for (const player of ['generator', 'discriminator']) {
      this[player] = firstWeights(trace, player).map(({ weight, bias, shape }) => ({
        weight: tf.variable(tf.tensor2d(weight, shape)),
        bias: tf.variable(tf.tensor1d(bias)),
      }));
    }
    const adam = ({ lr, beta1, beta2, epsilon }) => tf.train.adam(lr, beta1, beta2, epsilon);
    this.adamG = adam(this.config.optimizer.generator);
    this.adamD = adam(this.config.optimizer.discriminator);
  }

  /** One step; the losses of D and G as scalars, unread. */
  step(batches) {
    return tf.tidy(() => {
      const { real, latentsD, latentsG } = batches.next();
      const fake = this.forward('generator', latentsD);
      const lossD = () => this.lossD(real, fake);
      const lossG = () => this.lossG(latentsG ?? latentsD);
      const d = tf.variableGrads(lossD, this.weights('discriminator'));
      // Simultaneous updates: both gradients are known before either network moves.
      const early = latentsG ? undefined : tf.variableGrads(lossG, this.weights('generator'));
      this.adamD.applyGradients(d.grads);
      const g = early ?? tf.variableGrads(lossG, this.weights('generator'));
      this.adamG.applyGradients(g.grads);
      return [d.value, g.value];
    });
  }

  lossD(real, fake) {
    const { batch, loss: { a, b } } = this.config;
    const outputs = this.forward('discriminator', tf.concat([real, fake]));
    const [onReal, onFake] = [0, batch].map((from) => tf.slice(outputs, [from, 0], [batch, 1]));
    return tf.add(halfMeanSquare(onReal, b), halfMeanSquare(onFake, a));
  }

  lossG(latents) {
    const outputs = this.forward('discriminator', this.forward('generator', latents));
    return halfMeanSquare(outputs, this.config.loss.c);
  }

  forward(player, x) {
    const { activation, slope } = this.config[player];
    const fused = FUSED[activation];
    const layers = this[player];
    layers.forEach(({ weight, bias }, i) => {
      const hidden = i < layers.length - 1;
      x = tf.fused.matMul({
        a: x, b: weight, bias, activation: (hidden && fused) || 'linear', leakyreluAlpha: slope,
      });
      if (hidden && !fused) x = tf[activation](x);
    });
    return x;
  }

  weights(player) {
    return this[player].flatMap(({ weight, bias }) => [weight, bias]);
  }

  dispose() {
    tf.dispose([this.weights('generator'), this.weights('discriminator')].flat());
    this.adamG.dispose();
    this.adamD.dispose();
  }
}
