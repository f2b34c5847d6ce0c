// A run without the page, as people who build their own use it; runs inside tests/web.rs.
const check = (fact, what) => {
  if (!fact) throw new Error(`not so: ${what}`);
};

const Run = someRun.constructor;
const run = new Run(CONFIG);
check(run.config().loss.kind === 'minimax' && run.config().generator.hidden.length === 2, 'fields go over the defaults');
const start = await run.snapshot();
check(start.step === 0 && Number.isNaN(start.loss_d) && start.fake.length === 1000, 'it begins at its first step');

// The second call waits for the first.
const [early, late] = await Promise.all([run.step(5), run.step(15)]);
check(early.step === 5 && late.step === 20, 'calls take turns');
const expected = EXPECTED;
const off = Math.max(Math.abs(late.loss_d - expected[0]), Math.abs(late.loss_g - expected[1]));
check(off < 1e-4, `it trains as the textbook engine does: ${off}`);

const other = new Run({ ...CONFIG, seed: 6 });
check((await other.step(20)).loss_d !== late.loss_d && (await run.snapshot()).step === 20, 'runs are apart');
const again = await run.reset();
check(again.step === 0 && again.fake.every((x, i) => x === start.fake[i]), 'a reset run is as it was');

const refused = (make, words) => {
  try {
    make();
  } catch (error) {
    return check(error.message.includes(words), `${words}; said: ${error.message}`);
  }
  throw new Error(`not refused: ${words}`);
};
refused(() => new Run({ batch: 3 }), 'batch must be');
const reason = await run.step(0).then(() => 'nothing', (error) => error.message);
check(reason.includes('n must be a whole number from 1'), `said: ${reason}`);
run.free();
