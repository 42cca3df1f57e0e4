"""The small language that rules are written in, and its matcher.

=============  ==================================================================
``word``       this word (case, accents, stretched letters do not matter)
``stem*``      any word that begins so
``(a|b c)``    either; alternatives may hold several words
``a?``         may be left out (a word, an alternative or a group)
``..``         up to three words in between, in the same sentence
``...``        up to six words in between, in the same sentence
``{name}``     a group of alternatives, defined at the top of the file
=============  ==================================================================

A text is matched as words, never as characters: every step moves a set of places forward by a word
or a bounded gap, so time grows with the length of the text and nothing can make it explode.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from handlers.screening.lexicon import Index, Lexicon
from handlers.screening.normalise import STOP, normalise

_TOKEN = re.compile(r"\.{2,3}|\{[a-z_]+\}|[()|?]|[^\s(){}|?]+")
_GAPS: Final = {"..": 3, "...": 6}


class PatternError(ValueError):
    """A pattern that cannot be read; the message says what and where."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word out of a set, by the set's number in the lexicon."""

    number: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to ``most`` words of the same sentence."""

    most: int


@dataclass(frozen=True, slots=True)
class Either:
    """One of several sequences; ``optional`` if it may be left out."""

    options: tuple["Sequence", ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after the other."""

    parts: tuple["Word | Gap | Either", ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern.

    Attributes:
        source: As it was written.
        body: What to match.
        needs: Sets of which one each must occur in a text, or there is no match.
        first: Sets that a match can begin with.
    """

    source: str
    body: Sequence
    needs: tuple[frozenset[int], ...]
    first: frozenset[int]

    def matches(self, index: Index) -> list[tuple[int, int]]:
        """Every match as (first word, one past the last word), the shortest for each place."""
        present = index.present
        for need in self.needs:
            if need.isdisjoint(present):
                return []
        begin: set[int] = set()
        for number in self.first:
            begin.update(index.places.get(number, ()))
        shortest: dict[int, int] = {}
        for end, start in advance(self.body, {at: at for at in begin}, index).items():
            if end > start and end < shortest.get(start, index.length + 1):
                shortest[start] = end
        return sorted(shortest.items())


def advance(part: Word | Gap | Either | Sequence, states: dict[int, int], index: Index) -> dict[int, int]:
    """Move forward over one part.

    Args:
        part: What comes next.
        states: Place reached to place begun (the latest, so that matches stay short).
        index: The text.

    Returns:
        The same after the part; empty if it does not match anywhere.
    """
    if isinstance(part, Word):
        here = index.places.get(part.number)
        if not here:
            return {}
        return {at + 1: begun for at, begun in states.items() if at in here}
    if isinstance(part, Gap):
        return _over_gap(part.most, states, index)
    if isinstance(part, Sequence):
        for inner in part.parts:
            if not states:
                break
            states = advance(inner, states, index)
        return states
    out = dict(states) if part.optional else {}
    for option in part.options:
        for at, begun in advance(option, states, index).items():
            out[at] = max(begun, out.get(at, -1))
    return out


def _over_gap(most: int, states: dict[int, int], index: Index) -> dict[int, int]:
    out = dict(states)
    for at, begun in states.items():
        for reached in range(at + 1, min(at + most, index.length) + 1):
            if reached - 1 in index.stops:
                break
            if out.get(reached, -1) < begun:
                out[reached] = begun
    return out


def compile_pattern(source: str, lexicon: Lexicon, groups: Mapping[str, str]) -> Pattern:
    """Read a pattern.

    Args:
        source: The pattern, as in the module's table.
        lexicon: Gets the pattern's words.
        groups: Name to alternatives, for ``{name}``.

    Returns:
        The compiled pattern.

    Raises:
        PatternError: If a bracket is open, a group unknown or the pattern has no word.
    """
    body = compile_part(source, lexicon, groups)
    first, optional = _firsts(body)
    if optional or not first:
        raise PatternError(f"{source!r} must begin with a word that cannot be left out")
    return Pattern(source, body, tuple(sorted(dict.fromkeys(_needs(body)), key=len)), frozenset(first))


def compile_part(source: str, lexicon: Lexicon, groups: Mapping[str, str]) -> Sequence:
    """Read a piece of a pattern, which may also begin or end with a gap."""
    tokens = _expand(source, groups, 0)
    body, rest = _either(tokens, 0, lexicon, source)
    if rest != len(tokens):
        raise PatternError(f"{source!r}: a bracket closes that was never opened")
    return body.options[0] if len(body.options) == 1 else Sequence((body,))


def _expand(source: str, groups: Mapping[str, str], depth: int) -> list[str]:
    if depth > 8:
        raise PatternError(f"{source!r}: groups that hold themselves")
    out: list[str] = []
    for token in _TOKEN.findall(source):
        if token.startswith("{"):
            if token[1:-1] not in groups:
                raise PatternError(f"{source!r}: no group named {token}")
            out += ["(", *_expand(groups[token[1:-1]], groups, depth + 1), ")"]
        else:
            out.append(token)
    return out


def _either(tokens: list[str], at: int, lexicon: Lexicon, source: str) -> tuple[Either, int]:
    options: list[Sequence] = []
    words: set[str] = set()
    while True:
        parts, plain, at = _sequence(tokens, at, lexicon, source)
        if plain is not None:
            words |= plain
        elif parts:
            options.append(Sequence(tuple(parts)))
        else:
            raise PatternError(f"{source!r}: an empty alternative")
        if at >= len(tokens) or tokens[at] != "|":
            break
        at += 1
    if words:
        options.insert(0, Sequence((Word(lexicon.number(frozenset(words))),)))
    return Either(tuple(options)), at


def _sequence(
    tokens: list[str], at: int, lexicon: Lexicon, source: str
) -> tuple[list[Word | Gap | Either], frozenset[str] | None, int]:
    """Parts up to a bar, a bracket or the end; and the set of words if it is just one word."""
    parts: list[Word | Gap | Either] = []
    single: list[frozenset[str] | None] = []
    while at < len(tokens) and tokens[at] not in ("|", ")"):
        token = tokens[at]
        at += 1
        if token in _GAPS:
            parts.append(Gap(_GAPS[token]))
            single.append(None)
        elif token == "(":  # noqa: S105 - a bracket
            inner, at = _either(tokens, at, lexicon, source)
            if at >= len(tokens):
                raise PatternError(f"{source!r}: a bracket is never closed")
            at += 1
            parts.append(inner)
            single.append(None)
        elif token == "?":  # noqa: S105 - a sign
            if not parts or isinstance(parts[-1], Gap):
                raise PatternError(f"{source!r}: nothing to leave out before '?'")
            last = parts[-1]
            parts[-1] = Either(
                last.options if isinstance(last, Either) else (Sequence((last,)),), optional=True
            )
            single[-1] = None
        else:
            for word in _plain_words(token, lexicon, source):
                parts.append(Word(lexicon.number(frozenset((word,)))))
                single.append(frozenset((word,)))
    return parts, single[0] if len(single) == 1 else None, at


def _plain_words(token: str, lexicon: Lexicon, source: str) -> Iterable[str]:
    if token.endswith("*"):
        stem = normalise(token[:-1]).words
        if len(stem) != 1 or len(stem[0]) < 2:
            raise PatternError(f"{source!r}: {token!r} is no stem of at least two letters")
        return (f"{stem[0]}*",)
    words = lexicon.plain(token)
    if not words or STOP in words:
        raise PatternError(f"{source!r}: {token!r} holds no word")
    return words


def _needs(part: Word | Gap | Either | Sequence) -> list[frozenset[int]]:
    if isinstance(part, Word):
        return [frozenset((part.number,))]
    if isinstance(part, Sequence):
        return [need for inner in part.parts for need in _needs(inner)]
    if isinstance(part, Gap) or part.optional:
        return []
    each = [_needs(option) for option in part.options]
    if not all(each):
        return []
    return [frozenset().union(*(needs[0] for needs in each))] if len(each) > 1 else each[0]


def _firsts(part: Word | Gap | Either | Sequence) -> tuple[set[int], bool]:
    """Sets that a match can begin with, and whether the part can be skipped."""
    if isinstance(part, Word):
        return {part.number}, False
    if isinstance(part, Gap):
        return set(), True
    if isinstance(part, Sequence):
        out: set[int] = set()
        for inner in part.parts:
            more, optional = _firsts(inner)
            out |= more
            if not optional:
                return out, False
        return out, True
    every = [_firsts(option) for option in part.options]
    return set().union(*(first for first, _ in every)), part.optional or any(skip for _, skip in every)
