// Calls every method of the public API; runs inside tests/web.rs.
const check = (fact, what) => {
  if (!fact) throw new Error(`not so: ${what}`);
};
const refused = async (promise, words) => {
  const reason = await promise.then(() => 'nothing', (error) => error.message);
  check(reason.includes(words), `${words}; said: ${reason}`);
};

const lab = globalThis.lsganLab;
await lab.ready;
check(/^\d+\.\d+\.\d+$/.test(lab.version), 'the version is one');
check(lab.backend() === 'cpu', 'the CPU runs first');
check(lab.config().loss.kind === 'lsgan', 'the defaults are in force');

await lab.pause();
const start = await lab.reset();
check(start.step === 0 && Number.isNaN(start.loss_d), 'a reset run has made no step');
check(start.surface.values instanceof Float32Array && start.surface.values.length === 128 * 128, 'the surface is whole');
check(start.real.length === 1000 && start.fake.length === 1000 && start.forces.length === 1000, 'the samples are there');

const once = await lab.step();
check(once.step === 1 && Number.isFinite(once.loss_d) && Number.isFinite(once.loss_g), 'one step was made');
const again = await lab.step(4);
check(again.step === 5 && again.fake.some((x, i) => x !== once.fake[i]), 'four more were made');
check(again.gradient_norms.generator.length === 3 && again.gradient_norms.discriminator.length === 3, 'norms a layer');
const { quality, output_fake } = again.metrics;
check(quality.step === 5 && quality.modes.of === 8 && quality.sliced_w1 > 0 && quality.energy > 0, 'it was measured there');
check(quality.theory.chi_squared > 0 && quality.theory.chi_squared < 2 && !quality.theory.pearson, 'the theory as well');
const mean = again.outputs.reduce((sum, y) => sum + y, 0) / again.outputs.length;
check(Math.abs(output_fake.mean - mean) < 1e-4, 'the mean output on generated samples');
check((await lab.snapshot()).step === 5, 'a paused run stays');
await refused(lab.step(0), 'n must be a whole number from 1');
await refused(lab.step(1.5), 'n must be a whole number from 1');

const merged = await lab.configure({ loss: { kind: 'minimax' }, generator: { hidden: [8] } });
check(merged.loss.kind === 'minimax' && merged.generator.hidden[0] === 8 && merged.batch === 256, 'partial merges');
check((await lab.snapshot()).step === 0, 'a new loss starts anew');
check(location.hash.includes('loss.kind=minimax'), 'the link follows');
await refused(lab.configure({ target: { sigma: 0 } }), 'target.sigma must be a number from 0.0001 to 10, not 0');
check(lab.config().loss.kind === 'minimax', 'a refusal changes nothing');

lab.play();
await new Promise((resolve) => setTimeout(resolve, 600));
await lab.pause();
check((await lab.snapshot()).step > 5, 'playing trains');

const scene = await lab.show({ twins: ['lsgan01'], look: { arrows: 'linear' } });
check(scene.twins[0] === 'lsgan01' && lab.scene().look.arrows === 'linear', 'a scene is shown');
const both = await lab.snapshots();
check(both.length === 2 && both[0].step === both[1].step, 'a twin catches up');
await refused(lab.show({ look: { arrows: 'wavy' } }), 'look.arrows must be one of off, linear, logarithmic');
await lab.show({ twins: [] });
check((await lab.snapshots()).length === 1, 'a twin goes');

check(lab.wall() === null, 'no wall hangs before it was shown');

const timing = await lab.benchmark({ steps: 5, backend: 'cpu' });
check(timing.backend === 'cpu' && timing.steps === 5 && timing.ms_per_step > 0, 'the benchmark measures');
const small = { batch: 8, generator: { hidden: [8] }, discriminator: { hidden: [8] } };
const timed = await lab.benchmark({ steps: 3, backend: 'cpu', gans: 2, config: small, roofline: true, snapshot: true });
check(timed.gans === 2 && timed.gflops_peak > 0, 'several runs are timed at once, and the roofline');
check(timed.ms_per_snapshot > 0, 'a snapshot is timed');
await refused(lab.benchmark({ config: { batch: 3 } }), 'batch must be');
const usual = lab.config();
await lab.configure(small);
const stepped = await lab.step(5);
const off = Math.max(Math.abs(stepped.loss_d - timed.loss_d), Math.abs(stepped.loss_g - timed.loss_g));
check(stepped.step === 5 && off < 1e-4, `the benchmark trains what it says: ${off}`);
await lab.configure(usual);
check((await lab.setBackend('cpu')) === 'cpu', 'the CPU can be chosen');
await refused(lab.setBackend('abacus'), 'must be one of auto, cpu, flex, webgpu, webgpu_split, webgpu_autodiff');

await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
const canvas = document.querySelector('[data-in=plane]');
const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
const colors = new Set();
for (let i = 0; i < pixels.length; i += 4) colors.add((pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2]);
check(colors.size > 50, `the canvas is painted, not in ${colors.size} colours`);
