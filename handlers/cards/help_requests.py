"""Help that is looked for ("algebra, Tuesday"): posted by staff, claimed and given back by helpers."""

from collections.abc import Mapping, Sequence

from handlers.cards import matching
from handlers.cards.helpers import FALLBACK, plain
from handlers.cards.words import short
from handlers.chat import (
    OPTION_TEXT,
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
    Select,
    Text,
    TextInput,
    TextStyle,
    action,
)
from handlers.languages import Say
from storage.help_requests import HelpRequest

TEXT = 200


def form(say: Say, values: Mapping[str, str]) -> Form:
    """What is looked for, and when. ``values`` were typed before."""
    subject, time = values.get("subject", ""), values.get("time", "")
    return Form(
        action("request.new"),
        say("Ask for help"),
        (
            TextInput(
                name="text",
                label=say("What is needed?"),
                help=say("No names. Helpers read this: “algebra, two students, library”."),
                value=values.get("text", "")[:TEXT],
                required=True,
                most=TEXT,
            ),
            Choice(
                name="subject",
                label=say("What with?"),
                options=tuple(Option(key, say(text)) for key, text in matching.SUBJECTS.items()),
                value=subject if subject in matching.SUBJECTS else "",
            ),
            Choice(
                name="time",
                label=say("When?"),
                options=tuple(Option(key, matching.time(say, key)) for key in matching.TIMES),
                value=time if time in matching.TIMES else "",
            ),
        ),
        submit=say("Ask"),
    )


def _facts(say: Say, request: HelpRequest) -> list[Block]:
    pairs = []
    if request.subject:
        pairs.append((say("What with?"), say(matching.SUBJECTS[request.subject])))
    if request.time:
        pairs.append((say("When?"), matching.time(say, request.time)))
    return [Text(request.text, TextStyle.QUOTE), *([Fields(tuple(pairs))] if pairs else [])]


def wanted(say: Say, request: HelpRequest, *, again: bool = False) -> Card:
    """To helpers: who can? ``again``: nobody could so far, or somebody gave it back."""
    row = Buttons(
        (
            Button(say("I'll do it"), action("request.claim", request.id), ButtonStyle.PRIMARY),
            Button(say("All requests"), action("requests")),
        )
    )
    title = say("Still looking: can you help?") if again else say("Can you help?")
    return Card(title, (*_facts(say, request), row), say(FALLBACK))


def posted(say: Say, asked: int) -> Card:
    """To whoever asked: how many helpers read it."""
    text = (
        say(
            "{count} helpers are asked. After a day without an answer I ask all, then I tell you.",
            count=asked,
        )
        if asked
        else say("There is no helper here yet who could be asked. It stands in /requests.")
    )
    return plain(say, say("Asked"), text)


def claimed(say: Say, request: HelpRequest) -> Card:
    """To the helper who has it now."""
    row = Buttons(
        (
            Button(say("I give it back"), action("request.back", request.id)),
            Button(say("It is done"), action("request.done", request.id)),
        )
    )
    return Card(say("It is yours. Thank you"), (*_facts(say, request), row), say(FALLBACK))


def taken(say: Say) -> Card:
    """To a helper who came second, or after it was closed."""
    return plain(say, say("Thank you"), say("Somebody has it already, or it is not needed any more."))


def given_back(say: Say) -> Card:
    """To the helper who gave it back."""
    return plain(say, say("Given back"), say("Thank you for saying so in time. The others are asked."))


def done(say: Say) -> Card:
    """It is closed."""
    return plain(say, say("Closed"), say("Nobody is asked for it any more."))


def not_needed(say: Say, request: HelpRequest) -> Card:
    """To the helper who has it: an adult has closed it."""
    text = say("It was closed, so there is nothing left for you to do. Thank you for being ready to help.")
    return Card(say("Not needed any more"), (Text(text), *_facts(say, request)), say(FALLBACK))


def somebody_does_it(say: Say, request: HelpRequest, helper: str) -> Card:
    """To whoever asked."""
    text = say("{helper} does it.", helper=short(say, helper))
    return Card(say("Somebody helps"), (Text(text), *_facts(say, request)), say(FALLBACK))


def nobody(say: Say, request: HelpRequest) -> Card:
    """To whoever asked and the coordinators, at last."""
    text = say("Everybody was asked, and nobody has taken it yet.")
    row = Buttons((Button(say("Close it"), action("request.done", request.id)),))
    return Card(say("Nobody could help so far"), (Text(text), *_facts(say, request), row), say(FALLBACK))


def listing(
    say: Say, found: Sequence[HelpRequest], names: Mapping[int, str], *, staff: bool, reader: int
) -> Card:
    """All that is open. Helpers are not told who has what."""
    lines = []
    for each in found[:OPTIONS]:
        if each.claimed_by is None:
            state = say("open")
        elif each.claimed_by == reader:
            state = say("yours")
        else:
            state = short(say, names.get(each.claimed_by, "")) if staff else say("somebody has it")
        lines.append(f"{each.text} · {state}")
    blocks: list[Block] = [Text("\n".join(lines)[:2_600] or say("No help is looked for at the moment."))]
    options = tuple(
        Option(str(each.id), line[:OPTION_TEXT]) for each, line in zip(found, lines, strict=False)
    )
    if options:
        blocks.append(Select(say("Open one of them"), action("request.open"), options))
    if staff:
        blocks.append(Buttons((Button(say("Ask for help"), action("request.new"), ButtonStyle.PRIMARY),)))
    return Card(say("Help that is looked for"), tuple(blocks), say(FALLBACK))


def one(say: Say, request: HelpRequest, *, staff: bool, reader: int) -> Card:
    """One of them, and what its reader can do."""
    if request.claimed_by == reader:
        return claimed(say, request)
    row = []
    if staff:
        row.append(Button(say("Close it"), action("request.done", request.id)))
    elif request.claimed_by is None:
        row.append(Button(say("I'll do it"), action("request.claim", request.id), ButtonStyle.PRIMARY))
    buttons = [Buttons(tuple(row))] if row else []
    return Card(say("Help that is looked for"), (*_facts(say, request), *buttons), say(FALLBACK))
