
/** Where a run is computed. */
export type Backend = "webgpu" | "cpu";

/** An optimizer; fields left out take the defaults of the kind. */
export type Optimizer =
  | { kind: "adam"; lr: number; beta1: number; beta2: number; epsilon: number }
  | { kind: "sgd"; lr: number }
  | { kind: "rmsprop"; lr: number; alpha: number; epsilon: number };

/** The hidden layers of a network. */
export interface Network {
  hidden: number[];
  activation: "relu" | "leaky_relu" | "tanh" | "sigmoid";
  slope: number;
  initializer: "kaiming" | "xavier" | "orthogonal";
  gain: number | null;
}

/** The distribution of the real samples. */
export type Target =
  | { kind: "ring"; modes: number; radius: number; sigma: number }
  | { kind: "grid"; side: number; spacing: number; sigma: number }
  | { kind: "two_gaussians"; distance: number; sigma: number }
  | { kind: "line"; length: number; sigma: number }
  | { kind: "moons"; sigma: number }
  | { kind: "spiral"; turns: number; sigma: number }
  | { kind: "checkerboard"; side: number; width: number };

/** What the two networks minimise. */
export type Loss =
  | { kind: "lsgan"; a: number; b: number; c: number; sigmoid: boolean }
  | { kind: "non_saturating" }
  | { kind: "minimax" };

/** Everything that decides a run. */
export interface Config {
  seed: number;
  target: Target;
  latent: { kind: "normal" | "uniform"; dim: number };
  generator: Network;
  discriminator: Network;
  loss: Loss;
  optimizer: { generator: Optimizer; discriminator: Optimizer };
  batch: number;
  steps_d: number;
  steps_g: number;
  update: "alternating" | "simultaneous";
}

/** Any fields of a configuration, at any depth. */
export type PartialConfig = { [field: string]: unknown };

/** What a further pane changes of the run. */
export type Variant =
  | "lsgan01" | "lsgan_pearson" | "lsgan_sigmoid" | "non_saturating" | "minimax"
  | "relu" | "leaky_relu" | "tanh" | "sigmoid";

/** Everything that a link can set. */
export interface Scene extends Config {
  /** Up to three further panes. */
  twins: Variant[];
  look: {
    view: "run" | "lab";
    arrows: "off" | "linear" | "logarithmic";
    ghosts: boolean;
    surface: "output" | "sigmoid";
    manifold: boolean;
    panel: "history" | "curve" | "gradients" | "sample";
    curves: "own" | "all";
    threshold: number;
  };
  lab: {
    discriminator: "linear" | "run";
    angle: number;
    offset: number;
    steepness: number;
    losses: "one" | "all";
    mode: "samples" | "generator";
    rate: number;
    within: number;
    samples: [number, number][];
  };
}

/** Any fields of a scene, at any depth. */
export type PartialScene = { [field: string]: unknown };

/** A run at one step. Points are x0, y0, x1, y1, … */
export interface Snapshot {
  step: number;
  /** Of the last update, before it moved the weights; NaN before the first step. */
  loss_d: number;
  loss_g: number;
  /** The discriminator's raw output, row 0 at the upper edge. */
  surface: { width: number; height: number; x: [number, number]; y: [number, number]; values: Float32Array };
  real: Float32Array;
  fake: Float32Array;
  /** The discriminator's output y on each generated sample. */
  outputs: Float32Array;
  /** grad_x y at each generated sample: the force under any loss is -l'(y) times it. */
  gradients: Float32Array;
  /** -dl/dx of the generator's loss at each generated sample. */
  forces: Float32Array;
  /** A grid of latents carried through the generator, row by row, while the page shows it. */
  manifold: { columns: number; rows: number; points: Float32Array } | null;
  metrics: { fake_mean: [number, number]; fake_deviation: [number, number] };
  /** Of the last updates, layer by layer, input side first. */
  gradient_norms: { generator: number[]; discriminator: number[] };
}

/** What a benchmark found. */
export interface Benchmark {
  ms_per_step: number;
  steps: number;
  backend: Backend;
}

declare global {
  /** The API of the page, there as soon as the page's program runs. */
  var lsganLab: LsganLab;
}
