"""A text as a reader of whole sentences wants it: disguises undone, everything else as it was written.

Rules read plain words. The learned reader keeps accents, commas and word order, and only what hides a
word is replaced: digits and signs for letters, look-alikes, invisible characters, stretched and spread
letters, shorthand. Long texts are cut into windows that overlap, so that one clause counts in full.
"""

from dataclasses import dataclass
from typing import Final

from handlers.screening.letters import fold
from handlers.screening.normalise import STOP, Words

#: Words that a window holds at most, and after how many the next one begins; and characters, which only
#: count in what nobody wrote as words.
WINDOW: Final = 120
STEP: Final = 60
CHARACTERS: Final = 1_500
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Readable:
    """A text with its disguises undone.

    Attributes:
        text: What the reader reads, in lower case, with a space at both ends.
        begins: Where each word of ``words`` begins in ``text``.
        ends: Where each word ends in ``text``.
        words: The same words as the rules read them, with their places in the original.
    """

    text: str
    begins: tuple[int, ...]
    ends: tuple[int, ...]
    words: Words

    def part(self, first: int, last: int) -> str:
        """What the reader reads of the words from ``first`` up to, without, ``last``."""
        return self.text[self.begins[first] : self.ends[last - 1]]

    def original(self, first: int, last: int) -> tuple[int, int]:
        """The place in the original text of the words from ``first`` up to, without, ``last``."""
        return self.words.starts[first], self.words.ends[last - 1]


def readable(text: str, words: Words) -> Readable:
    """Undo the disguises of a text.

    Args:
        text: The original.
        words: Its plain words.

    Returns:
        The text to read. Words that share a place in the original share it here too.
    """
    out = [" "]
    length = 1
    begins: list[int] = []
    ends: list[int] = []
    at = 0
    group: list[str] = []
    for number, (word, start, end) in enumerate(zip(words.words, words.starts, words.ends, strict=True)):
        group.append(word)
        if number + 1 < len(words.words) and words.starts[number + 1] == start:
            continue
        gap = _gap(text[at:start])
        elided = fold(text[end : end + 1]) == "'" if end < len(text) else False
        shown = text[start:end].lower()[:_LONGEST] if elided else _shown(text[start:end], group)
        out += (gap, shown)
        begins += [length + len(gap)] * len(group)
        length += len(gap) + len(shown)
        ends += [length] * len(group)
        at = max(at, end)
        group = []
    out += (_gap(text[at:]), " ")
    return Readable("".join(out), tuple(begins), tuple(ends), words)


def windows(words: Words) -> list[tuple[int, int]]:
    """The windows of a text, as (first word, one past the last), in text order.

    A window is made of whole sentences while they fit; a longer sentence is cut with an overlap. A text
    that fits into one window has one.
    """
    many = len(words.words)
    if not many:
        return []
    if _fits(words, 0, many):
        return [(0, many)]
    out: list[tuple[int, int]] = []
    parts = _parts(words)
    first = 0
    while first < len(parts):
        last = first
        begin = parts[first][0]
        while last + 1 < len(parts) and _fits(words, begin, parts[last + 1][1]):
            last += 1
        out.append((begin, parts[last][1]))
        if last + 1 == len(parts):
            break
        first = _next(parts, first, last)
    return out


def _parts(words: Words) -> list[tuple[int, int]]:
    """Sentences, and pieces of those that are longer than a window."""
    parts: list[tuple[int, int]] = []
    begin = 0
    many = len(words.words)
    for at, word in enumerate(words.words):
        while at > begin and not _fits(words, begin, at + 1):
            parts.append((begin, at))
            begin = at - (at - begin) // 2
        if word == STOP or at + 1 == many:
            parts.append((begin, at + 1))
            begin = at + 1
    return parts


def _fits(words: Words, first: int, last: int) -> bool:
    """Whether the words from ``first`` up to, without, ``last`` fit into a window."""
    return last - first <= WINDOW and words.ends[last - 1] - words.starts[first] <= CHARACTERS


def _next(parts: list[tuple[int, int]], first: int, last: int) -> int:
    """The part at which the next window begins: half a window on, so that neighbours overlap."""
    for number in range(first + 1, last + 1):
        if parts[number][0] - parts[first][0] >= STEP:
            return number
    return last + 1 if last == first else last


def _gap(between: str) -> str:
    """What stands between two words: signs and pictures as they are, spaces once, nothing invisible."""
    if between in ("", " ", "\n"):
        return " " if between else ""
    seen = "".join(" " if character.isspace() else character for character in between if fold(character))
    kept = " ".join(seen.split())[:_LONGEST]
    before, after = " " * seen[:1].isspace(), " " * (bool(kept) and seen[-1:].isspace())
    return f"{before}{kept}{after}"


def _shown(original: str, group: list[str]) -> str:
    """A word as it was written, or the plain words where it was disguised or shortened."""
    lower = original.lower()[:_LONGEST]
    plain = "".join(map(fold, original))[:_LONGEST]
    if len(group) == 1 and (plain == group[0] or group[0] == STOP or plain.replace("'", "") == group[0]):
        return lower if all(fold(character) for character in lower) and not _mixed(lower) else group[0]
    if "'" in plain or "’" in original:
        return lower
    return " ".join(group)


def _mixed(word: str) -> bool:
    """Whether letters of another script than Latin stand in a word."""
    return any(character >= "\u0250" and character.isalpha() for character in word)
