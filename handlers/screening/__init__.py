"""Screening: text to red flags.

``screen`` is the whole interface. What it finds only ever adds to what a person said; a text
without findings is not a safe text. Rules are data, one file per language in ``rules/``.
"""

from handlers.screening.engine import screen
from handlers.screening.result import Evidence, Finding, Screening

__all__ = ["Evidence", "Finding", "Screening", "screen"]
