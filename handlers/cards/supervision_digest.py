"""What coordinators read of their helpers' weeks: the digest, and what came of a round."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from handlers.cards.helpers import FALLBACK, plain
from handlers.cards.rota import coverage
from handlers.cards.supervision import NO_ANSWER, PAUSED, WORDS
from handlers.cards.words import group_parts, service, service_line, short
from handlers.chat import (
    CARD_TEXT,
    FIELD_TEXT,
    TEXT_BLOCK,
    Block,
    Button,
    Buttons,
    Card,
    Fields,
    Image,
    Text,
    TextStyle,
    action,
    text_length,
)
from handlers.languages import Say, mark
from handlers.supervision_figures import FEWEST, Digest, Results, Services, from_json
from handlers.supervision_questions import Question, Questionnaire
from storage.attendance import MeetingTotals

LOADS = 12
"""Helpers whose week stands on the card; of more it says how many."""
_LINES = 1_200
_PAPERS = 640
PAPERS = 6
"""People named in each line about agreements and trainings; of more it says how many."""
NAMED = 20
_LISTED = 400
"""Characters of a list of people who are silent or take a break; of more it says how many."""
ANSWERS = 8
"""People whose answers stand on one card."""
_ANSWERS_TEXT = CARD_TEXT - 400


def digest(say: Say, view: Digest, zone: ZoneInfo, png: bytes | None) -> Card:
    """A week in a minute: whom to see first, then how everybody is, then what was done."""
    blocks: list[Block] = [Text(_see(say, view)), *coverage(say, view.gaps, view.all_away)]
    blocks.append(Fields(_facts(say, view)))
    if peers := _peers(say, view):
        blocks.append(Fields(peers))
    if png is not None:
        blocks.append(Image(png, chart_in_words(say, view, zone)[:FIELD_TEXT]))
    papers = [Text("\n".join(lines)[:_PAPERS])] if (lines := _papers(say, view)) else []
    last = view.until.astimezone(zone)
    first = view.since.astimezone(zone)
    title = say("Your helpers, {first} to {last}", first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}")
    room = CARD_TEXT - len(title) - sum(text_length(block) for block in [*blocks, *papers])
    blocks += [Text(_done(say, view)[: min(_LINES, room)]), *papers]
    buttons = (
        Button(say("Open cases"), action("cases")),
        Button(say("Rounds and schedules"), action("supervision")),
    )
    blocks.append(Buttons(buttons))
    return Card(title, tuple(blocks), say(FALLBACK))


def _see(say: Say, view: Digest) -> str:
    if not view.to_see:
        return say("Nobody stands out this week.")
    lines = [
        f"• {short(say, each.name)}: {say.all_of([say(reason.text) for reason in each.reasons])}"
        for each in view.to_see
    ]
    return "\n".join([say("To see first:"), *lines])


def _facts(say: Say, view: Digest) -> tuple[tuple[str, str], ...]:
    week = view.weeks[-1] if view.weeks else None
    facts = []
    if week is not None:
        facts.append((say("Answered the weekly question"), _rate(say, week.answered, week.asked)))
        parts = [f"{say(label)}: {week.words.get(word, 0)}" for word, label in WORDS.items()]
        facts.append((say("How the week was"), " · ".join(parts)))
    facts.append((say("Cases opened"), str(view.opened)))
    if view.acknowledge_minutes is not None:
        minutes = view.acknowledge_minutes
        time = say("{minutes} min", minutes=f"{minutes:.0f}") if minutes >= 1 else say("under 1 min")
        facts.append((say("Median time to answer"), time))
    waiting = say("{count}: please look now", count=view.waiting) if view.waiting else say("none")
    facts.append((say("Pages that nobody has answered"), waiting))
    facts.append((say("Drills"), str(view.drills)))
    if view.meetings.held or view.meetings.unticked:
        facts.append((say("Meetings"), _meetings(say, view.meetings)))
    if view.silent:
        facts.append((say("Silent for two weeks"), _listed(say, view.silent)))
    if view.paused:
        paused = [f"{short(say, name)} ({say(PAUSED.get(why, why))})" for name, why in view.paused]
        facts.append((say("Asked nothing at the moment"), _listed(say, paused)))
    return tuple(facts)


def _peers(say: Say, view: Digest) -> tuple[tuple[str, str], ...]:
    facts = []
    if view.peers_waiting:
        facts.append((say("Peers who wait for a helper"), f"{view.peers_waiting} (/pair)"))
    if view.codes_used:
        facts.append((say("Codes that somebody else has logged"), f"{view.codes_used} (/peers)"))
    return tuple(facts)


def _meetings(say: Say, found: MeetingTotals) -> str:
    parts = []
    if found.held:
        parts.append(
            say("held: {held}, {came} of {count} came", held=found.held, came=found.came, count=found.invited)
        )
    if found.unticked:
        parts.append(say("not ticked yet: {count}", count=found.unticked))
    return " · ".join(parts)


def _papers(say: Say, view: Digest) -> list[str]:
    """Agreements and trainings that are missing or end soon."""
    lines = []
    if view.unsigned:
        lines.append(say("Have not agreed yet: {names}", names=_names(say, view.unsigned, PAPERS)))
    if view.renew_on:
        lines.append(say("Agreements are to be renewed from {day} on.", day=say.day(view.renew_on)))
    if view.certificates_end:
        names = _names(say, view.certificates_end, PAPERS)
        lines.append(say("Certificates of the adults are over, or soon: {names}", names=names))
    if view.untrained:
        who = [f"{name} ({service(say, key)})" for name, key in view.untrained]
        lines.append(say("Helped without the training asked for: {names}", names=_names(say, who, PAPERS)))
    if view.training_ends:
        lines.append(say("Training is over, or soon: {names}", names=_names(say, view.training_ends, PAPERS)))
    return lines


def _rate(say: Say, answered: int, asked: int) -> str:
    if not asked:
        return say("nobody was asked")
    percent = round(100 * answered / asked)
    return say("{answered} of {asked} ({percent} %)", answered=answered, asked=asked, percent=percent)


def _names(say: Say, names: Sequence[str], most: int = NAMED) -> str:
    shown = [short(say, name) for name in names[:most]]
    if len(names) > most:
        shown.append(say("and {count} more", count=len(names) - most))
    return ", ".join(shown)[:FIELD_TEXT]


def _listed(say: Say, names: Sequence[str]) -> str:
    """As many whole names as there is room for: with all else that a digest says it has to fit one card."""
    most = min(len(names), NAMED)
    while most > 1 and len(_names(say, names, most)) > _LISTED:
        most -= 1
    return _names(say, names, most)[:_LISTED]


def _done(say: Say, view: Digest) -> str:
    lines = service_lines(say, view.services) or [say("No check-ins.")]
    busy = sorted((each for each in view.loads if each.check_ins), key=lambda each: -each.minutes)
    loads = []
    for each in busy[:LOADS]:
        # How many different peers one helper has tells who they are, where there are few.
        peers = str(each.peers) if each.peers >= FEWEST else say("under {count}", count=FEWEST)
        loads.append(
            say.counted(
                each.check_ins,
                mark("• {helper}: {count} check-in, {length}, peers: {peers}"),
                mark("• {helper}: {count} check-ins, {length}, peers: {peers}"),
                helper=short(say, each.name),
                length=say.length(each.minutes),
                peers=peers,
            )
        )
    if len(busy) > LOADS:
        loads.append(say("and {count} more", count=len(busy) - LOADS))
    return "\n".join([*lines, *([say("By helper:"), *loads] if loads else [])])


def service_lines(say: Say, services: Services) -> list[str]:
    """Check-ins by service; small ones together and unnamed, because they could point at a peer."""
    lines = [service_line(say, item) for item in services.shown]
    if services.others is not None:
        line = say(
            "Other services together: {count} check-ins, {length}",
            count=services.others.check_ins,
            length=say.length(services.others.minutes),
        )
        lines.append(", ".join([line, *group_parts(say, services.others)]))
    elif services.few:
        lines.append(say("Other services: fewer than {count} check-ins", count=FEWEST))
    return lines


def chart_in_words(say: Say, view: Digest, zone: ZoneInfo) -> str:
    """What the picture shows, for those who cannot see it."""
    weeks = []
    for week in view.weeks:
        counts = [(say(label), week.words.get(word, 0)) for word, label in WORDS.items()]
        counts.append((say(NO_ANSWER), max(0, week.asked - week.answered)))
        weeks.append(
            f"{week.due_at.astimezone(zone):%Y-%m-%d}: "
            + ", ".join(f"{label} {count}" for label, count in counts)
        )
    lines = [say("Chart: how the weeks were, and the hours by service."), *weeks]
    return "\n".join([*lines, *service_lines(say, view.services)])


def no_figures(say: Say, _round_id: int = 0) -> Card:
    """In the digest's place, where its figures could not be counted."""
    return plain(say, say("Your weekly digest"), say("Type /supervision to see rounds and schedules."))


# --- one round -----------------------------------------------------------------------------------


def results(
    say: Say,
    asks: Questionnaire,
    found: Results,
    *,
    png: bytes | None,
    is_open: bool,
    round_id: int,
    missing: Sequence[str] = (),
    late: int = 0,
) -> Card:
    """What came of a round. ``missing`` are those who have not answered, where that has names."""
    hidden = asks.anonymous and is_open  # how the count grows would tell who answered when
    facts = [
        (say("Asked"), str(found.asked))
        if hidden
        else (say("Answered"), _rate(say, found.answered, found.asked))
    ]
    if missing:
        facts.append((say("Not yet"), _names(say, missing)))
    if late:
        facts.append((say("Late answers"), str(late)))
    blocks: list[Block] = [Fields(tuple(facts))]
    lines = result_lines(say, asks, found) if not hidden else []
    if png is not None and lines:
        blocks.append(Image(png, "\n".join(lines)[:FIELD_TEXT]))
    if lines:
        blocks.append(Text("\n".join(lines)[:_LINES]))
    if asks.anonymous:
        blocks.append(Text(_about_counts(say, found, is_open=is_open), TextStyle.QUIET))
    else:
        blocks.append(Buttons((Button(say("Answers by name"), action("round.answers", round_id)),)))
    state = say("so far") if is_open else say("closed")
    return Card(f"{asks.text(say, asks.title)} · {state}", tuple(blocks), say(FALLBACK))


def _about_counts(say: Say, found: Results, *, is_open: bool) -> str:
    if is_open:
        return say("This round has no names. Its counts come once, when it closes.")
    if found.counts is None:
        return say("Fewer than {count} answered, so nothing is shown, to protect them.", count=FEWEST)
    return say("This round has no names: only counts were kept.")


def result_lines(say: Say, asks: Questionnaire, found: Results) -> list[str]:
    """Each question with how often each option was chosen."""
    if found.counts is None:
        return []
    lines = []
    for question in asked_of(asks):
        counts = found.counts.get(question.key, {})
        if not any(counts.values()):
            continue
        parts = [f"{label}: {counts.get(value, 0)}" for value, label in asks.options(say, question)]
        lines.append(f"{asks.text(say, question.label)}\n  {', '.join(parts)}")
    return lines


def asked_of(asks: Questionnaire) -> list[Question]:
    """The questions that can be counted, the one with buttons first."""
    return [each for each in [*([asks.quick] if asks.quick else []), *asks.questions] if each.values()]


@dataclass(frozen=True)
class Given:
    """What somebody answered by name, as it reads: the answer by question."""

    person_id: int
    name: str
    answers: Mapping[str, str]
    late: bool

    def lines(self, say: Say) -> str:
        """All of it; where that is more than one text holds, each answer as far as there is room."""
        whole = [f"{label}: {answer}" for label, answer in self.answers.items()]
        most = TEXT_BLOCK // max(1, len(whole)) - 1
        if sum(len(line) + 1 for line in whole) > TEXT_BLOCK:
            whole = [line if len(line) <= most else f"{line[: most - 1]}…" for line in whole]
        return "\n".join(whole) or say("No answer in words.")


def answers(say: Say, asks: Questionnaire, found: Sequence[Given], *, round_id: int) -> Card:
    """Answers by name, as many as one card holds, and a button for those after them. Shown, never kept."""
    blocks: list[Block] = []
    room = _ANSWERS_TEXT
    for each in found[:ANSWERS]:
        mark_late = f" ({say('late')})" if each.late else ""
        name, lines = f"{short(say, each.name)}{mark_late}", each.lines(say)
        if blocks and len(name) + len(lines) > room:
            break
        room -= len(name) + len(lines)
        blocks += [Text(name, TextStyle.STRONG), Text(lines)]
    shown = found[: len(blocks) // 2]
    if not found:
        blocks.append(Text(say("Nobody has answered yet.")))
    if more := len(found) - len(shown):
        blocks.append(Text(say("and {count} more", count=more), TextStyle.QUIET))
        following = action("round.answers", round_id, shown[-1].person_id)
        blocks.append(Buttons((Button(say("More …"), following),)))
    return Card(asks.text(say, asks.title), tuple(blocks), say(FALLBACK))


def kept_results(found: Mapping[str, Any]) -> tuple[Results, bytes | None]:
    """The results and the picture that stand with a round since it closed."""
    picture = found.get("picture") or ""
    return from_json(found), base64.b64decode(picture) or None
