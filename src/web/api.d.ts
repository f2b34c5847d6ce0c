
/**
 * Where and how a run is computed: by the fast engine on the CPU, by burn flex there (the readable
 * reference), or on WebGPU.
 */
export type Backend = "cpu" | "flex" | "webgpu" | "webgpu_split" | "webgpu_autodiff";

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
  | { kind: "checkerboard"; side: number; width: number }
  /** Equal Gaussians anywhere: 1 to 100 means with coordinates from -100 to 100, kept to a thousandth. */
  | { kind: "mixture"; means: [number, number][]; sigma: number }
  /**
   * Points, each as likely as any other, blurred by sigma (which may be 0): 1 to 2,000 of them with coordinates
   * from -8 to 8, kept to a thousandth.
   */
  | { kind: "points"; points: [number, number][]; sigma: number };

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

/** A further pane: its run differs from the beginning, or from a step on. */
export type Twin = Variant | `${Variant}@${number}`;

/** Everything that a link can set. */
export interface Scene extends Config {
  /** Up to three further panes. */
  twins: Twin[];
  look: {
    view: "run" | "lab" | "wall";
    arrows: "off" | "linear" | "logarithmic";
    ghosts: boolean;
    surface: "output" | "sigmoid" | "optimal" | "difference";
    manifold: boolean;
    panel: "history" | "curve" | "gradients" | "metrics" | "sample";
    metric: "modes" | "hq" | "reverse_kl" | "sliced_w1" | "energy" | "divergence" | "outputs";
    curves: "own" | "all";
    threshold: number;
    /** The step at which a run that plays stops; 0 where it plays on. */
    stop: number;
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
  wall: { size: 16 | 36 | 64; losses: "two" | "one" | "four"; seed: number };
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
  /** The optimal discriminator in the same form, while the page shows it; NaN where there is nothing to say. */
  optimal: { width: number; height: number; x: [number, number]; y: [number, number]; values: Float32Array } | null;
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
  metrics: Metrics;
  /** Of the last updates, layer by layer, input side first. */
  gradient_norms: { generator: number[]; discriminator: number[] };
}

/** Numbers about a run. */
export interface Metrics {
  /** Of the generated samples of the snapshot. */
  fake_mean: [number, number];
  fake_deviation: [number, number];
  /** Of the discriminator's output on the real and on the generated samples of the snapshot. */
  output_real: { mean: number; deviation: number };
  output_fake: { mean: number; deviation: number };
  /** Of 2,500 generated samples, as last measured: at the snapshot's step, unless the run plays. */
  quality: Quality | null;
  /** What real samples score in the generator's place; worked out in a run's first seconds. */
  floor: { sliced_w1: Band; energy: Band; chi_squared: Band | null } | null;
}

/** How well the target is covered. NaN where the run diverged. */
export interface Quality {
  step: number;
  /** None where the target is no mixture. */
  modes: { covered: number; of: number; hq: number; reverse_kl: number } | null;
  sliced_w1: number;
  energy: number;
  /**
   * Pearson's chi-squared of p_d + p_g from 2 p_g, p_g being estimated with a kernel of this bandwidth; 2 C(G) of
   * the loss's labels, and whether they make the two the same. None where the target's density is not known.
   */
  theory: { bandwidth: number; chi_squared: number; two_c: number | null; pearson: boolean } | null;
}

/** A mean, and the interval that holds 95 % of all such numbers. */
export interface Band {
  mean: number;
  low: number;
  high: number;
}

/** Where the run stands, and what is kept of its way there. */
export interface Timeline {
  /** The step that is shown. */
  step: number;
  /** The last one that was made. */
  end: number;
  /** Of all panes, and what they take in the workers' memory, which is never more than `most_bytes`. */
  checkpoints: number;
  bytes: number;
  most_bytes: number;
}

/** The wall of seeds at one step. */
export interface Wall {
  step: number;
  /** Block after block, each with the same seeds; fewer than asked for where the CPU carries no more. */
  members: {
    seed: number;
    loss: Loss;
    /** As last counted, of 2,500 generated samples; none before, and where the target is no mixture. */
    modes: { covered: number; of: number; hq: number; reverse_kl: number } | null;
    /** Some generated samples, the first of those that its run shows, as x0, y0, x1, y1, …; empty before the first. */
    fake: Float32Array;
    /** Its worker broke down: it stands still. */
    lost: boolean;
  }[];
}

/**
 * What can be taken away, by the end of the file's name: of the pane in focus its picture, its charts (of the metric that
 * is chosen), what was measured over the steps, its weights, itself as a program, a film of it; of the wall of seeds the
 * chart and the table; of the lab, while that is open, its picture.
 */
export type ExportKind =
  | "picture.svg" | "picture.png" | "losses.svg" | "losses.png" | "curve.svg" | "curve.png"
  | "gradients.svg" | "gradients.png" | "metric.svg" | "metric.png" | "metrics.csv"
  | "weights.safetensors" | "weights.json" | "pytorch.py" | "burn.rs" | "film.webm"
  | "wall.svg" | "wall.png" | "wall.csv" | "seeds.svg" | "seeds.png" | "lab.svg" | "lab.png";

/** What a benchmark is to time. */
export interface BenchmarkOptions {
  /** Steps of each run; 100 where left out. */
  steps?: number;
  /** The page's own where left out. */
  backend?: Backend;
  /** Runs at once, with seeds that follow each other; 1 where left out. */
  gans?: number;
  /** Fields to put over the page's configuration. */
  config?: PartialConfig;
  /** Whether to measure what the hardware can do at most as well. */
  roofline?: boolean;
  /** Whether to measure what a picture of the first run costs as well. */
  snapshot?: boolean;
}

/** What a benchmark found. */
export interface Benchmark {
  /** Milliseconds for one step of one run: the time of all runs, divided by their number. */
  ms_per_step: number;
  steps: number;
  backend: Backend;
  gans: number;
  /** Of the first run: before the last step moved the weights, two steps more than `steps` having been made. */
  loss_d: number;
  loss_g: number;
  /** Thousands of millions of floating-point operations a second, if asked for and known. */
  gflops_peak?: number;
  /** Milliseconds for the surface, the samples with their forces, and the losses, if asked for. */
  ms_per_snapshot?: number;
}

declare global {
  /** The API of the page, there as soon as the page's program runs. */
  var lsganLab: LsganLab;
}
