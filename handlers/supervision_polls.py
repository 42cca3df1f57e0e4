"""Answers: by a tap, by one form, by name; and when somebody may be asked at all."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers import countries
from handlers.cards import supervision as cards
from handlers.chat import ButtonPressed, FormErrors, FormSubmitted, OpenForm, Reply, UpdateCard, action
from handlers.context import Arguments, Context, Effects
from handlers.refusals import Refusal, Refused
from handlers.registry import button, form
from handlers.roster import note
from handlers.supervision_questions import Kind, Questionnaire, read_values
from handlers.supervision_rounds import no_more_nudges, plan_of, who_answered
from handlers.supervision_send import coordinators, send
from handlers.supervision_times import days_later
from handlers.typed import Typed
from storage import meetings, supervision_people, supervision_rounds
from storage.supervision_people import Wish
from storage.supervision_rounds import Round

HOUR = 60


async def own_round(ctx: Context, round_id: int) -> tuple[Round, Questionnaire]:
    """A round that was put to the person who acts, held until the transaction ends, and what it asks."""
    round_ = await supervision_rounds.get(ctx.tx, round_id, ctx.programme.id)
    plan = await plan_of(ctx.tx, ctx.programme.id, round_.prompt) if round_ and not round_.skipped else None
    if round_ is None or plan is None or plan.asks is None:
        raise Refused(Refusal.NOT_FOUND)
    asked = await supervision_rounds.asked(ctx.tx, round_id)
    # A round of an earlier version did not keep who was asked.
    if ctx.member.id not in asked and (asked or not ctx.member.roles & plan.roles):
        raise Refused(Refusal.NOT_FOUND)
    return round_, plan.asks


@button("weekly")
async def tap(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Keep the answer of a button; who would like to talk is passed on to the coordinators."""
    round_id, word = arguments.number(0), arguments.word(1)
    if word not in cards.WORDS:
        raise Refused(Refusal.OLD_BUTTON)
    round_, asks = await own_round(ctx, round_id)
    if asks.quick is None:
        raise Refused(Refusal.OLD_BUTTON)
    late = not round_.is_open
    kept = await supervision_rounds.answer(ctx.tx, round_id, ctx.member.id, word=word, late=late, now=ctx.now)
    await no_more_nudges(ctx.tx, round_id, ctx.member.id)
    if word == "talk":
        await tell_of_wish_to_talk(ctx, round_id)
    if not kept:
        return [UpdateCard(cards.stays(ctx.say, word))]
    return [UpdateCard(cards.kept_late(ctx.say) if late else cards.thanks(ctx.say, word, round_id))]


async def tell_of_wish_to_talk(ctx: Context, round_id: int) -> None:
    """Pass on, by name and once a round, that somebody would like to talk."""
    name = ctx.member.name
    to = await coordinators(ctx.tx, ctx.programme)
    key = f"talk:{round_id}:{ctx.member.id}"
    await send(
        ctx.tx, ctx.programme, key, to=to, card=lambda say: cards.wants_to_talk(say, name), now=ctx.now
    )


@button("poll.open", remembered=False)
async def open_form(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Open the questions. That somebody did so is kept nowhere: it would tell when they answered."""
    round_, asks = await own_round(ctx, arguments.number(0))
    if asks.anonymous:
        if not round_.is_open:
            return [Reply(cards.closed_without_name(ctx.say))]
        if ctx.member.id in await who_answered(ctx.tx, round_):
            return [Reply(cards.answered_before(ctx.say))]
        return [OpenForm(cards.form(ctx.say, asks, action("poll.unnamed", round_.id), {}))]
    before = await supervision_rounds.own_answer(ctx.tx, round_.id, ctx.member.id)
    if before is not None and not before.late and not round_.is_open:
        return [Reply(cards.stays(ctx.say))]
    answers = before.content if before else {}
    return [OpenForm(cards.form(ctx.say, asks, action("poll.form", round_.id), answers))]


@form("poll.form")
async def take_form(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep the answers by name; whatever was written in them was screened and paged before."""
    round_, asks = await own_round(ctx, arguments.number(0))
    if asks.anonymous:
        raise Refused(Refusal.OLD_FORM)
    late = not round_.is_open
    kept = await supervision_rounds.answer(
        ctx.tx,
        round_.id,
        ctx.member.id,
        content=_content(ctx, asks, event),
        late=late,
        now=ctx.now,
    )
    await no_more_nudges(ctx.tx, round_.id, ctx.member.id)
    if not kept:
        return [Reply(cards.stays(ctx.say))]
    return [Reply(cards.kept_late(ctx.say) if late else cards.answered(ctx.say, round_.id))]


def _content(ctx: Context, asks: Questionnaire, event: FormSubmitted) -> dict[str, str | list[str]]:
    """The answers; without words that opened a case: those stand with it, for its adults and nobody else."""
    found = read_values(asks, event.values)
    if ctx.raised is None:
        return found
    words = {question.key for question in asks.questions if question.kind is Kind.TEXT}
    return {key: value for key, value in found.items() if key not in words}


@button("poll.talk")
async def talk(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """Somebody asked without names gives theirs, to talk. The trail does not say in which round."""
    round_, _ = await own_round(ctx, arguments.number(0))
    await tell_of_wish_to_talk(ctx, round_.id)
    await note(ctx, "asked_to_talk", "supervision")
    return [Reply(cards.talk_asked(ctx.say))]


# --- pauses and quiet hours ----------------------------------------------------------------------


@button("prompts.wishes")
async def open_wishes(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """When may I be asked?"""
    wish = await supervision_people.wish(ctx.tx, ctx.member.id)
    return [OpenForm(cards.wishes_form(ctx.say, wish, paused=wish.is_paused(ctx.now)))]


@form("prompts.wishes")
async def take_wishes(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Keep it. Whoever starts a pause is not reminded of what they were asked before it either."""
    typed = Typed(event, ctx.say)
    pause = typed.choice("pause", {"none", cards.AS_IT_IS, *cards.PAUSES})
    weeks = typed.choice("weeks", {str(each) for each in cards.WEEKS})
    evening = typed.choice("quiet_from", {str(each) for each in cards.EVENINGS})
    morning = typed.choice("quiet_until", {str(each) for each in cards.MORNINGS})
    zone = _zone(ctx, typed)
    before = await supervision_people.wish(ctx.tx, ctx.member.id)
    paused = before.is_paused(ctx.now)
    if typed.errors:
        return [FormErrors(cards.wishes_form(ctx.say, before, paused=paused), typed.errors)]
    wish = Wish(ctx.member.id, zone, int(evening) * HOUR, int(morning) * HOUR)
    if pause == cards.AS_IT_IS:
        wish = replace(wish, pause=before.pause, paused_until=before.paused_until)
    elif pause == "none":
        wish = replace(wish, paused_until=before.ended_at(ctx.now))
    else:
        until = days_later(ctx.now, ctx.local_zone, int(weeks) * 7)
        wish = replace(wish, pause=pause, paused_until=until)
    await supervision_people.save_wish(ctx.tx, wish)
    if wish.is_paused(ctx.now) and not ctx.member.is_adult:  # an adult's news waits for their morning
        await stop_reminding(ctx, ctx.member.id)
    return [Reply(cards.wishes_saved(ctx.say, until_when(ctx, wish, ctx.now)))]


def until_when(ctx: Context, wish: Wish, now: datetime) -> str:
    """Until when somebody is asked nothing, for people; empty if they are."""
    if not wish.is_paused(now) or wish.paused_until is None:
        return ""
    return ctx.say.clock_time(wish.paused_until, ctx.local_zone, now)


async def stop_reminding(ctx: Context, person_id: int) -> None:
    """What waits for somebody's morning does not go any more: no question, meeting, pair or request."""
    await supervision_rounds.forget_all_waiting(ctx.tx, person_id, ctx.now)
    await meetings.forget_reminders(ctx.tx, person_id)


def _zone(ctx: Context, typed: Typed) -> str:
    written = typed.line("time_zone", cards.ZONE)
    if not written:
        return ""
    zone = countries.read_zone(written, ctx.programme.country)
    if not zone:
        typed.refuse("time_zone", ctx.say("There is no such time zone. Write a big city, such as Lisbon."))
        return ""
    ZoneInfo(zone)
    return zone
