"""What a text for young people says against safe-messaging guidelines. Rules as data, one file per language.

They advise; only what tells of a method is refused by who asks. Sources: ``README.md`` beside this.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from handlers.screening.lexicon import Index, Lexicon
from handlers.screening.normalise import normalise
from handlers.screening.pattern import Pattern, compile_pattern

FOLDER = Path(__file__).parent


class Guideline(StrEnum):
    """What the guidelines ask to leave out; ``README.md`` says of each what it is and who asks for it."""

    METHOD = "method"
    NAMED = "named"
    CAUSE = "cause"
    BEAUTY = "beauty"
    NUMBERS = "numbers"
    BLAME = "blame"
    DETAILS = "details"
    SECRET = "secret"  # noqa: S105 - what somebody promises


@dataclass(frozen=True)
class Rule:
    """One rule as it stands in its file. ``everywhere``: also in texts that are not about suicide."""

    language: str
    guideline: Guideline
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    everywhere: bool
    must_find: tuple[str, ...]
    must_leave: tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """All files together. ``topic``: what makes a text one about suicide or self-harm."""

    lexicon: Lexicon
    topic: tuple[Pattern, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Find:
    """Words of a text that a guideline asks to leave out, as they were written."""

    guideline: Guideline
    words: str


@cache
def rules() -> Rules:
    """The files in this folder. Raises ``ValueError`` or ``KeyError`` where one cannot be read."""
    lexicon = Lexicon({})
    topic: list[Pattern] = []
    found: list[Rule] = []
    for file in sorted(FOLDER.glob("*.toml")):
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        groups = data["groups"]
        topic += _compiled(data["topic"], lexicon, groups)
        found += [_rule(file.stem, entry, lexicon, groups) for entry in data["rule"]]
    return Rules(lexicon, tuple(topic), tuple(found))


def _rule(language: str, entry: Mapping[str, Any], lexicon: Lexicon, groups: Mapping[str, str]) -> Rule:
    return Rule(
        language,
        Guideline(entry["guideline"]),
        _compiled(entry["patterns"], lexicon, groups),
        _compiled(entry.get("unless", ()), lexicon, groups),
        entry.get("everywhere", False),
        tuple(entry["must_find"]),
        tuple(entry["must_leave"]),
    )


def _compiled(patterns: Iterable[str], lexicon: Lexicon, groups: Mapping[str, str]) -> tuple[Pattern, ...]:
    return tuple(compile_pattern(each, lexicon, groups) for each in patterns)


def is_about_suicide(text: str) -> bool:
    """Whether a text is about suicide or self-harm."""
    index = rules().lexicon.index(normalise(text))
    return _is_topic(index)


def _is_topic(index: Index) -> bool:
    return any(pattern.matches(index) for pattern in rules().topic)


def finds(text: str, *, strict: bool = False) -> tuple[Find, ...]:
    """What a text says against the guidelines: the first words found for each, in the guidelines' order.

    ``strict``: it is read as one about suicide, whatever it is about.
    """
    words = normalise(text)
    index = rules().lexicon.index(words)
    on_topic = strict or _is_topic(index)
    first: dict[Guideline, tuple[int, int]] = {}
    for rule in rules().rules:
        if not (on_topic or rule.everywhere):
            continue
        for hit in _hits(rule, index):
            first[rule.guideline] = min(hit, first.get(rule.guideline, hit))
    return tuple(
        Find(each, text[words.starts[first[each][0]] : words.ends[first[each][1] - 1]])
        for each in Guideline
        if each in first
    )


def _hits(rule: Rule, index: Index) -> list[tuple[int, int]]:
    left = [span for pattern in rule.unless for span in pattern.matches(index)]
    return [
        (begin, end)
        for pattern in rule.patterns
        for begin, end in pattern.matches(index)
        if not any(begin < other_end and other_begin < end for other_begin, other_end in left)
    ]
