"""Text to plain words, each with its place in the original text.

Undoes what hides a word from a reader of rules: capitals, accents, stretched letters, digits and
signs for letters, look-alikes, invisible characters, letters spread out, shorthand. The words keep
the offsets of the characters that they came from, so evidence always points into what was written.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from handlers.screening.letters import EMOJI_NAMES, LEET, MASKED, fold

#: The word that stands for the end of a sentence. No pattern can match or cross it.
STOP: Final = "."
#: The word that stands for a peer code ("P-7K2M").
PEER: Final = ":peer:"
_LONGEST: Final = 40

_PIECE = re.compile(
    r"(?P<emoji>:[a-z_]{2,32}:)"
    r"|(?P<code>\bp-(?=[a-z]*\d)[a-z0-9]{4}\b)"
    r"|(?P<word>[^\W_](?:[^\W_]|[@$!*+'](?=[^\W_]))*)"
    r"|(?P<stop>[.?!]+(?=[\s\"')\]]|$)|\n)"
)
#: A line that was ended on purpose. A longer one may have been broken by what it was written in.
_LINE = re.compile(r"(?m)^[^\n]{0,44}\n")
_NUMBER = re.compile(r" ?\d")
_RUN = re.compile(r"(.)\1{2,}")
_LEET_INSIDE = re.compile(r"[^\W\d][0-9@$!+]+(?=[^\W\d])")
_SPREAD = re.compile("|".join(MASKED))
_ABBREVIATIONS = frozenset(
    (
        "mr",
        "mrs",
        "ms",
        "dr",
        "sr",
        "sra",
        "srta",
        "mme",
        "mlle",
        "gr",
        "approx",
        "vs",
        "prof",
        "st",
        "nb",
        "tel",
        "env",
        "cf",
        "ej",
        "pag",
        "min",
    )
)
_ENDINGS = frozenset(("t", "s", "m", "re", "ve", "ll", "d", "all", "em", "cause"))
_ELISIONS = {
    "j": "je",
    "m": "me",
    "t": "te",
    "s": "se",
    "c": "ce",
    "n": "ne",
    "l": "le",
    "d": "de",
    "qu": "que",
    "jusqu": "jusque",
    "lorsqu": "lorsque",
    "puisqu": "puisque",
}
_MASKS: Final = {
    f"{word[:at]}*{word[at + 1 :]}": word for word in MASKED if len(word) > 2 for at in range(1, len(word))
}


@dataclass(frozen=True, slots=True)
class Words:
    """A text as words.

    Attributes:
        words: Plain words in order; :data:`STOP` where a sentence ends.
        starts: Where each word begins in the original text, in characters.
        ends: Where each word ends in the original text, one past its last character.
        lines: Words that begin a line after a short one. Nothing that cancels reaches across: "none" in the
            answer below says nothing about the one above. A sentence may go on there all the same.
    """

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    lines: frozenset[int] = frozenset()


def normalise(text: str, spellings: Mapping[str, str] | None = None) -> Words:
    """Turn a text into plain words.

    Args:
        text: Anything at all.
        spellings: Shorthand and slang to the words that rules use ("wanna" to "want to"). Keys
            and values are plain words already; a value may hold several words.

    Returns:
        The words. A word that stands for several shares its place with them.
    """
    table = spellings or {}
    folded: list[str] = []
    origin: list[int] = []
    for at, character in enumerate(text):
        read = fold(character)
        folded.append(read)
        origin.extend([at] * len(read))
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    lines: set[int] = set()
    whole = "".join(folded)
    breaks = [found.end() for found in _LINE.finditer(whole)]
    begun = 0
    for word, start, end in _spread_letters(_pieces(whole)):
        while begun < len(breaks) and breaks[begun] <= start:
            lines.add(len(words))
            begun += 1
        for plain in _plain(word, table):
            words.append(plain)
            starts.append(origin[start])
            ends.append(origin[end - 1] + 1)
    return Words(tuple(words), tuple(starts), tuple(ends), frozenset(lines))


def stretched(word: str) -> Iterator[str]:
    """Every spelling that a stretched word may stand for.

    Args:
        word: A plain word in which a stretched letter stands three times ("killl").

    Yields:
        The word with each stretched letter once or twice; the word itself if none is.
    """
    parts = re.split(r"(.)\1\1", word)
    if len(parts) == 1:
        yield word
        return
    letters = parts[1::2][:3]
    for times in product((1, 2), repeat=len(letters)):
        out = [parts[0]]
        for letter, count, rest in zip(letters, times, parts[2::2], strict=False):
            out.append(letter * count + rest)
        yield "".join(out)


def _pieces(folded: str) -> Iterator[tuple[str, int, int]]:
    """Words, emoji names and sentence ends of a folded text, with their offsets in it."""
    last = ""
    for found in _PIECE.finditer(folded):
        piece, start, end = found.group(), found.start(), found.end()
        if found.lastgroup == "emoji":
            name = EMOJI_NAMES.get(piece[1:-1], piece)
            last = name
            yield name, start, end
        elif found.lastgroup == "code":
            last = PEER
            yield PEER, start, end
        elif found.lastgroup == "stop":
            if _ends_sentence(folded, piece, last, end):
                yield STOP, start, end
        else:
            last = piece
            yield from _apostrophes(piece, start, end)


def _ends_sentence(folded: str, piece: str, last: str, end: int) -> bool:
    """Whether a stop ends a sentence, or belongs to an abbreviation or a broken line."""
    if piece == "\n":
        following = folded[end : end + 1]
        return not following.isalpha()
    if piece == ".":
        number = last == "no" and _NUMBER.match(folded, end)
        return not (number or last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha()))
    return not piece.startswith("..")


def _apostrophes(piece: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Split French elisions ("d'en"); keep English endings ("don't") in one piece."""
    if "'" not in piece or len(piece) > _LONGEST:
        yield piece.replace("'", ""), start, end
        return
    head, _, tail = piece.partition("'")
    if tail in _ENDINGS:
        yield piece, start, end
        return
    middle = start + len(head)
    yield _ELISIONS.get(head, head), start, middle
    yield from _apostrophes(tail, middle + 1, end)


def _spread_letters(pieces: Iterator[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
    """Put "k i l l" and "k.i.l.l" together, where that spells a word people spread out."""
    run: list[tuple[str, int, int]] = []
    for piece in pieces:
        single = len(piece[0]) == 1 and piece[0] not in (STOP,)
        if single and (not run or piece[1] - run[-1][2] <= 2):
            run.append(piece)
            continue
        yield from _joined(run)
        run = [piece] if single else []
        if not single:
            yield piece
    yield from _joined(run)


def _joined(run: list[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
    """A run of single letters: the words that it spells, the letters between them as they are."""
    if len(run) < 3:
        yield from run
        return
    letters = "".join(piece[0] for piece in run).translate(LEET)
    at = 0
    for found in _SPREAD.finditer(letters):
        yield from run[at : found.start()]
        yield found.group(), run[found.start()][1], run[found.end() - 1][2]
        at = found.end()
    yield from run[at:]


def _plain(piece: str, table: Mapping[str, str]) -> list[str]:
    """The plain words for one piece."""
    if piece == STOP or piece.startswith(":"):
        return [piece]
    word = piece[:_LONGEST]
    if word in table:
        return table[word].split()
    word = _RUN.sub(r"\1\1\1", word.replace("'", ""))
    if "*" in word:
        word = _MASKS.get(word, word.replace("*", ""))
    if not word.isalpha() and not word.isdigit():
        letters = word.translate(LEET)
        word = letters if letters in MASKED or _LEET_INSIDE.search(word) else word
    for spelling in stretched(word):
        if spelling in table:
            return table[spelling].split()
    return [word] if word else []
