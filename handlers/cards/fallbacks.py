"""Fallback addresses: what goes out over them, and the form in which a coordinator sets one up.

What goes out passes through a provider's hands, so it says that somebody waits and nothing about whom.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.cards.cases import PAGE_FALLBACK, CaseView
from handlers.cards.helpers import FALLBACK
from handlers.cards.words import short
from handlers.chat import (
    FIELDS,
    OPTIONS,
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Choice,
    Fields,
    Form,
    Option,
    Text,
    TextInput,
    TextStyle,
    action,
)
from handlers.languages import Say, mark
from storage.adults import Adult
from storage.words import Channel

ADDRESS = 1000

CHANNELS = {
    Channel.EMAIL: mark("E-mail"),
    Channel.PUSH: mark("Push message"),
    Channel.SMS: mark("SMS"),
    Channel.VOICE: mark("Phone call"),
}
"""What a fallback address can be, in the order in which the form offers it."""


@dataclass(frozen=True)
class Reached:
    """An adult, and by what their pages go out beside chat."""

    adult: Adult
    channels: tuple[Channel, ...]


# --- what goes out -----------------------------------------------------------------------------


def page(say: Say, view: CaseView, phone: str) -> Card:
    """A page outside of chat. The team's number is not given where it may be that of who is left out."""
    title = say("Urgent peer concern waiting in Handrail (case {case})", case=view.case.name)
    if phone and not view.about_team:
        text = say("Open Handrail, or call {phone}.", phone=phone)
    else:
        text = say("Open Handrail.")
    return Card(title, (Text(text),), say(PAGE_FALLBACK))


def link(say: Say, address: str) -> str:
    """One line more on a page, where somebody can answer without Handrail at hand."""
    return say("Or say here that you have it: {link}", link=address)


def test(say: Say) -> Card:
    """What a test sends."""
    text = say("This is only a test. A page would come like this. There is nothing to do.")
    return Card(say("A test from Handrail"), (Text(text),), say(FALLBACK))


# --- setting one up ----------------------------------------------------------------------------


def form(say: Say, adults: Sequence[Adult], values: Mapping[str, str]) -> Form:
    """Who, by what, and where. ``values`` are what was typed before; what is stored is never shown."""
    people = tuple(Option(str(adult.person_id), short(say, adult.name)) for adult in adults[:OPTIONS])
    who, kind = values.get("who", ""), values.get("kind", "")
    return Form(
        action("fallback"),
        say("Beside chat"),
        (
            Choice(
                name="who",
                label=say("Who?"),
                options=people,
                value=who if who in {option.value for option in people} else "",
                required=True,
            ),
            Choice(
                name="kind",
                label=say("By what?"),
                help=say("SMS and calls at most four an hour."),
                options=tuple(Option(channel.value, say(name)) for channel, name in CHANNELS.items()),
                value=kind if kind in set(CHANNELS) else "",
                required=True,
            ),
            TextInput(
                name="address",
                label=say("Address"),
                help=say("An Apprise address; IT can help, see docs/fallback.md. Empty: theirs is removed."),
                value=values.get("address", "")[:ADDRESS],
                most=ADDRESS,
            ),
        ),
        say("Save"),
    )


def overview(say: Say, news: str, reached: Sequence[Reached], to_test: Button | None = None) -> Card:
    """By what each adult is reached, after something was changed or tried."""
    shown = reached[:FIELDS]
    blocks: list[Block] = [Text(news)]
    blocks.append(Fields(tuple((short(say, each.adult.name), _kinds(say, each)) for each in shown)))
    if len(reached) > len(shown):
        blocks.append(Text(say("and {count} more", count=len(reached) - len(shown))))
    blocks.append(
        Text(
            say(
                "Used when everybody is paged, or at once when chat cannot reach somebody. The message "
                "names nobody: it says that a concern waits, with the number of the case."
            ),
            TextStyle.QUIET,
        )
    )
    again = Button(say("Add or change an address"), action("fallback"))
    blocks.append(Buttons((again,) if to_test is None else (to_test, again)))
    return Card(say("Reaching adults beside chat"), tuple(blocks), say(FALLBACK))


def test_button(say: Say, person_id: int, channel: Channel) -> Button:
    """Tries an address out."""
    return Button(say("Send a test"), action("fallback.test", person_id, channel.value), ButtonStyle.PRIMARY)


def _kinds(say: Say, reached: Reached) -> str:
    if not reached.channels:
        return say("chat only")
    return ", ".join(say(name) for channel, name in CHANNELS.items() if channel in reached.channels)
