"""``/handrail rota``: the adults see who is on duty, say that they are away, and hand days to each other.

Being away or on duty changes who is paged first, and nothing of what somebody may see or do.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from handlers import cardjson, readiness, rota
from handlers.cards import rota as cards
from handlers.cards.rota import Duty, WeekHours, WeekView
from handlers.cards.words import short
from handlers.chat import (
    ButtonPressed,
    Card,
    CommandUsed,
    FormErrors,
    FormSubmitted,
    OpenForm,
    Reply,
    UpdateCard,
)
from handlers.context import Arguments, Context, Effects
from handlers.languages import say_in
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.roster import note
from handlers.roster_rules import COORDINATORS
from handlers.rota import Rota
from handlers.typed import Typed
from storage import adults, outbox, people
from storage import rota as stored
from storage.adults import Adult
from storage.outbox import NewMessage
from storage.people import ADULTS
from storage.words import Channel, Lane, Role

SHOWN = 7
HANDED_AHEAD = 28
"""Days in which somebody can hand their duty to somebody else."""
LONGEST = timedelta(days=400)
_TIME = re.compile(r"(\d{1,2})(?:[:.h]([0-5]\d)?)?")


# --- the week ----------------------------------------------------------------------------------


async def start(ctx: Context, _event: CommandUsed) -> Effects:
    """``/handrail rota``: the week."""
    if not ctx.member.is_adult:
        raise Refused(Refusal.NOT_ALLOWED)
    return [Reply(await _card(ctx))]


@button("rota", roles=ADULTS)
async def show(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The week; of a long list of hours, the part that begins at a number."""
    return [Reply(await _card(ctx, offset=arguments.number_or_none(0) or 0))]


async def _card(ctx: Context, news: str = "", *, offset: int = 0) -> Card:
    duty = await rota.of_programme(ctx.tx, ctx.programme, ctx.now)
    names = {adult.person_id: adult.name for adult in await _adults(ctx)}
    once = {each.person_id for each in duty.hours} - set(names)  # no adult of the team any more
    called = names | {person_id: await people.name(ctx.tx, person_id) for person_id in sorted(once)}
    first = _today(ctx)
    coordinator = Role.COORDINATOR in ctx.member.roles
    hours = [
        WeekHours(each.id, called[each.person_id], each.weekday, each.starts, each.ends)
        for each in duty.hours
    ]
    away = [
        (names[each.person_id], each.first, each.last)
        for each in duty.absences
        if each.person_id in names and each.last >= first
    ]
    days = [first + timedelta(days=number) for number in range(SHOWN)]
    view = WeekView(
        days=[(day, _duties(duty, day, names)) for day in days],
        away=away,
        coordinator=coordinator,
        hours=hours if coordinator else (),
        offset=offset,
        may_hand_over=bool(_own_days(ctx, duty)),
        is_away=any(each.person_id == ctx.member.id and each.last >= first for each in duty.absences),
    )
    return cards.week(ctx.say, view, await readiness.banner(ctx), news)


def _duties(duty: Rota, day: date, names: Mapping[int, str]) -> list[Duty]:
    away = duty.away(day)
    return [
        Duty(names[shift.person_id], shift.starts, shift.ends, shift.person_id in away)
        for shift in duty.shifts(day)
        if shift.person_id in names
    ]


def _today(ctx: Context) -> date:
    return rota.local_time(ctx.programme, ctx.now).date()


async def _adults(ctx: Context) -> list[Adult]:
    return [adult for adult in await adults.around(ctx.tx, ctx.programme.id) if adult.roles & ADULTS]


# --- hours of every week -----------------------------------------------------------------------


@button("rota.add", roles=COORDINATORS)
async def open_hours(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The form: who, on which days, from when until when."""
    return [OpenForm(cards.hours_form(ctx.say, await _adults(ctx), {}))]


@form("rota.add", roles=COORDINATORS)
async def take_hours(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Put somebody on duty."""
    typed = Typed(event, ctx.say)
    around = {str(adult.person_id): adult for adult in await _adults(ctx)}
    who = typed.choice("who", around)
    days = [int(day) for day in event.choices("days") if day in map(str, range(7))]
    if not days:
        typed.refuse("days", ctx.say("Please choose one."))
    starts, ends = _minutes(ctx, typed, "starts"), _minutes(ctx, typed, "ends")
    if starts == ends:
        typed.refuse("ends", ctx.say("It ends when it begins. Please look again."))
    if typed.errors:
        again = cards.hours_form(ctx.say, list(around.values()), typed.values, event.choices("days"))
        return [FormErrors(again, typed.errors)]
    person_id = around[who].person_id
    await stored.add_hours(ctx.tx, ctx.programme.id, person_id, days, starts=starts, ends=ends)
    await note(ctx, "duty_added", f"person:{person_id}")
    return [
        Reply(await _card(ctx, ctx.say("{name} is on duty then.", name=short(ctx.say, around[who].name))))
    ]


def _minutes(ctx: Context, typed: Typed, name: str) -> int:
    """A time of the day as people write it, in minutes; 24:00 is the end of the day."""
    found = _TIME.fullmatch(typed.line(name, cards.TIME, required=True).lower().replace(" ", ""))
    minutes = int(found[1]) * 60 + int(found[2] or 0) if found else rota.DAY + 1
    if minutes > rota.DAY:
        typed.refuse(name, ctx.say("Please write a time, such as 8:00 or 15:30."))
    return minutes


@button("rota.drop", roles=COORDINATORS)
async def drop_hours(ctx: Context, event: ButtonPressed, _arguments: Arguments) -> Effects:
    """Take hours off the week."""
    chosen = Arguments((event.value,)).number(0)
    if not await stored.remove_hours(ctx.tx, ctx.programme.id, chosen):
        raise Refused(Refusal.NOT_FOUND)
    await note(ctx, "duty_removed", f"duty:{chosen}")
    return [UpdateCard(await _card(ctx, ctx.say("Taken off.")))]


# --- days away ---------------------------------------------------------------------------------


@button("rota.away", roles=ADULTS)
async def open_away(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The form: from when until when; a coordinator can say it of others too, who may be ill."""
    values = {"who": str(ctx.member.id), "first": _today(ctx).isoformat()}
    return [OpenForm(cards.away_form(ctx.say, await _of_whom(ctx), values))]


@form("rota.away", roles=ADULTS)
async def take_away(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Somebody is away: paged last on these days, if nobody else is left, and nothing else."""
    typed = Typed(event, ctx.say)
    choice = await _of_whom(ctx)
    who = typed.choice("who", {str(adult.person_id) for adult in choice}) if choice else str(ctx.member.id)
    first, last = _date(ctx, typed, "first"), _date(ctx, typed, "last")
    if not typed.errors and not max(first, _today(ctx)) <= last <= _today(ctx) + LONGEST:
        typed.refuse("last", ctx.say("That is before the first day, over, or too far ahead."))
    if typed.errors:
        return [FormErrors(cards.away_form(ctx.say, choice, typed.values), typed.errors)]
    await stored.add_absence(ctx.tx, int(who), first, last)
    await note(ctx, "away", f"person:{who}")
    name = short(ctx.say, await people.name(ctx.tx, int(who)))
    return [Reply(await _card(ctx, ctx.say("{name} is paged last on these days.", name=name)))]


async def _of_whom(ctx: Context) -> list[Adult]:
    return await _adults(ctx) if Role.COORDINATOR in ctx.member.roles else []


def _date(ctx: Context, typed: Typed, name: str) -> date:
    try:
        return date.fromisoformat(typed.line(name, cards.DATE, required=True))
    except ValueError:
        example = _today(ctx).isoformat()
        typed.refuse(name, ctx.say("Please write a date like {example}.", example=example))
        return date.min


@button("rota.back", roles=ADULTS)
async def come_back(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The person who acts is not away after all, today or later."""
    await stored.drop_absences(ctx.tx, ctx.member.id, _today(ctx))
    await note(ctx, "back", f"person:{ctx.member.id}")
    return [UpdateCard(await _card(ctx, ctx.say("Good to have you back.")))]


# --- handing a day on --------------------------------------------------------------------------


def _own_days(ctx: Context, duty: Rota) -> list[date]:
    """The coming days on which the person who acts is on duty."""
    every = [_today(ctx) + timedelta(days=number) for number in range(HANDED_AHEAD)]
    return [day for day in every if any(shift.person_id == ctx.member.id for shift in duty.shifts(day))]


@button("rota.hand", roles=ADULTS)
async def open_hand(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The form: which day, and who is asked."""
    days, others = await _what_to_hand(ctx)
    if not days or not others:
        raise Refused(Refusal.NOT_FOUND)
    return [OpenForm(cards.hand_form(ctx.say, days, others, {}))]


@form("rota.hand", roles=ADULTS)
async def take_hand(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Ask somebody to take a day; it stays with whoever asks until they say yes."""
    typed = Typed(event, ctx.say)
    days, others = await _what_to_hand(ctx)
    if not days or not others:
        raise Refused(Refusal.NOT_FOUND)
    day = typed.choice("day", {each.isoformat() for each in days})
    who = typed.choice("who", {str(adult.person_id) for adult in others})
    if typed.errors:
        return [FormErrors(cards.hand_form(ctx.say, days, others, typed.values), typed.errors)]
    on = date.fromisoformat(day)
    asked = await stored.ask(ctx.tx, ctx.programme.id, on, giver_id=ctx.member.id, taker_id=int(who))
    language = await people.locale(ctx.tx, asked.taker_id) or ctx.programme.locale
    card = cards.asked(say_in(language), asked.id, ctx.member.name, on)
    await _tell(ctx, asked.taker_id, f"swap:{asked.id}", card)
    name = short(ctx.say, next(adult.name for adult in others if adult.person_id == asked.taker_id))
    return [Reply(await _card(ctx, ctx.say("{name} is asked. Until then you stay on duty.", name=name)))]


async def _what_to_hand(ctx: Context) -> tuple[list[date], list[Adult]]:
    """One's own days, and the other adults who can be asked in chat."""
    duty = await rota.of_programme(ctx.tx, ctx.programme, ctx.now)
    there = rota.in_chat(await people.ladder(ctx.tx, ctx.programme.id)) - {ctx.member.id}
    return _own_days(ctx, duty), [adult for adult in await _adults(ctx) if adult.person_id in there]


@button("rota.take", roles=ADULTS)
async def answer(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Yes or no to a day; a yes counts only while the day is to come and still the asker's."""
    accepted = arguments.word(1) == "yes"
    swap = await stored.swap(ctx.tx, ctx.programme.id, arguments.number(0))
    if swap is None or swap.taker_id != ctx.member.id:
        raise Refused(Refusal.NOT_FOUND)
    duty = await rota.of_programme(ctx.tx, ctx.programme, ctx.now)
    theirs = any(shift.person_id == swap.giver_id for shift in duty.shifts(swap.day))
    if swap.answered_at is not None or swap.day < _today(ctx) or (accepted and not theirs):
        raise Refused(Refusal.CHANGED)
    await stored.answer(ctx.tx, swap.id, accepted=accepted, now=ctx.now)
    await note(ctx, "duty_taken" if accepted else "duty_not_taken", f"person:{swap.giver_id}")
    language = await people.locale(ctx.tx, swap.giver_id) or ctx.programme.locale
    card = cards.answered(say_in(language), ctx.member.name, swap.day, accepted=accepted)
    await _tell(ctx, swap.giver_id, f"swapped:{swap.id}", card)
    return [UpdateCard(cards.took(ctx.say, swap.day, accepted=accepted))]


async def _tell(ctx: Context, person_id: int, key: str, card: Card) -> None:
    """A message to an adult of the team, where they are paged in chat."""
    entries = [each for each in await people.ladder(ctx.tx, ctx.programme.id) if each.person_id == person_id]
    message = NewMessage(
        key=key,
        lane=Lane.REST,
        connection_id=0,
        user="",
        person_id=person_id,
        card=cardjson.dump(card),
        due_at=ctx.now,
    )
    messages = [
        replace(
            message,
            key=f"{key}:{to.connection_id}:{to.user}",
            connection_id=to.connection_id,
            user=to.user,
        )
        for to in entries
        if to.channel is Channel.CHAT
    ]
    await outbox.add(ctx.tx, messages, ctx.now)
