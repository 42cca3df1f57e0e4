"""What stands beside a check-in: asked on a second card, after it was saved, and only if its helper likes."""

from handlers.cards import services as cards
from handlers.cards.services import AGREEMENT, CAME, CONTACT, MOST_PEOPLE, TIER
from handlers.cards.spoken import OTHER, SPOKEN
from handlers.chat import (
    ButtonPressed,
    Effect,
    Event,
    FormErrors,
    FormSubmitted,
    OpenForm,
    Reply,
    UpdateCard,
    action,
)
from handlers.context import Arguments, Context, Effects
from handlers.refusals import Refusal, Refused
from handlers.registry import Said, button, form
from storage import checkins, services
from storage.checkins import CheckIn
from storage.services import Details
from storage.words import CIRCLES, GROUPS, About


def ask(ctx: Context, check_in: CheckIn) -> list[Effect]:
    """The second card after a session with a group. Never where the words raised a case: that comes first."""
    if ctx.raised is not None or check_in.service not in GROUPS | CIRCLES:
        return []
    return [Reply(cards.ask(ctx.say, check_in.id, check_in.service))]


@button("details")
async def open_form(ctx: Context, _event: ButtonPressed, arguments: Arguments) -> Effects:
    """The form, with what is known already."""
    check_in = await _own(ctx, arguments)
    found = await services.get(ctx.tx, check_in.id)
    return [OpenForm(cards.form(ctx.say, action("details", check_in.id), check_in.service, found))]


@button("details.skip")
async def skip(ctx: Context, _event: ButtonPressed, _arguments: Arguments) -> Effects:
    """Leave it open."""
    return [UpdateCard(cards.skipped(ctx.say))]


def _says(_event: Event, arguments: Arguments) -> Said:
    """What is typed belongs to the check-in, and is hardly about whoever types it."""
    return Said(about=About.SOMEBODY_ELSE, check_in=arguments.number_or_none(0))


@form("details", says=_says)
async def take_form(ctx: Context, event: FormSubmitted, arguments: Arguments) -> Effects:
    """Keep what was told; it can be changed whenever the check-in can."""
    check_in = await _own(ctx, arguments)
    people, error = _people(ctx, event.text("people"))
    found = Details(
        contact=_one_of(event, "contact", CONTACT),
        people=people,
        came=_one_of(event, "came", CAME),
        tier=_one_of(event, "tier", TIER),
        language=_one_of(event, "language", {*SPOKEN, OTHER}),
        agreement=_one_of(event, "agreement", AGREEMENT),
    )
    if error:
        typed = event.text("people")[:6]
        again = cards.form(ctx.say, event.form, check_in.service, found, typed)
        return [FormErrors(again, {"people": error})]
    await services.keep(ctx.tx, check_in.id, found)
    return [Reply(cards.kept(ctx.say, check_in.id, check_in.service, found))]


def _people(ctx: Context, text: str) -> tuple[int | None, str]:
    """The number, and what to mend where it is none."""
    if not text:
        return None, ""
    if text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MOST_PEOPLE:
        return int(text), ""
    return None, ctx.say("Please write a number from 1 to {most}.", most=MOST_PEOPLE)


def _one_of(event: FormSubmitted, name: str, known: dict[str, str] | set[str]) -> str:
    chosen = event.text(name)
    return chosen if chosen in known else ""


async def _own(ctx: Context, arguments: Arguments) -> CheckIn:
    found = await checkins.get(ctx.tx, arguments.number(0), ctx.member.id)
    if found is None:
        raise Refused(Refusal.NOT_FOUND)
    return found
