"""Fits the reader: one linear model for all outputs, on n-grams and meaning together."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from training.features import Features

#: How much meaning counts beside n-grams, whose rows have length 1; and how strongly weights are kept small.
MEANING: Final = 2.0
SHRINK: Final = 1 / 3
STEPS: Final = 60
#: An n-gram counts if at least this many texts hold it.
SEEN: Final = 2


@dataclass(frozen=True, slots=True)
class Linear:
    """A fitted model. Outputs are log odds.

    Attributes:
        rarity: How much each place of the table counts (0 where it is not used).
        ngrams: Weights of places, one column an output.
        meaning: Weights of the 512 numbers; empty for a reader of n-grams alone.
        bias: Of each output.
    """

    rarity: NDArray[np.float32]
    ngrams: NDArray[np.float32]
    meaning: NDArray[np.float32]
    bias: NDArray[np.float32]

    def read(self, of: Features) -> NDArray[np.float64]:
        """The log odds of each window."""
        out = _weighed(of.ngrams, self.rarity) @ self.ngrams + self.bias
        if self.meaning.size:
            out = out + of.meaning @ self.meaning
        return np.asarray(out, dtype=np.float64)


def fit(
    of: Features,
    rows: NDArray[np.bool_],
    wanted: NDArray[np.float32],
    counts: NDArray[np.float32],
    *,
    meaning: bool = True,
) -> Linear:
    """Fit on some windows.

    Args:
        of: All windows.
        rows: Which of them to learn from.
        wanted: What each window should say, one column an output.
        counts: How much each of that counts.
        meaning: Whether the sentence embedding is used.

    Returns:
        The model that makes the logistic loss with an L2 penalty smallest, found by L-BFGS from zero: the
        same rows always give the same weights.
    """
    chosen = of.ngrams[rows]
    held = np.bincount(chosen.indices, minlength=chosen.shape[1])
    rarity = np.where(held >= SEEN, np.log((1 + chosen.shape[0]) / (1 + held)) + 1, 0).astype(np.float32)
    used = np.flatnonzero(rarity)
    table = _weighed(chosen, rarity)[:, used].tocsr()
    numbers = of.meaning[rows] * MEANING if meaning else np.zeros((table.shape[0], 0), np.float32)
    solution = _solve(table, numbers, wanted[rows], counts[rows])
    weights = np.zeros((chosen.shape[1], wanted.shape[1]), dtype=np.float32)
    weights[used] = solution[: len(used)]
    inner = solution[len(used) : -1] * MEANING
    return Linear(rarity, weights, inner.astype(np.float32), solution[-1].astype(np.float32))


def _weighed(table: Any, rarity: NDArray[np.float32]) -> Any:
    weighed = (table @ sparse.diags(rarity)).tocsr()
    length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    return (sparse.diags((1 / np.maximum(length, 1e-6)).astype(np.float32)) @ weighed).tocsr()


def _solve(
    table: Any, numbers: NDArray[np.float32], wanted: NDArray[np.float32], counts: NDArray[np.float32]
) -> NDArray[np.float64]:
    outputs = wanted.shape[1]
    places, width = table.shape[1], numbers.shape[1]
    across = table.T.tocsr()
    signs = np.where(wanted > 0, 1.0, -1.0).astype(np.float32)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        at = flat.reshape(-1, outputs)
        small = at.astype(np.float32)
        odds = table @ small[:places] + numbers @ small[places:-1] + small[-1]
        right = signs * odds
        slope = -signs * counts / (1 + np.exp(np.minimum(right, 60)))
        value = float((counts * np.logaddexp(0, -right)).sum() + 0.5 * SHRINK * (at[:-1] ** 2).sum())
        out = np.empty_like(at)
        out[:places] = across @ slope
        out[places : places + width] = numbers.T @ slope
        out[:-1] += SHRINK * at[:-1]
        out[-1] = slope.sum(axis=0)
        return value, out.ravel()

    start = np.zeros((places + width + 1) * outputs)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return np.asarray(found.x).reshape(-1, outputs)
