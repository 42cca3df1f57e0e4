"""Chooses from which log odds on the reader speaks, on writers that the weights had not seen."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.rows import OUTPUTS, Row

POSSIBLE, SOON, IMMEDIATE, WRITER = (
    OUTPUTS.index(name) for name in ("possible", "soon", "immediate", "writer")
)
#: The most false alarms of each kind: paged, and paged or asked, as shares of the rows of that style.
PAGED: Final = {"near": 0.04, "sad": 0.05, "plain": 0.004}
ASKED: Final = {"near": 0.15, "sad": 0.25, "plain": 0.02}
#: How often "about the writer" and "about somebody else" must be right.
RIGHT: Final = 0.93


def thresholds(rows: list[Row], odds: NDArray[np.float64]) -> dict[str, float]:
    """Thresholds for the log odds of rows whose writer was left out.

    Args:
        rows: The rows.
        odds: What the reader made of each, one column an output.

    Returns:
        A threshold for each name in ``handlers.screening.reader.Thresholds``.
    """
    style = np.array([row.style for row in rows])
    page = _at_most(odds[:, SOON], style, PAGED)
    ask = min(_at_most(odds[:, POSSIBLE], style, ASKED), 9.0)
    urgent = np.array([row.urgency == "immediate" for row in rows])
    paged = (odds[:, SOON] >= page) & np.array([bool(row.labels) for row in rows])
    return {
        "page": round(page, 3),
        "ask": round(ask, 3),
        "immediate": round(_parting(odds[paged, IMMEDIATE], urgent[paged]), 3),
        "veto": round(float(np.quantile(odds[~np.array([bool(row.labels) for row in rows]), SOON], 0.5)), 3),
        "category": 0.0,
        **_whom(rows, odds[:, WRITER]),
    }


def _at_most(odds: NDArray[np.float64], style: NDArray[np.str_], shares: dict[str, float]) -> float:
    """The lowest threshold that keeps the false alarms of every style within its share."""
    needed = []
    for name, share in shares.items():
        ranked = np.sort(odds[style == name])[::-1]
        needed.append(float(ranked[int(share * len(ranked))]) if len(ranked) else -9.0)
    return max(needed) + 1e-3


def _parting(odds: NDArray[np.float64], urgent: NDArray[np.bool_]) -> float:
    """The threshold that parts two kinds of rows with the fewest mistakes."""
    if not len(odds):
        return 0.0
    order = np.argsort(odds)
    mistakes = np.cumsum(urgent[order]) + (~urgent).sum() - np.cumsum(~urgent[order])
    return float(odds[order][int(mistakes.argmin())])


def _whom(rows: list[Row], odds: NDArray[np.float64]) -> dict[str, float]:
    """The widest ranges in which it is right often enough about whom."""
    clear = np.array([row.about in ("writer", "somebody_else") for row in rows])
    values, writer = odds[clear], np.array([row.about == "writer" for row in rows])[clear]
    grid = np.linspace(-2, 2, 81)
    high = [at for at in grid if (values >= at).any() and writer[values >= at].mean() >= RIGHT]
    low = [at for at in grid if (values < at).any() and (~writer[values < at]).mean() >= RIGHT]
    top, bottom = float(min(high, default=2.0)), float(max(low, default=-2.0))
    return {"writer": round(max(top, bottom), 3), "other": round(min(top, bottom), 3)}
