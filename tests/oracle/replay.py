"""Makes traced runs again, in float64 NumPy, and holds what comes out against what the trace says.

`lsgan-lab trace` writes a run as safetensors: initial weights, every batch in its order, the losses of each step,
final weights, and the configuration (src/train/trace.rs has the names). This program starts from `init`, learns from
the batches by the losses, gradients and optimizers of oracle.py, draws nothing, and compares:

    losses of each step    |traced - computed| <= tolerance * max(1, |computed|)
    final weights          |traced - computed| <= tolerance

    python3 tests/oracle/replay.py [--tolerance 1e-4] TRACE.safetensors [...]

A line for each file. Exit code 1 if one does not fit: a sentence names its first tensor, in the order of the training,
that is missing, has another shape or deviates.
"""
import argparse
import json
import sys
from pathlib import Path

import numpy as np

from oracle import train


class Misfit(Exception):
    """What is wrong with a trace, as a predicate to its name."""


def read(path):
    """Tensors by name, in float64, and the metadata of a safetensors file: a length, a JSON header, the numbers."""
    content = Path(path).read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:begin])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            raise Misfit(f"holds {entry['dtype']} in {name}, not F32")
        start, end = entry["data_offsets"]
        numbers = np.frombuffer(content[begin + start:begin + end], "<f4")
        tensors[name] = numbers.reshape(entry["shape"]).astype(np.float64)
    return tensors, metadata


class Trace:
    """The tensors of a file; each must be asked for, in its shape, or it does not belong there."""

    def __init__(self, path):
        self.tensors, metadata = read(path)
        self.config, self.steps = json.loads(metadata["config"]), int(metadata["steps"])

    def take(self, name, *shape):
        if name not in self.tensors:
            raise Misfit(f"has no tensor {name}")
        tensor = self.tensors.pop(name)
        if tensor.shape != shape:
            raise Misfit(f"holds {name} in the shape {list(tensor.shape)}, not {list(shape)}")
        return tensor

    def network(self, when, player, inputs, outputs):
        widths = [inputs, *self.config[player]["hidden"], outputs]
        return [{"weight": self.take(f"{when}.{player}.{i}.weight", *pair),
                 "bias": self.take(f"{when}.{player}.{i}.bias", pair[1])}
                for i, pair in enumerate(zip(widths, widths[1:]))]

    def networks(self, when):
        return {"generator": self.network(when, "generator", self.config["latent"]["dim"], 2),
                "discriminator": self.network(when, "discriminator", 2, 1)}

    def batches(self, step):
        batch, dim = self.config["batch"], self.config["latent"]["dim"]
        together = self.config["update"] == "simultaneous"
        updates_d, updates_g = (1, 0) if together else (self.config["steps_d"], self.config["steps_g"])
        return {"d": [{"real": self.take(f"step.{step}.d{k}.real", batch, 2),
                       "latent": self.take(f"step.{step}.d{k}.latent", batch, dim)} for k in range(updates_d)],
                "g": [{"latent": self.take(f"step.{step}.g{k}.latent", batch, dim)} for k in range(updates_g)]}

    def finish(self):
        if self.tensors:
            raise Misfit(f"holds a tensor {min(self.tensors)} that does not belong to its configuration")


def compare(name, traced, computed, tolerance, scale=1):
    """The largest deviation in one tensor."""
    deviation = np.abs(traced - computed) / scale
    if not (deviation <= tolerance).all():  # this way round a NaN is none too small
        worst = np.unravel_index(deviation.argmax(), deviation.shape)
        at = f"{name}{list(map(int, worst))}"
        raise Misfit(f"deviates first in {name}: {at} is {traced[worst]:.9g}, but {computed[worst]:.9g} was computed")
    return deviation.max()


def replay(path, tolerance):
    """What there is to say of a trace that fits."""
    trace = Trace(path)
    init, steps = trace.networks("init"), [trace.batches(step) for step in range(trace.steps)]
    traced_losses = [{name: trace.take(f"step.{step}.{name}", 1) for name in ("loss_d", "loss_g")}
                     for step in range(trace.steps)]
    traced_final = trace.networks("final")
    trace.finish()

    with np.errstate(over="ignore", invalid="ignore"):  # as in a run that diverges
        losses, final = train(trace.config, init, steps)
    deviations, moves = [], []
    for step, (traced, computed) in enumerate(zip(traced_losses, losses)):
        for name, loss in computed.items():
            scale = max(1, abs(loss))
            deviations.append(compare(f"step.{step}.{name}", traced[name], np.array([loss]), tolerance, scale))
    for player, layers in final.items():
        for i, layer in enumerate(layers):
            for name, computed in layer.items():
                traced = traced_final[player][i][name]
                deviations.append(compare(f"final.{player}.{i}.{name}", traced, computed, tolerance))
                moves.append(np.abs(computed - init[player][i][name]).max())
    return f"{trace.steps} steps, off by {max(deviations):.1e} at most where weights moved by up to {max(moves):.2g}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tolerance", type=float, default=1e-4, help="largest deviation that fits (default: %(default)s)")
    parser.add_argument("traces", nargs="+", metavar="TRACE.safetensors")
    asked = parser.parse_args()
    misfits = 0
    for path in asked.traces:
        try:
            print(f"{path}: {replay(path, asked.tolerance)}")
        except Misfit as misfit:
            misfits += 1
            print(f"{path} {misfit}", file=sys.stderr)
        except (OSError, ValueError, KeyError) as error:
            misfits += 1
            print(f"{path} is no trace: {error!r}", file=sys.stderr)
    sys.exit(1 if misfits else 0)


if __name__ == "__main__":
    main()
