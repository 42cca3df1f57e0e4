"""Service hours, milestones and thanks: for each helper alone. There is no list of who did most."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from handlers import peer_codes
from handlers.cards import recognition as cards
from handlers.cards.recognition import CHECK_INS, HOURS
from handlers.certificate import Certificate
from handlers.chat import ButtonPressed, Card, CommandUsed, FormErrors, FormSubmitted, OpenForm, Reply
from handlers.context import Arguments, Context, Effects
from handlers.languages import mark, say_in
from handlers.pages import Page
from handlers.registry import button, command, form
from handlers.report_figures import hours as hours_of
from handlers.roster import note
from handlers.supervision_send import awake, send
from handlers.typed import Typed
from storage import recognition, roster, supervision_people
from storage.db import Tx
from storage.people import ADULTS, Person
from storage.programmes import Programme
from storage.recognition import Given
from storage.words import HELPING


@command("hours", summary=mark("Your service hours, and a certificate of them"))
async def hours(ctx: Context, _event: CommandUsed) -> Effects:
    """What somebody has given, and what comes next."""
    return [Reply(await _hours(ctx))]


@button("hours")
async def hours_by_button(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """The same by a button."""
    return [Reply(await _hours(ctx))]


async def _hours(ctx: Context) -> Card:
    given = await recognition.given(ctx.tx, ctx.member.id)
    return cards.hours(ctx.say, given, reached(given), ctx.local_zone)


@button("hours.certificate")
async def certificate(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """A certificate of service hours: a link to it, or what stands on it where there can be no link."""
    found = await certificate_of(ctx.tx, ctx.programme, ctx.member)
    if found is None:
        return [Reply(cards.nothing_yet(ctx.say))]
    return [Reply(cards.certificate(ctx.say, found, ctx.link(Page.CERTIFICATE, ctx.member.id)))]


async def certificate_of(tx: Tx, programme: Programme, person: Person) -> Certificate | None:
    """What stands on a helper's certificate; ``None`` before the first check-in."""
    given = await recognition.given(tx, person.id)
    if given.first is None or given.last is None:
        return None
    say, zone = say_in(person.locale or programme.locale), ZoneInfo(programme.time_zone)
    first, last = (moment.astimezone(zone).date() for moment in (given.first, given.last))
    return Certificate(
        title=say("Certificate of service"),
        name=person.name,
        lines=(
            say(
                "gave {length} to others as a peer helper",
                length=hours_of(say, max(given.minutes // 60 * 60, min(given.minutes, 59))),
            ),
            say("in {programme}", programme=programme.name),
            say("{first} to {last}", first=say.whole_day(first), last=say.whole_day(last)),
        ),
        signature=say("Coordinator, date"),
        made=say("Hours as logged by the helper."),
    )


def reached(given: Given) -> tuple[int, int]:
    """The last milestones that were reached: in check-ins and in hours; 0 where none was."""
    return _last(CHECK_INS, given.check_ins), _last(HOURS, given.minutes // 60)


def _last(steps: Sequence[int], number: int) -> int:
    return max((step for step in steps if step <= number), default=0)


async def milestone(ctx: Context, minutes: int) -> str:
    """What is said beside a check-in of so many minutes that was just logged and has reached a milestone.

    Nothing where the check-in raised a concern: that is no moment for congratulations.
    """
    if ctx.raised is not None:
        return ""
    now = await recognition.given(ctx.tx, ctx.member.id)
    before = Given(now.check_ins - 1, now.minutes - minutes, now.first, now.last)
    new, old = reached(now), reached(before)
    if new[1] > old[1]:
        return cards.hours_reached(ctx.say, new[1])
    return cards.check_ins_reached(ctx.say, new[0]) if new[0] > old[0] else ""


# --- thanks ------------------------------------------------------------------------------------


@command("thanks", summary=mark("For coordinators: thank a helper, in a message to them alone"), roles=ADULTS)
async def thanks(ctx: Context, _event: CommandUsed) -> Effects:
    """Whom, and for what?"""
    return [OpenForm(cards.thanks_form(ctx.say))]


@form("thanks", roles=ADULTS)
async def take_thanks(ctx: Context, event: FormSubmitted, _arguments: Arguments) -> Effects:
    """Send a thank-you to one helper. Words that raised a concern are not passed on: an adult has them."""
    if ctx.raised is not None:
        return [Reply(cards.thanks_held(ctx.say))]
    typed = Typed(event, ctx.say)
    user, words = typed.person("who", required=True), event.text("words").strip()
    if not words:
        typed.refuse("words", ctx.say("Please fill this in."))
    if len(words) > cards.WORDS:
        typed.refuse("words", ctx.say("At most {most} characters, please.", most=cards.WORDS))
    if peer_codes.find(words):
        typed.refuse("words", ctx.say("Please leave peer codes out: thanks are about the helper."))
    person = await roster.at(ctx.tx, ctx.connection.id, user) if user else None
    if user and (person is None or person.suspended or not person.roles & HELPING):
        typed.refuse("who", ctx.say("They are no helper of this team."))
    if typed.errors or person is None:
        return [FormErrors(cards.thanks_form(ctx.say), typed.errors)]
    every = await supervision_people.recipients(ctx.tx, ctx.programme.id, HELPING)
    to = [each for each in every if each.person_id == person.id]
    wish = await supervision_people.wish(ctx.tx, person.id)
    name = ctx.member.name
    await send(
        ctx.tx,
        ctx.programme,
        f"thanks:{ctx.member.id}:{int(ctx.now.timestamp() * 1000)}",
        to=to,
        card=lambda say: cards.thanked(say, name, words),
        now=ctx.now,
        due={person.id: awake(wish, ctx.local_zone, ctx.now)},
    )
    await note(ctx, "thanked", f"person:{person.id}")
    return [Reply(cards.thanks_sent(ctx.say, person.name))]
