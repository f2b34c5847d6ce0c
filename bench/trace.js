// A run that `lsgan-lab trace` wrote down: safetensors. src/train/trace.rs names its tensors.

/** Reads a trace: its configuration, its number of steps, and its tensors by name. */
export async function readTrace(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const content = await answer.arrayBuffer();
  const length = Number(new DataView(content).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(content, 8, length)));
  const { __metadata__: metadata, ...entries } = header;
  const tensors = {};
  for (const [name, { data_offsets: [start, end] }] of Object.entries(entries)) {
    // A copy, since the numbers need not be aligned in the file.
    tensors[name] = new Float32Array(content.slice(8 + length + start, 8 + length + end));
  }
  return { config: JSON.parse(metadata.config), steps: Number(metadata.steps), tensors };
}

/** The widths of a network from its input to its output. */
export function widths(config, player) {
  return player === 'generator'
    ? [config.latent.dim, ...config.generator.hidden, 2]
    : [2, ...config.discriminator.hidden, 1];
}

/** The first weights of a network, layer by layer: `{weight, bias, shape}`, row by row. */
export function firstWeights({ config, tensors }, player) {
  const wide = widths(config, player);
  return wide.slice(1).map((outputs, i) => ({
    weight: tensors[`init.${player}.${i}.weight`],
    bias: tensors[`init.${player}.${i}.bias`],
    shape: [wide[i], outputs],
  }));
}
