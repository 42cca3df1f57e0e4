"""Screening: text to red flags.

``screen`` is the whole interface. What it finds only ever adds to what a person said; a text
without findings is not a safe text. Rules are data, one file per language in ``rules/``; the learned
reader beside them has its weights in ``weights/``. A programme's own words come on top, in ``local.py``.
"""

from handlers.screening.engine import by_rules, screen
from handlers.screening.reader import Lack, lacks
from handlers.screening.result import Evidence, Finding, Screening

__all__ = ["Evidence", "Finding", "Lack", "Screening", "by_rules", "lacks", "screen"]
