"""A round from its beginning to its end: asked, reminded at most twice, closed with what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.cards import supervision as cards
from handlers.chat import Card
from handlers.context import Context
from handlers.languages import Say
from handlers.meetings_times import next_open
from handlers.registry import Prompt, registry
from handlers.supervision_questions import Questionnaire, load
from handlers.supervision_send import Reader, awake, readers, send
from handlers.supervision_times import Calendar, Never, Rule, Span, days_later
from handlers.supervision_times import load as load_rule
from storage import supervision_people, supervision_rounds, supervision_sheets
from storage.db import Tx
from storage.programmes import Programme
from storage.supervision import OWN, Schedule
from storage.supervision_people import Recipient, Wish
from storage.supervision_rounds import Round
from storage.words import HELPING, Role

NUDGES = 2
"""How often somebody who has not answered is reminded, at most."""
APART = timedelta(hours=20)
"""Reminders lie at least this far apart; a round that is too short for that has fewer, or none."""


@dataclass(frozen=True)
class Plan:
    """What a schedule sends: its questions (if any can be answered), to whom, and when by itself."""

    asks: Questionnaire | None
    roles: frozenset[Role]
    rule: Rule
    prompt: Prompt | None = None

    def card(self, say: Say, round_id: int) -> Card:
        """The message that asks."""
        if self.prompt is not None:
            return self.prompt.card(say, round_id)
        assert self.asks is not None  # noqa: S101 - a coordinator's own prompt asks something
        return cards.question(say, self.asks, round_id)


async def plan_of(tx: Tx, programme_id: int, prompt: str, rule: str = "") -> Plan | None:
    """What a prompt sends; ``None`` if this version knows none of that name."""
    if prompt in registry.prompts:
        known = registry.prompts[prompt]
        default = f"cron {known.cron}" if known.cron else "never"
        return Plan(known.asks, known.roles, load_rule(rule or default), known)
    asks = await questions_of(tx, programme_id, prompt)
    return None if asks is None else Plan(asks, HELPING, load_rule(rule) if rule else Never())


async def questions_of(tx: Tx, programme_id: int, prompt: str) -> Questionnaire | None:
    """What a prompt asks; ``None`` if nothing."""
    if prompt in registry.prompts:
        return registry.prompts[prompt].asks
    number = prompt.removeprefix(OWN)
    if not prompt.startswith(OWN) or not number.isdigit():
        return None
    content = await supervision_people.own(tx, int(number), programme_id)
    try:
        return None if content is None else load(content)
    except (ValueError, KeyError, TypeError):  # sealed with a key that is gone
        return None


async def calendar_of(tx: Tx, programme_id: int) -> Calendar:
    """When a programme's school is open."""
    days = await supervision_people.school_days(tx, programme_id)
    return Calendar(
        tuple(Span(each.first, each.last) for each in days if each.kind == "term"),
        tuple(Span(each.first, each.last) for each in days if each.kind == "holiday"),
    )


def morning(wish: Wish, zone: ZoneInfo, calendar: Calendar, now: datetime) -> datetime:
    """When somebody can be written to: not in their quiet hours, and on a day on which school is open."""
    return awake(wish, zone, next_open(awake(wish, zone, now), zone, calendar))


async def mornings(
    tx: Tx, programme: Programme, to: Sequence[Recipient], now: datetime
) -> dict[int, datetime]:
    """From when on each of them may be written to, by the person's id; for everything that can wait.

    A page cannot, nor what follows from a case, nor that somebody would like to talk or is on their way.
    """
    zone, calendar = ZoneInfo(programme.time_zone), await calendar_of(tx, programme.id)
    wished = await supervision_people.wishes(tx, programme.id)
    return {
        each.person_id: morning(wished.get(each.person_id, Wish(each.person_id)), zone, calendar, now)
        for each in to
    }


async def start(
    tx: Tx, programme: Programme, schedule: Schedule, plan: Plan, *, due_at: datetime, now: datetime
) -> int:
    """Ask everybody whom it goes to and who takes no break. Returns the round's id.

    Whose quiet hours it is gets it when they are over, on a day on which school is open; who would get it
    only when the round is closed is not asked.
    """
    zone = ZoneInfo(programme.time_zone)
    closes_at = days_later(now, zone, schedule.open_for) if plan.asks else None
    nudge_at = _nudge_at(due_at, closes_at, 0) if closes_at else None
    round_id = await supervision_rounds.start(tx, schedule.id, due_at, closes_at=closes_at, nudge_at=nudge_at)
    team = [each for each in await readers(tx, programme, plan.roles) if not each.wish.is_paused(now)]
    due = _when_awake(team, zone, now, await calendar_of(tx, programme.id))
    asked = [each for each in team if closes_at is None or due[each.id] < closes_at]
    await supervision_rounds.ask(tx, round_id, [each.id for each in asked])
    if plan.asks is not None and plan.asks.anonymous:
        await supervision_sheets.lay_out(tx, round_id)
    await send(
        tx,
        programme,
        f"prompt:{schedule.id}:{due_at.isoformat()}",
        to=[each.to for each in asked],
        card=lambda say: plan.card(say, round_id),
        now=now,
        due=due,
    )
    return round_id


def _when_awake(
    asked: list[Reader], zone: ZoneInfo, now: datetime, calendar: Calendar
) -> dict[int, datetime]:
    """Now, or the next morning of each on a day on which school is open."""
    due = {}
    for each in asked:
        moment = awake(each.wish, zone, now)
        if moment > now:
            moment = awake(each.wish, zone, next_open(moment, zone, calendar))
        due[each.id] = moment
    return due


def _nudge_at(due_at: datetime, closes_at: datetime, nudges: int) -> datetime | None:
    """When to remind next: after a third and after two thirds of the time, or once in its middle."""
    span = closes_at - due_at
    most = NUDGES if span >= APART * (NUDGES + 1) else int(span >= APART)
    return due_at + span * (nudges + 1) / (most + 1) if nudges < most else None


async def nudge(tx: Tx, round_id: int, programme: Programme, now: datetime) -> bool:
    """Remind who has not answered (without names: everybody). Returns whether it was this process's turn.

    Whoever takes a break, or is no longer on the team, is left in peace; whose quiet hours it is hears it in
    the morning, unless they have answered by then or the round is over.
    """
    round_ = await supervision_rounds.get(tx, round_id, programme.id)
    if round_ is None or round_.closed_at is not None or round_.nudge_at is None or round_.nudge_at > now:
        return False
    closes_at = round_.closes_at or now
    following = _nudge_at(round_.due_at, closes_at, round_.nudges + 1)
    if following is not None:
        following = max(following, now + APART)
    if not await supervision_rounds.nudged(
        tx, round_, following if following and following < closes_at else None
    ):
        return False
    plan = await plan_of(tx, programme.id, round_.prompt)
    if plan is None or plan.asks is None or closes_at <= now:
        return True
    asks, zone = plan.asks, ZoneInfo(programme.time_zone)
    open_ones = await supervision_rounds.asked(tx, round_id)
    if not asks.anonymous:  # else who gets no message would tell who had answered by then
        open_ones -= await who_answered(tx, round_)
    calendar = await calendar_of(tx, programme.id)
    waiting = {
        each.id: each
        for each in await readers(tx, programme, plan.roles)
        if each.id in open_ones and not each.wish.is_paused(now)
    }
    due = _when_awake(list(waiting.values()), zone, now, calendar)
    to = [
        each.to
        for each in waiting.values()
        if due[each.id] < closes_at and calendar.is_open(due[each.id].astimezone(zone).date())
    ]
    await send(
        tx,
        programme,
        nudge_key(round_id, round_.nudges),
        to=to,
        card=lambda say: cards.nudge(say, asks, round_id),
        now=now,
        due=due,
    )
    return True


def nudge_key(round_id: int, number: int) -> str:
    """Under which a reminder waits in the outbox; behind it stands whom it goes to."""
    return f"nudge:{round_id}:{number}"


async def no_more_nudges(tx: Tx, round_id: int, person_id: int) -> None:
    """Somebody has answered, or takes a break: what waits for their morning does not go any more."""
    keys = [f"{nudge_key(round_id, number)}:{person_id}" for number in range(NUDGES)]
    await supervision_rounds.forget_waiting(tx, keys)


async def who_answered(tx: Tx, round_: Round) -> set[int]:
    """Who has answered a round, with or without a name beside the answer."""
    named = await supervision_rounds.who_answered(tx, round_.id)
    return named | await supervision_sheets.who_answered(tx, round_.id)


async def outstanding(ctx: Context) -> list[tuple[Round, Plan]]:
    """The open rounds that the person who acts was asked in and has not answered, the latest first."""
    found = []
    for round_ in await supervision_rounds.waiting_for(ctx.tx, ctx.programme.id, ctx.member.id):
        if ctx.member.id not in await who_answered(ctx.tx, round_):
            plan = await plan_of(ctx.tx, ctx.programme.id, round_.prompt)
            if plan is not None:
                found.append((round_, plan))
    return found
