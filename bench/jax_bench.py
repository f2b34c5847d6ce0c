"""JAX as a peer on the CPU: the same GAN on the same work, as `cargo xtask bench` asks for it.

A request is a line of JSON on standard input, an answer a line on standard output:

    {"replay": TRACE}                              the losses of each step from the trace's weights and batches
    {"time": TRACE, "gans": N, "steps": K}         milliseconds a step of one GAN, N of them trained at once

One GAN is a jitted scan over its steps; several are that under vmap. Samples and latents are drawn afresh in every
step, inside the scan. What is compiled stays, and is run once before the clock is started.
"""
import functools
import json
import sys
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np


class Gan:
    """What a configuration decides: networks, losses, optimizers, samples."""

    def __init__(self, config):
        self.config = config
        self.together = config["update"] == "simultaneous"

    def forward(self, player, layers, x):
        network = self.config[player]
        activation = {"leaky_relu": lambda x: jax.nn.leaky_relu(x, network["slope"]), "tanh": jnp.tanh}
        for i, layer in enumerate(layers):
            x = x @ layer["weight"] + layer["bias"]
            if i < len(layers) - 1:
                x = activation[network["activation"]](x)
        return x

    def loss_d(self, discriminator, real, fake):
        loss = self.config["loss"]
        outputs = self.forward("discriminator", discriminator, jnp.concatenate([real, fake]))
        on_real, on_fake = jnp.split(outputs, 2)
        return 0.5 * jnp.mean((on_real - loss["b"]) ** 2) + 0.5 * jnp.mean((on_fake - loss["a"]) ** 2)

    def loss_g(self, generator, discriminator, latents):
        fake = self.forward("generator", generator, latents)
        return 0.5 * jnp.mean((self.forward("discriminator", discriminator, fake) - self.config["loss"]["c"]) ** 2)

    def moved(self, player, state, gradients, updates):
        """Adam, bias-corrected, epsilon outside the root (Kingma and Ba 2015)."""
        rule = self.config["optimizer"][player]
        beta1, beta2 = rule["beta1"], rule["beta2"]
        mean = lambda beta: lambda old, new: beta * old + (1 - beta) * new
        first = jax.tree.map(mean(beta1), state["first"], gradients)
        second = jax.tree.map(mean(beta2), state["second"], jax.tree.map(jnp.square, gradients))
        rate, correction = rule["lr"] / (1 - beta1 ** updates), 1 / jnp.sqrt(1 - beta2 ** updates)
        step = lambda w, m, v: w - rate * m / (jnp.sqrt(v) * correction + rule["epsilon"])
        return {"weights": jax.tree.map(step, state["weights"], first, second), "first": first, "second": second}

    def step(self, state, batch):
        g, d, updates = state["generator"], state["discriminator"], state["updates"] + 1
        fake = self.forward("generator", g["weights"], batch["latents_d"])
        loss_d, gradients = jax.value_and_grad(self.loss_d)(d["weights"], batch["real"], fake)
        moved = self.moved("discriminator", d, gradients, updates)
        seen = d if self.together else moved
        latents = batch["latents_d"] if self.together else batch["latents_g"]
        loss_g, gradients = jax.value_and_grad(self.loss_g)(g["weights"], seen["weights"], latents)
        g = self.moved("generator", g, gradients, updates)
        return {"generator": g, "discriminator": moved, "updates": updates}, (loss_d, loss_g)

    def batch(self, key):
        size, target, dim = self.config["batch"], self.config["target"], self.config["latent"]["dim"]
        modes, noise, latents_d, latents_g = jax.random.split(key, 4)
        angle = jax.random.randint(modes, (size,), 0, target["modes"]) * (2 * jnp.pi / target["modes"])
        centre = target["radius"] * jnp.stack([jnp.cos(angle), jnp.sin(angle)], axis=1)
        drawn = {"real": centre + target["sigma"] * jax.random.normal(noise, (size, 2)),
                 "latents_d": jax.random.normal(latents_d, (size, dim))}
        return drawn if self.together else drawn | {"latents_g": jax.random.normal(latents_g, (size, dim))}

    def run(self, state, key, steps):
        """Many steps, each on a batch of its own; the state and the last losses."""
        each = lambda state, key: self.step(state, self.batch(key))
        state, losses = jax.lax.scan(each, state, jax.random.split(key, steps))
        return state, [loss[-1] for loss in losses]


class Trace:
    """A run that `lsgan-lab trace` wrote down (src/train/trace.rs)."""

    def __init__(self, path):
        content = Path(path).read_bytes()
        begin = 8 + int.from_bytes(content[:8], "little")
        header = json.loads(content[8:begin])
        metadata = header.pop("__metadata__")
        self.config, self.steps = json.loads(metadata["config"]), int(metadata["steps"])
        numbers = lambda start, end: np.frombuffer(content[begin + start:begin + end], "<f4")
        self.tensors = {name: jnp.asarray(numbers(*entry["data_offsets"]).reshape(entry["shape"]))
                        for name, entry in header.items()}

    def state(self):
        def network(player):
            layers = range(len(self.config[player]["hidden"]) + 1)
            weights = [{name: self.tensors[f"init.{player}.{i}.{name}"] for name in ("weight", "bias")} for i in layers]
            zeros = jax.tree.map(jnp.zeros_like, weights)
            return {"weights": weights, "first": zeros, "second": zeros}
        return {"generator": network("generator"), "discriminator": network("discriminator"),
                "updates": jnp.float32(0)}

    def batch(self, step):
        names = {"real": "d0.real", "latents_d": "d0.latent", "latents_g": "g0.latent"}
        wanted = {name: f"step.{step}.{tensor}" for name, tensor in names.items()}
        return {name: self.tensors[tensor] for name, tensor in wanted.items() if tensor in self.tensors}


def replay(path):
    trace = Trace(path)
    step, state, losses = jax.jit(Gan(trace.config).step), trace.state(), []
    for t in range(trace.steps):
        state, pair = step(state, trace.batch(t))
        losses.append([float(loss) for loss in pair])
    return losses


@functools.cache
def prepared(path, gans, steps):
    """A compiled run of many steps, and where it begins."""
    trace = Trace(path)
    run = functools.partial(Gan(trace.config).run, steps=steps)
    state, key = trace.state(), jax.random.key(1)
    if gans > 1:
        run, key = jax.vmap(run), jax.random.split(key, gans)
        state = jax.tree.map(lambda array: jnp.stack([array] * gans), state)
    run = jax.jit(run)
    jax.block_until_ready(run(state, key))
    return run, state, key


def measure(path, gans, steps):
    run, state, key = prepared(path, gans, steps)
    start = time.perf_counter()
    jax.block_until_ready(run(state, key))
    return {"ms_per_step": 1000 * (time.perf_counter() - start) / steps / gans, "steps": steps, "gans": gans}


def answer(request):
    if "version" in request:
        return {"version": jax.__version__}
    if "replay" in request:
        return {"losses": replay(request["replay"])}
    return measure(request["time"], request["gans"], request["steps"])


def main():
    jax.config.update("jax_platforms", "cpu")
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
