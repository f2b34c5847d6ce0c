"""The oracle: a few full GAN training steps in float64 NumPy, for the Rust engines to be checked against.

Each case in cases.json holds a configuration, initial weights, the batches of three steps, and what must
come out: the losses of each step and the final weights. Backpropagation is written by hand and held, at
every update, against finite differences; a second run in float32 shows that a case is well conditioned.

It is not a trainer and not fast; it knows nothing of the Rust code, its random numbers or its initialisers.
A case's `seed` feeds NumPy's generator only: an engine reads the weights and batches and draws nothing.

    python3 tests/oracle/oracle.py           writes cases.json, the same bytes every time
    python3 tests/oracle/oracle.py --check   compares with the committed file; exit 1 on a difference
    python3 tests/oracle/oracle.py --table   prints value and slope of each generator loss

Losses: Mao et al., arXiv 1611.04076. Arrays are [batch][feature], weights [in][out].
"""
import copy
import json
import re
import sys
from pathlib import Path

import numpy as np

CASES_FILE = Path(__file__).with_name("cases.json")


# ---- losses --------------------------------------------------------------------------------------

def softplus(y):
    """log(1 + exp(y)) without overflow, so that -log s = softplus(-y) and -log(1 - s) = softplus(y)."""
    return np.maximum(y, 0) + np.log1p(np.exp(-np.abs(y)))


def sigmoid(y):
    return np.exp(-softplus(-y))


def value_and_slope(loss, samples, y):
    """l(y) and dl/dy of each D output; `samples`: "real" or "fake" in D's loss, "generated" in G's."""
    if loss["kind"] == "lsgan":
        label = loss[{"real": "b", "fake": "a", "generated": "c"}[samples]]
        s, ds_dy = (sigmoid(y), sigmoid(y) * sigmoid(-y)) if loss["sigmoid"] else (y, 1)
        return (s - label) ** 2 / 2, (s - label) * ds_dy
    if samples == "fake":
        return softplus(y), sigmoid(y)  # -log(1 - s)
    if samples == "generated" and loss["kind"] == "minimax":
        return -softplus(y), -sigmoid(y)  # log(1 - s)
    return softplus(-y), sigmoid(y) - 1  # -log s: real samples, and the non-saturating generator


# ---- a multilayer perceptron and its gradient ----------------------------------------------------

def activate(spec, pre):
    """Value and slope of the activation at the pre-activation `pre`."""
    if spec["activation"] == "tanh":
        return np.tanh(pre), 1 - np.tanh(pre) ** 2
    if spec["activation"] == "sigmoid":
        return sigmoid(pre), sigmoid(pre) * sigmoid(-pre)
    below = spec["slope"] if spec["activation"] == "leaky_relu" else 0  # a relu's spec may hold a slope, unused
    slope = np.where(pre > 0, 1, below).astype(pre.dtype)
    return slope * pre, slope


def forward(spec, layers, x):
    """The linear output, and the trace: each layer's input and the slope of the activation behind it."""
    trace = []
    for layer in layers[:-1]:
        value, slope = activate(spec, x @ layer["weight"] + layer["bias"])
        trace.append((x, slope))
        x = value
    return x @ layers[-1]["weight"] + layers[-1]["bias"], [*trace, (x, 1)]


def backward(layers, trace, delta):
    """From dL/d(output): dL/d(weights and biases) and dL/d(input)."""
    gradients = []
    for layer, (x, slope) in zip(reversed(layers), reversed(trace)):
        delta = delta * slope
        gradients.insert(0, {"weight": x.T @ delta, "bias": delta.sum(axis=0)})
        delta = delta @ layer["weight"].T
    return gradients, delta


# ---- the two players -----------------------------------------------------------------------------

def discriminator_gradient(config, networks, batch):
    fake, _ = forward(config["generator"], networks["generator"], batch["latent"])
    total, parts = 0, []
    for samples, x in (("real", batch["real"]), ("fake", fake)):
        y, trace = forward(config["discriminator"], networks["discriminator"], x)
        value, slope = value_and_slope(config["loss"], samples, y)
        total += value.mean()
        parts.append(backward(networks["discriminator"], trace, slope / len(y))[0])
    return total, [{name: real[name] + fake[name] for name in real} for real, fake in zip(*parts)]


def generator_gradient(config, networks, batch):
    fake, generator_trace = forward(config["generator"], networks["generator"], batch["latent"])
    y, discriminator_trace = forward(config["discriminator"], networks["discriminator"], fake)
    value, slope = value_and_slope(config["loss"], "generated", y)
    _, fake_gradient = backward(networks["discriminator"], discriminator_trace, slope / len(y))
    return value.mean(), backward(networks["generator"], generator_trace, fake_gradient)[0]


def check_gradient(loss_now, layers, gradients, h=1e-6):
    """Every component against the central difference of the loss."""
    for layer, gradient in zip(layers, gradients):
        for name, values in layer.items():
            for index, kept in np.ndenumerate(values.copy()):
                values[index] = kept + h
                above = loss_now()
                values[index] = kept - h
                difference = (above - loss_now()) / (2 * h)
                values[index] = kept
                assert abs(difference - gradient[name][index]) < 1e-8, (name, index, difference, gradient[name][index])


class Optimizer:
    """Adam, RMSprop or plain SGD for one network; epsilon stands outside the root."""

    def __init__(self, settings, layers):
        self.settings, self.updates = settings, 0
        self.m = [{name: np.zeros_like(value) for name, value in layer.items()} for layer in layers]
        self.v = copy.deepcopy(self.m)

    def move(self, layers, gradients):
        self.updates += 1
        for layer, gradient, m, v in zip(layers, gradients, self.m, self.v):
            for name in layer:
                layer[name] -= self.settings["lr"] * self.direction(gradient[name], m, v, name)

    def direction(self, g, m, v, name):
        if self.settings["kind"] == "sgd":
            return g
        if self.settings["kind"] == "rmsprop":
            alpha, epsilon = self.settings.get("alpha", 0.99), self.settings.get("epsilon", 1e-8)
            v[name] = alpha * v[name] + (1 - alpha) * g ** 2
            return g / (np.sqrt(v[name]) + epsilon)
        beta1, beta2 = self.settings["beta1"], self.settings["beta2"]
        m[name] = beta1 * m[name] + (1 - beta1) * g
        v[name] = beta2 * v[name] + (1 - beta2) * g ** 2
        m_hat, v_hat = m[name] / (1 - beta1 ** self.updates), v[name] / (1 - beta2 ** self.updates)
        return m_hat / (np.sqrt(v_hat) + self.settings["epsilon"])


def train(config, init, steps, check=False):
    """The losses of each step, taken before the last update of each player moved it, and the final weights."""
    networks = copy.deepcopy(init)
    optimizers = {player: Optimizer(config["optimizer"][player], networks[player]) for player in networks}

    def gradient_of(player, batch):
        of_player = discriminator_gradient if player == "discriminator" else generator_gradient
        loss, gradients = of_player(config, networks, batch)
        if check:
            check_gradient(lambda: of_player(config, networks, batch)[0], networks[player], gradients)
        return loss, gradients

    losses = []
    for step in steps:
        if config["update"] == "simultaneous":  # on the same fakes, and both known before either moves
            loss_d, gradients_d = gradient_of("discriminator", step["d"][0])
            loss_g, gradients_g = gradient_of("generator", step["d"][0])
            optimizers["discriminator"].move(networks["discriminator"], gradients_d)
            optimizers["generator"].move(networks["generator"], gradients_g)
        else:
            for batch in step["d"]:
                loss_d, gradients = gradient_of("discriminator", batch)
                optimizers["discriminator"].move(networks["discriminator"], gradients)
            for batch in step["g"]:
                loss_g, gradients = gradient_of("generator", batch)
                optimizers["generator"].move(networks["generator"], gradients)
        losses.append({"loss_d": loss_d, "loss_g": loss_g})
    return losses, networks


# ---- the cases -----------------------------------------------------------------------------------

def config_of(seed, generator=(8, 8), discriminator=(8, 8), activation="leaky_relu", slope=0.2, **changes):
    """A full configuration. The players' optimizers differ, so that an engine that swaps them is caught."""
    leaky = {"slope": slope} if activation == "leaky_relu" else {}
    shape = {"activation": activation, **leaky, "initializer": "kaiming"}
    adam = {"kind": "adam", "lr": 0.01, "beta1": 0.5, "beta2": 0.999, "epsilon": 1e-8}
    return {"seed": seed,
            "target": {"kind": "ring", "modes": 8, "radius": 1.0, "sigma": 0.05},
            "latent": {"kind": "normal", "dim": 2},
            "generator": {"hidden": list(generator), **shape},
            "discriminator": {"hidden": list(discriminator), **shape},
            "loss": {"kind": "lsgan", "a": 0, "b": 1, "c": 1, "sigmoid": False},
            "optimizer": {"generator": adam, "discriminator": {**adam, "lr": 0.02, "beta1": 0.9, "beta2": 0.99}},
            "batch": 16, "steps_d": 1, "steps_g": 1, "update": "alternating", **changes}


def both(kind, generator_lr, discriminator_lr):
    return {"generator": {"kind": kind, "lr": generator_lr}, "discriminator": {"kind": kind, "lr": discriminator_lr}}


CASES = {  # seeds chosen so that the checks of compute_case hold
    "lsgan 0-1, alternating, adam, leaky_relu": config_of(321),
    "lsgan pearson": config_of(392, loss={"kind": "lsgan", "a": -1, "b": 1, "c": 0, "sigmoid": False}),
    "non_saturating": config_of(173, loss={"kind": "non_saturating"}),
    "minimax": config_of(183, loss={"kind": "minimax"}),
    "least squares on a sigmoid": config_of(45, loss={"kind": "lsgan", "a": 0, "b": 1, "c": 1, "sigmoid": True}),
    "relu": config_of(178, activation="relu"),
    "tanh": config_of(188, activation="tanh"),
    "sigmoid activation": config_of(262, activation="sigmoid"),
    "sgd": config_of(302, optimizer=both("sgd", 0.05, 0.1)),
    "rmsprop": config_of(6, optimizer=both("rmsprop", 0.002, 0.004)),
    "two updates each": config_of(395, steps_d=2, steps_g=2),
    "simultaneous": config_of(354, update="simultaneous"),
    "uneven shape, uniform latent, slope 0.1": config_of(
        11, generator=(5,), discriminator=(7, 3, 4), slope=0.1, latent={"kind": "uniform", "dim": 3}),
}


def draw_case(config):
    """Initial weights and the batches of three steps, in float32."""
    rng = np.random.default_rng(config["seed"])
    batch, dim, ring = config["batch"], config["latent"]["dim"], config["target"]

    def network(spec, fan_in, fan_out, output_gain):
        widths, gain = [fan_in, *spec["hidden"], fan_out], 4.0 if spec["activation"] == "sigmoid" else 1.4
        gains = [gain] * len(spec["hidden"]) + [output_gain]
        return [{"weight": rng.normal(0, gain / rows ** 0.5, (rows, columns)), "bias": rng.normal(0, 0.3, columns)}
                for rows, columns, gain in zip(widths, widths[1:], gains)]

    def latent():
        return rng.uniform(-1, 1, (batch, dim)) if config["latent"]["kind"] == "uniform" else rng.normal(0, 1, (batch, dim))

    def real():
        angle = rng.integers(ring["modes"], size=batch) * (2 * np.pi / ring["modes"])
        return ring["radius"] * np.stack([np.cos(angle), np.sin(angle)], axis=1) + rng.normal(0, ring["sigma"], (batch, 2))

    init = {"generator": network(config["generator"], dim, 2, 1.0),
            "discriminator": network(config["discriminator"], 2, 1, 3.5 if reads_a_sigmoid(config["loss"]) else 1.0)}
    generator_updates = 0 if config["update"] == "simultaneous" else config["steps_g"]
    steps = [{"d": [{"real": real(), "latent": latent()} for _ in range(config["steps_d"])],
              "g": [{"latent": latent()} for _ in range(generator_updates)]} for _ in range(3)]
    return in_precision(np.float32, [init, steps])


def reads_a_sigmoid(loss):
    return loss["kind"] != "lsgan" or loss["sigmoid"]


def each_array(change, tree):
    """The same tree of dicts and lists, with `change` applied to each array and number in it."""
    if isinstance(tree, dict):
        return {key: each_array(change, value) for key, value in tree.items()}
    return [each_array(change, value) for value in tree] if isinstance(tree, (list, tuple)) else change(tree)


def in_precision(dtype, tree):
    return each_array(lambda array: np.asarray(array, dtype), tree)


def largest_difference(tree, other):
    if isinstance(tree, (dict, list, tuple)):
        keys = tree if isinstance(tree, dict) else range(len(tree))
        return max((largest_difference(tree[key], other[key]) for key in keys), default=0)
    return np.abs(tree - other).max()


def check_outputs(config, init, batch):
    """D's first outputs lie on both sides of its boundary, and in both tails where a sigmoid reads them."""
    fake, _ = forward(config["generator"], init["generator"], batch["latent"])
    y_real, y_fake = (forward(config["discriminator"], init["discriminator"], x)[0] for x in (batch["real"], fake))
    tails = reads_a_sigmoid(config["loss"])
    boundary = 0 if tails else (config["loss"]["a"] + config["loss"]["b"]) / 2
    assert y_real.min() < boundary < y_real.max() and y_fake.min() < boundary < y_fake.max(), "choose another seed"
    assert not tails or min(y_real.min(), y_fake.min()) < -3 and max(y_real.max(), y_fake.max()) > 3, "choose another seed"


def compute_case(name, config):
    init32, steps32 = draw_case(config)
    init, steps = in_precision(np.float64, [init32, steps32])
    check_outputs(config, init, steps[0]["d"][0])
    losses, final = train(config, init, steps, check=True)
    error = largest_difference((losses, final), train(config, init32, steps32))
    assert error < 1e-6, f"{name}: off by {error} in float32, choose another seed"
    exact = np.vectorize(lambda value: float(str(np.float32(value))))
    ten_digits = np.vectorize(lambda value: float(f"{value:.10g}"))
    in_json = lambda digits, tree: each_array(lambda array: digits(array).tolist(), tree)
    return {"name": name, "config": config, "init": in_json(exact, init32),
            "steps": [{**in_json(exact, step), **in_json(ten_digits, loss)} for step, loss in zip(steps32, losses)],
            "final": in_json(ten_digits, final)}


def cases_text():
    description = ("Written by oracle.py, not by hand. Weights and batches of `init` and `steps` are float32 to the "
                   "last digit; losses and `final` are what float64 makes of them.")
    cases = [compute_case(name, config) for name, config in CASES.items()]
    text = json.dumps({"description": description, "cases": cases}, indent=1)
    return re.sub(r'\[[^][{}"]*\]', lambda row: re.sub(r"\s+", "", row[0]), text) + "\n"  # a row on a line


def print_table():
    labels = {"kind": "lsgan", "a": 0, "b": 1, "c": 1}
    print(f"{'generator loss':22} {'y':>2} {'l(y)':>20} {'dl/dy':>20}")
    for name, loss in {"minimax": {"kind": "minimax"}, "non_saturating": {"kind": "non_saturating"},
                       "lsgan, c = 1": {**labels, "sigmoid": False},
                       "on a sigmoid, c = 1": {**labels, "sigmoid": True}}.items():
        for y in (-6.0, 0.0, 6.0):
            value, slope = value_and_slope(loss, "generated", np.float64(y))
            print(f"{name:22} {y:2.0f} {value:20.12g} {slope:20.12g}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--table"]:
        print_table()
    elif sys.argv[1:] == ["--check"]:
        if CASES_FILE.read_text() != cases_text():
            sys.exit(f"{CASES_FILE} is not what oracle.py computes: run it and look at the difference")
        print(f"{len(CASES)} cases in {CASES_FILE} are what oracle.py computes")
    elif not sys.argv[1:]:
        CASES_FILE.write_text(cases_text())
        print(f"{len(CASES)} cases written to {CASES_FILE}")
    else:
        sys.exit(__doc__)
