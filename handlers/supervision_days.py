"""Days on which nothing is asked: terms, holidays, and people who are away."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from handlers.cards import supervision as helper_cards
from handlers.cards import supervision_staff as cards
from handlers.chat import (
    ButtonPressed,
    FormErrors,
    FormSubmitted,
    OpenForm,
    Reply,
)
from handlers.context import Arguments, Context, Effects
from handlers.registry import button, form
from handlers.supervision import plan_again
from handlers.supervision_polls import stop_reminding
from handlers.supervision_staff import overview_card
from handlers.supervision_times import (
    days_later,
)
from handlers.typed import Typed
from storage import roster, supervision_people
from storage.people import ADULTS
from storage.supervision_people import SchoolDays

_SPAN = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:\W+(?:\w+\W+)?(\d{4}-\d{2}-\d{2}))?$")


@button("school.days", roles=ADULTS)
async def ask_days(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """When is the school open?"""
    days = await supervision_people.school_days(ctx.tx, ctx.programme.id)
    return [OpenForm(cards.days_form(ctx.say, _as_lines(days, "term"), _as_lines(days, "holiday")))]


def _as_lines(days: Sequence[SchoolDays], kind: str) -> str:
    """A line for each, as it is typed; never longer than what was typed, so that the form holds it."""
    spans = [each for each in days if each.kind == kind]
    for between in (" – ", " "):
        lines = "\n".join(
            f"{each.first}" if each.first == each.last else f"{each.first}{between}{each.last}"
            for each in spans
        )
        if len(lines) <= cards.DAYS_TEXT:
            break
    return lines


@form("school.days", roles=ADULTS)
async def take_days(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Keep terms and holidays; everything that is planned goes by them from now on."""
    errors: dict[str, str] = {}
    found: list[SchoolDays] = []
    for name, kind in (("terms", "term"), ("holidays", "holiday")):
        for line in filter(None, (each.strip() for each in event.text(name).splitlines())):
            days = _span(line, kind)
            if days is None:
                errors[name] = ctx.say("“{line}” is not understood.", line=line[:40])
                break
            found.append(days)
    if errors:
        again = cards.days_form(ctx.say, event.text("terms"), event.text("holidays"))
        return [FormErrors(again, errors)]
    await supervision_people.set_school_days(ctx.tx, ctx.programme.id, found)
    await plan_again(ctx.tx, ctx.programme, ctx.now)
    return [Reply(await overview_card(ctx))]


def _span(line: str, kind: str) -> SchoolDays | None:
    match = _SPAN.match(line)
    if match is None:
        return None
    try:
        first = date.fromisoformat(match[1])
        last = date.fromisoformat(match[2] or match[1])
    except ValueError:
        return None
    return SchoolDays(kind, first, last) if first <= last else None


# --- people who are away -------------------------------------------------------------------------


@button("somebody.away", roles=ADULTS)
async def ask_away(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """Who is on leave?"""
    return [OpenForm(cards.away_form(ctx.say))]


@form("somebody.away", roles=ADULTS)
async def take_away(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Ask somebody nothing for a while, or again."""
    typed = Typed(event, ctx.say)
    user = typed.person("who", required=True)
    weeks = typed.choice("weeks", {"0", *(str(each) for each in helper_cards.WEEKS)})
    person = await roster.at(ctx.tx, ctx.connection.id, user) if user else None
    if user and person is None:
        typed.refuse("who", ctx.say("They are not on the team's list."))
    if typed.errors or person is None:
        return [FormErrors(cards.away_form(ctx.say), typed.errors)]
    before = await supervision_people.wish(ctx.tx, person.id)
    wish = replace(before, pause="", paused_until=before.ended_at(ctx.now))
    if weeks != "0":
        until = days_later(ctx.now, ctx.local_zone, int(weeks) * 7)
        wish = replace(wish, pause=helper_cards.AWAY, paused_until=until)
    await supervision_people.save_wish(ctx.tx, wish)
    if wish.pause and not person.roles & ADULTS:  # an adult's news waits for their morning
        await stop_reminding(ctx, person.id)
    return [Reply(await overview_card(ctx))]
