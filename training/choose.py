"""Puts the readings together and chooses from which log odds on something is said.

All of it on writers that the weights had not seen.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from handlers.screening.reader import FIRST, IMMEDIATE, POSSIBLE, SOON, WRITER
from storage.words import Urgency
from training.rows import Row

#: The most false alarms of each kind that the reader may add to those of the rules: paged, and paged or
#: asked, as shares of the rows of that style.
PAGED: Final = {"near": 0.05, "sad": 0.05, "plain": 0.005}
ASKED: Final = {"near": 0.15, "sad": 0.25, "plain": 0.02}
#: How often "about the writer" and "about somebody else" must be right.
RIGHT: Final = 0.92

#: Odds of what a rule has said already, and of what is said already in a milder choice.
NEVER, ALWAYS = -99.0, 99.0

Table = NDArray[np.float64]


def mixture(
    readings: Mapping[str, Table],
    ruled: Sequence[Urgency],
    wanted: NDArray[np.float32],
    counts: NDArray[np.float32],
) -> dict[str, Any]:
    """How much each reading counts, for each output: a logistic regression on what they say.

    Args:
        readings: The log odds of the network and the n-grams, a row a text.
        ruled: The highest urgency of any rule that each text meets.
        wanted: What each should say.
        counts: How much that counts.

    Returns:
        The tables of ``handlers.screening.reader.Mixture``.
    """
    rules = _rules(ruled)
    kinds = np.zeros(wanted.shape[1], dtype=bool)
    kinds[FIRST:WRITER] = True  # which category is asked only where there is a disclosure
    counts = np.where(kinds, counts * wanted[:, [POSSIBLE]], counts)
    out: dict[str, list[float]] = {name: [] for name in (*readings, "asks", "pages", "bias")}
    for output in range(wanted.shape[1]):
        columns = np.column_stack([*(table[:, output] for table in readings.values()), rules])
        found = _logistic(columns, wanted[:, output], counts[:, output])
        for name, value in zip(out, found, strict=True):
            out[name].append(round(float(value), 4))
    said = [out.pop(name) for name in ("asks", "pages")]
    return {"network": [0.0] * wanted.shape[1], **out, "rules": said}


def mixed(of: Mapping[str, Any], readings: Mapping[str, Table], ruled: Sequence[Urgency]) -> Table:
    """The log odds of each text, put together."""
    out: Table = _rules(ruled) @ np.array(of["rules"]) + np.array(of["bias"])
    for name, table in readings.items():
        out = out + table * np.array(of[name])
    return out


def thresholds(rows: Sequence[Row], odds: Table, ruled: Sequence[Urgency]) -> dict[str, float]:
    """From which log odds on something is said.

    Args:
        rows: The rows.
        odds: What the reader made of each, one column an output.
        ruled: The highest urgency of any rule that each text meets.

    Returns:
        A threshold for each name in ``handlers.screening.reader.Mixture``.
    """
    style = np.array([row.style for row in rows])
    disclosed = np.array([bool(row.labels) for row in rows])
    paged, asked = odds[:, SOON].copy(), odds[:, POSSIBLE].copy()
    paged[[level.pages for level in ruled]] = NEVER
    page = _at_most(paged, style, PAGED)
    asked[[level is not Urgency.NONE for level in ruled]] = NEVER
    ask = _at_most(np.where(paged >= page, ALWAYS, asked), style, ASKED)
    urgent = np.array([row.urgency == "immediate" for row in rows])
    found = (odds[:, SOON] >= page) & disclosed
    return {
        "page": round(page, 3),
        "ask": round(ask, 3),
        "immediate": round(_parting(odds[found, IMMEDIATE], urgent[found]), 3),
        "category": 0.0,
        **_whom(rows, odds[:, WRITER]),
    }


def _rules(ruled: Sequence[Urgency]) -> Table:
    return np.array([[level is not Urgency.NONE, level.pages] for level in ruled], dtype=np.float64)


def _logistic(columns: Table, wanted: NDArray[np.float32], counts: NDArray[np.float32]) -> Table:
    signs = np.where(wanted > 0, 1.0, -1.0)

    def loss(at: Table) -> tuple[float, Table]:
        right = signs * (columns @ at[:-1] + at[-1])
        slope = -signs * counts / (1 + np.exp(np.minimum(right, 60)))
        value = float((counts * np.logaddexp(0, -right)).sum() + 0.5 * (at[:-1] ** 2).sum())
        return value, np.concatenate([columns.T @ slope + at[:-1], [slope.sum()]])

    found = minimize(loss, np.zeros(columns.shape[1] + 1), jac=True, method="L-BFGS-B")
    return np.asarray(found.x)


def _at_most(odds: Table, style: NDArray[np.str_], shares: Mapping[str, float]) -> float:
    """The lowest threshold that keeps the false alarms of every style within its share."""
    needed = []
    for name, share in shares.items():
        ranked = np.sort(odds[style == name])[::-1]
        needed.append(float(ranked[int(share * len(ranked))]) if len(ranked) else -9.0)
    return min(max(needed), 9.0) + 1e-3


def _parting(odds: Table, urgent: NDArray[np.bool_]) -> float:
    """The threshold that parts two kinds of rows with the fewest mistakes."""
    if not len(odds):
        return 0.0
    order = np.argsort(odds)
    mistakes = np.cumsum(urgent[order]) + (~urgent).sum() - np.cumsum(~urgent[order])
    return float(odds[order][int(mistakes.argmin())])


def _whom(rows: Sequence[Row], odds: Table) -> dict[str, float]:
    """The widest ranges in which it is right often enough about whom."""
    clear = np.array([row.about in ("writer", "somebody_else") for row in rows])
    values, writer = odds[clear], np.array([row.about == "writer" for row in rows])[clear]
    grid = np.linspace(-2, 2, 81)
    high = [at for at in grid if (values >= at).any() and writer[values >= at].mean() >= RIGHT]
    low = [at for at in grid if (values < at).any() and (~writer[values < at]).mean() >= RIGHT]
    top, bottom = float(min(high, default=2.0)), float(max(low, default=-2.0))
    return {"writer": round(max(top, bottom), 3), "other": round(min(top, bottom), 3)}
