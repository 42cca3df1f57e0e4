"""The network of the learned reader: from the tokens of a text to log odds.

The lower half has the shape of the convolutions in Google's multilingual sentence encoder, from whose weights
``training/network.py`` starts. Above them, eight points of attention look for the words that matter, wherever
they stand. Weights are kept as whole numbers from -127 to 127 with a scale for each column.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from handlers.screening.encoder import Encoder

#: How many tokens a convolution sees, and how many of them stand before its own.
ORDERS: Final = ((2, 0), (3, 1), (5, 2))
#: Numbers for one token inside each convolution.
INNER: Final = 256
EPSILON: Final = 1e-6
#: Tokens that are read at once; a longer text is read in parts, and the highest odds count.
MOST: Final = 320

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Network:
    """The weights by name; ``training/network.py`` says which there are."""

    weights: Mapping[str, Array]

    def read(self, encoder: Encoder, texts: Sequence[str]) -> Array:
        """The log odds of each text, one column an output."""
        with _threads().limit(limits=1, user_api="blas"):
            return np.stack([self._one(encoder, encoder.tokens(text)) for text in texts])

    def _one(self, encoder: Encoder, tokens: NDArray[np.int64]) -> Array:
        parts = [tokens[at : at + MOST] for at in range(0, len(tokens), MOST)]
        out: Array = np.max([self._odds(encoder.rows(part)) for part in parts], axis=0)
        return out

    def _odds(self, rows: Array) -> Array:
        of = self.weights
        seen = _levelled(np.concatenate([rows, *self._convolved(rows)], axis=1), of["ln_g"], of["ln_b"])
        many = np.float32(len(rows))
        mean: Array = (seen.sum(axis=0) @ of["cnn_W"] + many * of["cnn_b"]) / np.sqrt(many)
        first = _positive(mean @ of["p1"] + _positive(mean @ of["d0"]) @ of["d1"])
        meaning: Array = np.tanh(first @ of["p3"] + _positive(first @ of["d2"]) @ of["d3"])
        meaning *= (32 / max(float(meaning @ meaning), EPSILON)) ** 0.5
        looks = np.tanh(seen @ of["look"] + of["look_b"]) @ of["points"]
        looks = np.exp(looks - looks.max(axis=0))
        found = (looks / looks.sum(axis=0)).T @ _positive(seen @ of["value"] + of["value_b"])
        hidden: Array = _positive(np.concatenate([meaning, found.ravel()]) @ of["mix"] + of["mix_b"])
        out: Array = hidden @ of["out"] + of["out_b"] + meaning @ of["direct"]
        return out

    def _convolved(self, rows: Array) -> list[Array]:
        of = self.weights
        lower = _levelled(rows @ of["proj"] + of["proj_b"], of["lg"], of["lb"])
        out = []
        for number, (size, before) in enumerate(ORDERS):
            own = lower[:, number * INNER : (number + 1) * INNER]
            once = _positive(_around(own, size, before) @ of[f"w1{size}"] + of[f"b1{size}"]) + own
            out.append(_positive(_around(once, size, before) @ of[f"w2{size}"] + of[f"b2{size}"]) + once)
        return out


def packed(weights: Mapping[str, Array]) -> dict[str, NDArray[Any]]:
    """The weights as they are kept: tables in whole numbers with a scale a column, the rest as it is."""
    out: dict[str, NDArray[Any]] = {}
    for name, table in weights.items():
        if table.ndim == 1:
            out[name] = table.astype(np.float32)
            continue
        scale = np.maximum(np.abs(table).max(axis=0), 1e-9).astype(np.float32) / np.float32(127)
        out[name] = np.rint(table / scale).astype(np.int8)
        out[f"{name}/scale"] = scale
    return out


def unpacked(kept: Mapping[str, NDArray[Any]]) -> Network:
    """The network from weights as they are kept."""
    weights = {
        name: table.astype(np.float32) * kept[f"{name}/scale"] if f"{name}/scale" in kept else table
        for name, table in kept.items()
        if not name.endswith("/scale")
    }
    return Network(weights)


@cache
def _threads() -> ThreadpoolController:
    """More threads than one make short texts slower, much so where other work runs."""
    return ThreadpoolController()


def _positive(table: Array) -> Array:
    return np.maximum(table, 0)


def _levelled(table: Array, gain: Array, shift: Array) -> Array:
    table = table - table.mean(axis=1, keepdims=True)
    spread = np.sqrt((table * table).mean(axis=1, keepdims=True) + EPSILON)
    out: Array = table / spread * gain + shift
    return out


def _around(rows: Array, size: int, before: int) -> Array:
    """Each row with its neighbours beside it; zeros where the text ends."""
    many = len(rows)
    wide = np.zeros((many + size - 1, rows.shape[1]), dtype=np.float32)
    wide[before : before + many] = rows
    return np.concatenate([wide[at : at + many] for at in range(size)], axis=1)
