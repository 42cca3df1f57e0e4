"""Fits the linear reading of n-grams: one logistic regression for each output."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

#: How strongly weights are kept small, and how many steps are made.
SHRINK: Final = 1 / 3
STEPS: Final = 60
#: An n-gram counts if at least this many texts hold it.
SEEN: Final = 2


def fit(table: Any, wanted: NDArray[np.float32], counts: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
    """Fit on some texts.

    Args:
        table: Their n-grams, one row a text, before they are weighed.
        wanted: What each should say, one column an output.
        counts: How much each of that counts.

    Returns:
        The weights as they are kept, those of ``handlers.screening.reader.Linear`` by name. They make the
        logistic loss with an L2 penalty smallest, found by L-BFGS from zero: the same rows always give the
        same weights.
    """
    held = np.bincount(table.indices, minlength=table.shape[1])
    rarity = np.where(held >= SEEN, np.log((1 + table.shape[0]) / (1 + held)) + 1, 0).astype(np.float16)
    used = np.flatnonzero(rarity)
    solution = _solve(_weighed(table, rarity.astype(np.float32))[:, used].tocsr(), wanted, counts)
    weights = np.zeros((table.shape[1], wanted.shape[1]), dtype=np.float32)
    weights[used] = solution[:-1]
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    return {
        "rarity": rarity,
        "ngrams": np.rint(weights / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "bias": solution[-1].astype(np.float32),
    }


def read(kept: dict[str, NDArray[Any]], table: Any) -> NDArray[np.float64]:
    """The log odds of many windows, as ``handlers.screening.reader.Linear`` gives them one by one."""
    weighed = _weighed(table, kept["rarity"].astype(np.float32))
    return np.asarray((weighed @ kept["ngrams"].astype(np.float32)) * kept["scale"] + kept["bias"], float)


def _weighed(table: Any, rarity: NDArray[np.float32]) -> Any:
    weighed = (table @ sparse.diags(rarity)).tocsr()
    length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    return (sparse.diags((1 / np.maximum(length, 1e-6)).astype(np.float32)) @ weighed).tocsr()


def _solve(table: Any, wanted: NDArray[np.float32], counts: NDArray[np.float32]) -> NDArray[np.float64]:
    outputs, places = wanted.shape[1], table.shape[1]
    across = table.T.tocsr()
    signs = np.where(wanted > 0, 1.0, -1.0).astype(np.float32)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        at = flat.reshape(-1, outputs)
        right = signs * (table @ at[:-1].astype(np.float32) + at[-1].astype(np.float32))
        slope = -signs * counts / (1 + np.exp(np.minimum(right, 60)))
        value = float((counts * np.logaddexp(0, -right)).sum() + 0.5 * SHRINK * (at[:-1] ** 2).sum())
        out = np.empty_like(at)
        out[:-1] = across @ slope + SHRINK * at[:-1]
        out[-1] = slope.sum(axis=0)
        return value, out.ravel()

    start = np.zeros((places + 1) * outputs)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return np.asarray(found.x).reshape(-1, outputs)
