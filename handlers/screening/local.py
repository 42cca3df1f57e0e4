"""A programme's own words: plain words and phrases that it looks for, on top of the rules and the reader.

They only ever add. There is nothing to switch off here, no pattern to write, and nothing more urgent than
"soon": what is typed is read as plain words, whatever signs stand between them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from handlers.languages import mark
from handlers.screening.engine import Reading, most_urgent_first
from handlers.screening.joining import with_about
from handlers.screening.normalise import STOP, Words, normalise, stretched
from handlers.screening.result import Finding, Screening
from handlers.screening.rulebook import rulebook
from storage.local_words import LocalWords

#: What stands before the number of a programme's words where others have a rule's id.
LOCAL: Final = "local-"
THEME: Final = mark("the programme's own words")
_REASON: Final = mark("These are words that your programme looks for.")
_EVERYDAY: Final = Path(__file__).parent / "everyday.json"

Phrase = tuple[frozenset[str], ...]
"""The spellings of each word, in order."""
Hit = tuple[int, int]


def with_local(text: str, screening: Screening, local: Sequence[LocalWords]) -> Screening:
    """Add what a programme looks for itself to what was found in a text.

    Args:
        text: The original.
        screening: What :func:`handlers.screening.screen` made of it.
        local: The programme's words.

    Returns:
        The screening; with more findings, if any of the words stand in the text, and never with fewer or
        milder ones.
    """
    found = _found(screening.words, tuple(local)) if local else {}
    if not found:
        return screening
    reading = Reading.of(text, rulebook())
    more = [
        Finding(
            category=each.category,
            urgency=each.urgency,
            about=reading.about(hits),
            evidence=reading.evidence_of(hits),
            reason=_REASON,
            theme=THEME,
            rule=f"{LOCAL}{each.id}",
        )
        for each, hits in found.items()
    ]
    findings = sorted(with_about([*screening.findings, *more]), key=most_urgent_first)
    return Screening(tuple(findings), screening.words)


def number_of(rule: str) -> int | None:
    """The number of the words that a finding's rule names; ``None`` if it names a built-in one."""
    number = rule.removeprefix(LOCAL)
    return int(number) if rule.startswith(LOCAL) and number.isdigit() else None


def plain(typed: str) -> tuple[str, ...]:
    """What is looked for where somebody typed this: plain words, without signs; empty if it holds none."""
    return tuple(word for word in read(typed).words if word != STOP)


def read(text: str) -> Words:
    """A text as plain words, as screening reads it."""
    return normalise(text, rulebook().lexicon.spellings)


def holds(words: Words, typed: str) -> bool:
    """Whether a text (as plain words) holds what somebody typed."""
    phrase = _phrase(typed)
    begins = {spelling: (phrase,) for word in phrase[:1] for spelling in word}
    return next(_hits(words, begins), None) is not None


@cache
def everyday() -> tuple[tuple[str, Words], ...]:
    """Texts that nobody should be paged for, with their plain words: what rules must leave alone, and more.

    All are invented; those in ``everyday.json`` come from ``training/texts``.
    """
    texts = [text for rule in rulebook().rules for text in rule.must_not_match]
    texts += json.loads(_EVERYDAY.read_text(encoding="utf-8"))
    return tuple((text, read(text)) for text in dict.fromkeys(texts))


# --- matching ----------------------------------------------------------------------------------


def _found(words: Words, local: tuple[LocalWords, ...]) -> dict[LocalWords, list[Hit]]:
    found: dict[LocalWords, list[Hit]] = {}
    begins, of_phrase = _begins(local)
    for phrase, hit in _hits(words, begins):
        for each in of_phrase[phrase]:
            found.setdefault(each, []).append(hit)
    return found


@lru_cache(maxsize=64)
def _begins(
    local: tuple[LocalWords, ...],
) -> tuple[Mapping[str, Sequence[Phrase]], Mapping[Phrase, Sequence[LocalWords]]]:
    """The phrases by their first word, and whose they are. Kept by all that was read from the database."""
    of_phrase: dict[Phrase, list[LocalWords]] = {}
    for each in local:
        if phrase := _phrase(each.words):
            of_phrase.setdefault(phrase, []).append(each)
    begins: dict[str, list[Phrase]] = {}
    for phrase in of_phrase:
        for spelling in phrase[0]:
            begins.setdefault(spelling, []).append(phrase)
    return begins, of_phrase


@lru_cache(maxsize=4096)
def _phrase(typed: str) -> Phrase:
    return tuple(frozenset(stretched(word)) for word in plain(typed))


def _hits(words: Words, begins: Mapping[str, Sequence[Phrase]]) -> Iterator[tuple[Phrase, Hit]]:
    """Where phrases stand in a text, in order. None crosses the end of a sentence."""
    spellings: dict[str, tuple[str, ...]] = {}
    for at, word in enumerate(words.words):
        if word not in spellings:
            spellings[word] = tuple(stretched(word))
        candidates = [phrase for spelling in spellings[word] for phrase in begins.get(spelling, ())]
        for phrase in dict.fromkeys(candidates):
            following = words.words[at : at + len(phrase)]
            if len(following) == len(phrase) and all(map(_fits, phrase, following)):
                yield phrase, (at, at + len(phrase))


def _fits(spellings: frozenset[str], word: str) -> bool:
    return not spellings.isdisjoint(stretched(word))
