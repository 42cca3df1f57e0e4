"""The digest every Monday, and what came of a round when it closes.

A picture takes a while to draw, so figures are counted first, drawn without a transaction open, and counted
again where the message is written. If they are not the same by then, the next tick does it anew.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import structlog
from babel.dates import format_datetime

from handlers import agreements, coverage, trainings
from handlers.cards import supervision as helper_cards
from handlers.cards import supervision_digest as cards
from handlers.cards.words import service
from handlers.chat import Card, VocabularyError
from handlers.languages import Say, say_in
from handlers.registry import prompt
from handlers.supervision_chart import Bars, Panel, Stack, draw_each
from handlers.supervision_figures import (
    FULL,
    HEAVY,
    RAISED,
    SILENT,
    TALK,
    Digest,
    Reason,
    Results,
    Week,
    as_json,
    count,
    hide_small,
    silent_since,
    to_see,
)
from handlers.supervision_questions import SCALE, Kind, Questionnaire
from handlers.supervision_rounds import calendar_of, mornings, plan_of
from handlers.supervision_send import coordinators, send
from storage import (
    attendance,
    checkins,
    events,
    pairing,
    peers,
    programmes,
    roster,
    supervision,
    supervision_figures,
    supervision_people,
    supervision_rounds,
    supervision_sheets,
)
from storage.db import Database, Tx
from storage.programmes import Programme
from storage.supervision_figures import Load
from storage.supervision_people import Recipient, Wish
from storage.supervision_rounds import Round
from storage.words import HELPING, Role

log = structlog.get_logger(__name__)

DIGEST = "digest"
WEEK = timedelta(days=7)
WEEKS = 8
"""How many weeks the trend goes back."""


@prompt(DIGEST, cron="0 8 * * mon", roles=frozenset({Role.COORDINATOR}))
def weekly_digest(say: Say, round_id: int) -> Card:
    """Every Monday at eight, before the helpers are asked."""
    return cards.no_figures(say, round_id)


# --- figures -----------------------------------------------------------------------------------


async def figures(
    tx: Tx, programme: Programme, viewer_id: int, now: datetime, *, since: datetime | None = None
) -> Digest:
    """What was since a moment (seven days ago, if none is given), as one adult may know of it."""
    since = since or now - WEEK
    weeks = await _weeks(tx, programme, now)
    of_cases = await supervision_figures.case_figures(tx, programme.id, viewer_id, since, now)
    loads = await supervision_figures.loads(tx, programme.id, HELPING, since, now)
    wishes = await supervision_people.wishes(tx, programme.id)
    paused = {number: wish for number, wish in wishes.items() if wish.is_paused(now)}
    silent = await _silent(tx, programme, loads, wishes, now)
    said: dict[int, set[Reason]] = await _said(tx, programme, since)
    for number in of_cases.raised_by:
        said.setdefault(number, set()).add(RAISED)
    for each in silent:
        said.setdefault(each.person_id, set()).add(SILENT)
    seconds = of_cases.acknowledge_seconds
    duty = await coverage.ahead(tx, programme, now)
    agreed = await agreements.standing(tx, programme, now)
    return Digest(
        since=since,
        until=now,
        weeks=weeks,
        services=hide_small(await checkins.totals(tx, programme.id, since, now)),
        loads=tuple(loads),
        acknowledge_minutes=median(seconds) / 60 if seconds else None,
        opened=of_cases.opened,
        waiting=of_cases.waiting,
        drills=of_cases.drills,
        silent=tuple(each.name for each in silent),
        to_see=to_see(loads, said, weeks=(now - since) / WEEK),
        paused=tuple((each.name, paused[each.person_id].pause) for each in loads if each.person_id in paused),
        meetings=await attendance.totals(tx, programme.id, since, now),
        gaps=duty.gaps,
        all_away=duty.all_away,
        unsigned=agreed.unsigned if agreed else (),
        renew_on=agreed.renew_on if agreed else None,
        untrained=await trainings.without_it(tx, programme, since, now),
        training_ends=await trainings.ending(tx, programme, now),
        certificates_end=await trainings.certificates_ending(tx, programme, now),
        peers_waiting=len(await pairing.waiting(tx, programme.id)),
        codes_used=len(await peers.codes_used(tx, programme.id)),
    )


async def _silent(
    tx: Tx, programme: Programme, loads: Sequence[Load], wishes: Mapping[int, Wish], now: datetime
) -> list[Load]:
    """Of whom nothing was heard for two weeks of school in which they were on the team, without a break."""
    since = silent_since(now, ZoneInfo(programme.time_zone), await calendar_of(tx, programme.id))
    if since is None or await supervision_figures.began_at(tx, programme.id) > since:
        return []
    here = await supervision_figures.heard_of(tx, programme.id, since)
    here |= await roster.came_since(tx, programme.id, since)
    here |= {number for number, wish in wishes.items() if wish.paused_until and wish.paused_until > since}
    return [each for each in loads if each.person_id not in here]


async def _told_until(tx: Tx, programme: Programme, now: datetime) -> datetime:
    """Up to when the last digest told that was really made; seven days ago at the latest.

    So after holidays, or where the bot was away, the next one leaves nothing out.
    """
    schedule = await supervision.of_prompt(tx, programme.id, DIGEST)
    made = await supervision_rounds.last_made(tx, schedule.id, now) if schedule else None
    return min(made or now, now - WEEK)


async def _weekly_rounds(tx: Tx, programme: Programme, most: int) -> list[Round]:
    schedule = await supervision.of_prompt(tx, programme.id, "weekly")
    if schedule is None:
        return []
    found = await supervision_rounds.latest(tx, programme.id, most * 2, schedule_id=schedule.id)
    return [each for each in found if not each.skipped][:most]


async def _weeks(tx: Tx, programme: Programme, now: datetime) -> tuple[Week, ...]:
    found = [each for each in await _weekly_rounds(tx, programme, WEEKS) if each.due_at < now]
    asked = await supervision_rounds.counts(tx, [each.id for each in found])
    weeks = []
    for each in reversed(found):
        given = [answer.word for answer in await supervision_rounds.answers(tx, each.id) if not answer.late]
        counted = {word: given.count(word) for word in helper_cards.WORDS}
        weeks.append(Week(each.due_at, asked.get(each.id, 0), len(given), counted))
    return tuple(weeks)


async def _said(tx: Tx, programme: Programme, since: datetime) -> dict[int, set[Reason]]:
    """What helpers have said of themselves by name since a moment."""
    found: dict[int, set[Reason]] = {}
    for person in await events.who_did(tx, programme.id, "asked_to_talk", since):
        found.setdefault(person, set()).add(TALK)
    for round_ in await _weekly_rounds(tx, programme, WEEKS):
        for answer in await supervision_rounds.answers(tx, round_.id):
            if answer.at < since:
                continue
            reasons = found.setdefault(answer.person_id, set())
            reasons |= {TALK} if answer.word == "talk" else {HEAVY} if answer.word == "heavy" else set()
            reasons |= {FULL} if answer.content.get("full") == "5" else set()
    return found


# --- pictures ----------------------------------------------------------------------------------


def panels(say: Say, view: Digest, zone: ZoneInfo) -> tuple[Panel, ...]:
    """What the digest's picture shows; nothing of cases, and no small service by its name."""
    found: list[Panel] = []
    if view.weeks:
        columns = tuple(
            format_datetime(week.due_at.astimezone(zone), "d\nMMM", locale=say.language)
            for week in view.weeks
        )
        parts = tuple(
            (say(label), tuple(week.words.get(word, 0) for week in view.weeks))
            for word, label in helper_cards.WORDS.items()
        )
        rest = tuple(max(0, week.asked - week.answered) for week in view.weeks)
        found.append(Stack(say("How the weeks were"), columns, parts, (say(helper_cards.NO_ANSWER), rest)))
    shown = list(view.services.shown)
    bars = [(service(say, each.service), float(each.minutes), say.length(each.minutes)) for each in shown]
    if view.services.others is not None:
        minutes = view.services.others.minutes
        bars.append((say("Other services"), float(minutes), say.length(minutes)))
    if bars:
        found.append(Bars(say("Hours by service"), tuple(bars)))
    return tuple(found)


def result_panels(say: Say, asks: Questionnaire, found: Results) -> tuple[Panel, ...]:
    """A round's picture: lying bars for what was answered; the scales together, as averages."""
    panels, scales = list[Panel](), list[tuple[str, float, str]]()
    for question in cards.asked_of(asks):
        counts = (found.counts or {}).get(question.key, {})
        answered = sum(counts.values())
        if not answered:
            continue
        label = asks.text(say, question.label)
        if question.kind is Kind.SCALE:
            mean = sum(int(value) * number for value, number in counts.items()) / answered
            scales.append((label, mean, f"{mean:.1f}"))
        else:
            options = [(text, counts.get(value, 0)) for value, text in asks.options(say, question)]
            panels.append(Bars(label, tuple((text, float(number), str(number)) for text, number in options)))
    if scales:
        panels.append(Bars(say("On average, from 1 to 5"), tuple(scales), full=len(SCALE)))
    return tuple(panels)


async def picture(of: Sequence[Panel]) -> bytes | None:
    """The picture, or none where there is nothing to draw or drawing fails: the text says it all anyway."""
    return (await pictures([of]))[0]


async def pictures(of: Sequence[Sequence[Panel]]) -> list[bytes | None]:
    """The same for several."""
    wanted = [panels for panels in of if panels]
    try:
        made = iter(await draw_each(wanted) if wanted else ())
    except Exception:
        log.error("chart_failed", exc_info=True)
        return [None] * len(of)
    return [next(made) if panels else None for panels in of]


# --- every Monday ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drawn:
    """What each reader's digest says, with the picture in their language."""

    to: Recipient
    figures: Digest
    png: bytes | None


async def draw_digests(database: Database, programme_id: int, now: datetime) -> list[Drawn]:
    """Count and draw what goes to each coordinator, before anything is written."""
    async with database.read() as tx:
        programme = await programmes.get(tx, programme_id)
        since = await _told_until(tx, programme, now)
        counted = [
            (to, await figures(tx, programme, to.person_id, now, since=since))
            for to in await coordinators(tx, programme)
        ]
    zone, drawn = ZoneInfo(programme.time_zone), list[Drawn]()
    made: dict[str, bytes | None] = {}
    for to, view in counted:
        say = say_in(to.locale or programme.locale)
        if say.language not in made:
            made[say.language] = await picture(panels(say, view, zone))
        drawn.append(Drawn(to, view, made[say.language]))
    return drawn


async def write_digests(
    tx: Tx, programme: Programme, key: str, drawn: Sequence[Drawn], now: datetime
) -> None:
    """Write what was drawn; the figures were counted as of the same moment."""
    zone = ZoneInfo(programme.time_zone)
    due = await mornings(tx, programme, [each.to for each in drawn], now)
    for each in drawn:

        def card(say: Say, each: Drawn = each) -> Card:
            try:
                return cards.digest(say, each.figures, zone, each.png)
            except VocabularyError:  # more than one card holds: nobody's digest waits for that
                log.error("digest_does_not_fit", programme=programme.id)
                return cards.no_figures(say)

        await send(tx, programme, key, to=[each.to], card=card, now=now, due=due)


async def first_reader_at(tx: Tx, programme: Programme, now: datetime) -> datetime:
    """When the first of those who read the digest may be written to; now, if nobody reads it."""
    to = await coordinators(tx, programme)
    return min((await mornings(tx, programme, to, now)).values(), default=now)


# --- at the end of a round ---------------------------------------------------------------------


async def close_due(database: Database, now: datetime) -> int:
    """Close every round whose time is over, and say what came of it. Returns how many were looked at."""
    async with database.read() as tx:
        waiting = await supervision_rounds.to_close(tx, now)
    for round_id in waiting:
        try:
            await _close(database, round_id, now)
        except Exception:
            log.error("round_not_closed", id=round_id, exc_info=True)
    return len(waiting)


@dataclass(frozen=True)
class _Outcome:
    asks: Questionnaire
    results: Results
    missing: tuple[str, ...]


async def _close(database: Database, round_id: int, now: datetime) -> None:
    async with database.read() as tx:
        round_ = await supervision_rounds.look(tx, round_id)
        if round_ is None:
            return
        programme = await programmes.get(tx, round_.programme_id)
        before = await outcome(tx, round_)
        readers = await coordinators(tx, programme)
    pictures: dict[str, bytes | None] = {}
    for language in {say_in(to.locale or programme.locale).language for to in readers}:
        if before is not None:
            pictures[language] = await picture(result_panels(say_in(language), before.asks, before.results))
    async with database.write() as tx:
        held = await supervision_rounds.get(tx, round_id, programme.id)
        if held is None or not held.is_open or await outcome(tx, held) != before:
            return  # closed by another process, or answered meanwhile: the next tick counts anew
        kept = (
            None if before is None else _kept(before.results, pictures.get(say_in(programme.locale).language))
        )
        if await supervision_rounds.close(tx, round_id, now, kept) and before is not None:
            await supervision_sheets.take_down(tx, round_id)
            await _tell(tx, programme, held, before, pictures=pictures, now=now)


def _kept(results: Results, png: bytes | None) -> Mapping[str, object]:
    return {**as_json(results), "picture": base64.b64encode(png).decode() if png else ""}


async def outcome(tx: Tx, round_: Round) -> _Outcome | None:
    """What came of a round so far; ``None`` where nothing can be answered."""
    plan = await plan_of(tx, round_.programme_id, round_.prompt)
    if plan is None or plan.asks is None:
        return None
    asked = await supervision_rounds.asked(tx, round_.id)
    if plan.asks.anonymous:
        sheet = await supervision_sheets.answers(tx, round_.id)
        return _Outcome(plan.asks, count(plan.asks, sheet, len(asked), len(sheet)), ())
    given = [each for each in await supervision_rounds.answers(tx, round_.id) if not each.late]
    quick = plan.asks.quick.key if plan.asks.quick else ""
    answers = [{**each.content, quick: each.word} if each.word else each.content for each in given]
    results = count(plan.asks, answers, len(asked), len(given))
    open_ones = asked - {each.person_id for each in given}
    names = await supervision_people.names(tx, round_.programme_id, open_ones)
    return _Outcome(plan.asks, results, tuple(names.values()))


async def _tell(
    tx: Tx,
    programme: Programme,
    round_: Round,
    found: _Outcome,
    *,
    pictures: Mapping[str, bytes | None],
    now: datetime,
) -> None:
    def card(say: Say) -> Card:
        return cards.results(
            say,
            found.asks,
            found.results,
            png=pictures.get(say.language),
            is_open=False,
            round_id=round_.id,
            missing=found.missing,
        )

    to = await coordinators(tx, programme)
    due = await mornings(tx, programme, to, now)
    await send(tx, programme, f"results:{round_.id}", to=to, card=card, now=now, due=due)
