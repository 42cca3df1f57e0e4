"""The modules of a helper's training, what is due, and what somebody's own answers suggest. All pure."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from handlers.languages import mark
from storage.training import Training

SOON = timedelta(days=30)
"""How long before its end a training counts as due."""
CERTIFICATE = "certificate"
"""What adults have instead of modules: a certificate of their own."""
LOW = 3.0
"""On average of a round without names, from 1 to 5: below this a topic wants training."""
HIGH = 3.5
"""The same where a high number is a burden."""
OFTEN = 3
"""Check-ins "a little unsure" in a month."""


class Module(StrEnum):
    """The modules of a peer helper's training, in the order in which they are taught."""

    LISTENING = "listening"
    BOUNDARIES = "boundaries"
    CONFIDENTIALITY = "confidentiality"
    RED_FLAGS = "red_flags"
    REPORTING = "reporting"
    HANDOFF = "handoff"
    SELF_CARE = "self_care"
    CULTURE = "culture"


TITLES = {
    Module.LISTENING: mark("Listening"),
    Module.BOUNDARIES: mark("Boundaries and scope"),
    Module.CONFIDENTIALITY: mark("Confidentiality and limits"),
    Module.RED_FLAGS: mark("Recognising red flags"),
    Module.REPORTING: mark("What adults must report"),
    Module.HANDOFF: mark("Walking to an adult"),
    Module.SELF_CARE: mark("Looking after yourself"),
    Module.CULTURE: mark("Different backgrounds"),
}
SUMMARIES = {
    Module.LISTENING: mark(
        "Give your whole attention. Say back what you heard. Ask open questions. Let there be silence. "
        "Nobody needs you to solve it: being heard helps."
    ),
    Module.BOUNDARIES: mark(
        "We listen and share information and options. We treat nobody and tell nobody what to do. Say "
        "what you can do and what you cannot. Help nobody who is family, your partner, or in a fight "
        "with you."
    ),
    Module.CONFIDENTIALITY: mark(
        "What peers say stays with you and your coordinator. Say before you begin what an adult "
        "is told: danger to anybody, abuse, and whenever you are not sure. Never promise secrecy."
    ),
    Module.RED_FLAGS: mark(
        "Talk of death, of hurting oneself or others, of harm at home, of hearing or seeing what others "
        "do not; sudden change. One sign is enough. You need not be sure: type /urgent and an adult "
        "takes it from there."
    ),
    Module.REPORTING: mark(
        "Adults at school report abuse and neglect: the law asks them to. You tell your coordinator, at "
        "once and in the peer's own words. You do not ask for details, find out more, or decide whether "
        "it is true."
    ),
    Module.HANDOFF: mark(
        "Say why an adult should know. Ask whether you may go there together. Walk with them, stay until"
        " the adult has taken over, and say good-bye. If they say no and there is danger, an adult is "
        "told anyway."
    ),
    Module.SELF_CARE: mark(
        "Helping can weigh on you. Sleep, friends and things you like come first. Talk in supervision, "
        "take a break when you need one, and say when a peer's story is close to your own."
    ),
    Module.CULTURE: mark(
        "Families and cultures speak of feelings and of help in different ways. Ask, don't guess. Use "
        "the names and words that people use for themselves. Know where somebody can speak their own "
        "language."
    ),
}


@dataclass(frozen=True)
class Suggestion:
    """A module that would help now, and why, as a marked text."""

    module: Module
    why: str


@dataclass(frozen=True)
class Own:
    """Where one helper stands. ``due``: not done yet, over, or over soon."""

    have: tuple[Training, ...]
    due: tuple[Module, ...]


def stand(done: Iterable[Training], today: date) -> Own:
    """What holds today, and what is due."""
    by_module = {each.module: each for each in done}
    have = tuple(
        by_module[module] for module in Module if module in by_module and by_module[module].holds(today)
    )
    due = tuple(
        module for module in Module if module not in by_module or not by_module[module].holds(today + SOON)
    )
    return Own(have, due)


def suggest(answers: Sequence[tuple[str, Mapping[str, Any]]], unsure: int) -> tuple[Suggestion, ...]:
    """What a helper's own named answers say: (the word of a button, the answers of a form), of late.

    ``unsure``: how many of their check-ins were "a little unsure" in a month.
    """
    found: dict[Module, str] = {}
    for word, content in answers:
        if word == "heavy" or content.get("full") == "5" or content.get("want") == "listen":
            found.setdefault(Module.SELF_CARE, mark("you said that it was a lot"))
        if content.get("want") == "practise":
            found.setdefault(Module.LISTENING, mark("you would like to practise"))
        if content.get("want") == "ideas":
            found.setdefault(Module.BOUNDARIES, mark("you asked for ideas what to try"))
    if unsure >= OFTEN:
        found.setdefault(Module.RED_FLAGS, mark("you were often a little unsure"))
    return tuple(Suggestion(module, found[module]) for module in Module if module in found)


_LOW_IS_DUE = {
    "listen": Module.LISTENING,
    "adult": Module.HANDOFF,
    "secret": Module.CONFIDENTIALITY,
    "care": Module.SELF_CARE,
    "support": Module.SELF_CARE,
}
_HIGH_IS_DUE = {"carry": Module.SELF_CARE}


def suggest_to_team(counts: Sequence[Mapping[str, Mapping[str, int]]]) -> tuple[Suggestion, ...]:
    """What rounds without names say of everybody together: how often each number was chosen, by question."""
    found: dict[Module, str] = {}
    for each in counts:
        for question, module in _LOW_IS_DUE.items():
            average = _average(each.get(question, {}))
            if average is not None and average < LOW:
                found.setdefault(module, mark("the team felt less sure of it"))
        for question, module in _HIGH_IS_DUE.items():
            average = _average(each.get(question, {}))
            if average is not None and average > HIGH:
                found.setdefault(module, mark("many take worries home"))
    return tuple(Suggestion(module, found[module]) for module in Module if module in found)


def _average(chosen: Mapping[str, int]) -> float | None:
    answers = sum(chosen.values())
    return sum(int(value) * number for value, number in chosen.items()) / answers if answers else None


def months_later(day: date, months: int) -> date:
    """The same day of a later month; of a shorter month, its last one."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
