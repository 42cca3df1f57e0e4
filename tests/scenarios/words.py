"""Finding words in what somebody sees: cases by letters, and the closest where nothing fits."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from tests.scenarios.scenario import Wrong

_CASE = r"E-\d+(?!\d)"
_TOKEN = re.compile(r"\b(case [A-Z])\b|(E-\?)|(\s+)")
_QUOTES = str.maketrans("‘’“”", "''\"\"")


class Cases:
    """What the cases of a scenario are called: "case A" is the one that was first seen under that letter."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def find(self, part: str, text: str) -> bool:
        """Whether a text holds these words. A letter that is new stands for the case found there."""
        return self._learn(re.search(self._pattern(part), plain(text)))

    def find_all(self, parts: Iterable[str], text: str) -> bool:
        """Whether a text holds all of these; letters are learned only where it does."""
        before = dict(self._names)
        if all(self.find(part, text) for part in parts):
            return True
        self._names = before
        return False

    def begins(self, label: str, text: str) -> bool:
        """Whether a label begins with these words."""
        return re.match(self._pattern(label, new=False), plain(text)) is not None

    def equals(self, label: str, text: str) -> bool:
        """Whether a label is just these words."""
        return re.fullmatch(self._pattern(label, new=False), plain(text)) is not None

    def holds(self, part: str, text: str) -> bool:
        """Whether a text holds these words, with letters that are known."""
        return re.search(self._pattern(part, new=False), plain(text)) is not None

    def said(self, part: str) -> str:
        """The words with the cases' real names, for an explanation."""
        return re.sub(r"\bcase ([A-Z])\b", lambda found: self._names.get(found[1], found[0]), part)

    def _learn(self, match: re.Match[str] | None) -> bool:
        if match is not None:
            self._names.update(match.groupdict())
        return match is not None

    def _pattern(self, part: str, *, new: bool = True) -> str:
        pieces, end, first = [], 0, set[str]()
        words = plain(part)
        for token in _TOKEN.finditer(words):
            pieces.append(re.escape(words[end : token.start()]))
            end = token.end()
            if token[1]:
                pieces.append(self._case(token[1][-1], first, new=new))
            else:
                pieces.append(_CASE if token[2] else r"\s+")
        return "".join([*pieces, re.escape(words[end:])])

    def _case(self, letter: str, first: set[str], *, new: bool) -> str:
        if letter in self._names:
            return rf"{re.escape(self._names[letter])}(?!\d)"
        if letter in first:
            return f"(?P={letter})"
        if not new:
            raise Wrong(f"No case {letter} has been seen yet: name it first where somebody gets or sees it.")
        first.add(letter)
        others = "".join(rf"(?!{re.escape(name)}(?!\d))" for name in self._names.values())
        return f"(?P<{letter}>{others}{_CASE})"


def plain(text: str) -> str:
    """A text with straight quotation marks, as one types them."""
    return text.translate(_QUOTES)


def closest(cases: Cases, parts: Sequence[str], texts: Sequence[str]) -> tuple[str, list[str]] | None:
    """The text that comes closest to holding these words, and those that it lacks."""
    found = []
    for text in texts:
        lacking = [part for part in parts if not cases.find_all([part], text)]
        found.append((len(parts) - len(lacking) + _likeness(lacking, text), text, lacking))
    if not found:
        return None
    _, text, lacking = max(reversed(found), key=lambda each: each[0])  # of equals, the newest
    return text, lacking


def _likeness(parts: Sequence[str], text: str) -> float:
    """How much the lines of a text are like what is lacking: below 1 altogether."""
    lines = text.splitlines() or [""]
    best = [max(SequenceMatcher(None, part, line).ratio() for line in lines) for part in parts]
    return sum(best) / (len(best) + 1) if best else 0.0
