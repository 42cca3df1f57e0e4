"""A second card after a check-in: what helps the programme's figures. Optional, and never in a page's way."""

from handlers.cards import spoken
from handlers.cards.helpers import FALLBACK, plain
from handlers.cards.words import service as service_name
from handlers.chat import (
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Choice,
    Fields,
    Form,
    Input,
    Option,
    Text,
    TextInput,
    action,
)
from handlers.languages import Say, mark
from storage.services import Details
from storage.words import CIRCLES, GROUPS

CONTACT = {"one": mark("One person"), "group": mark("A group")}
CAME = {
    "planned": mark("It was planned"),
    "drop_in": mark("They dropped in"),
    "referred": mark("Staff sent them"),
}
TIER = {
    "1": mark("For everybody (tier 1)"),
    "2": mark("For a student who needs more (tier 2)"),
}
AGREEMENT = {"reached": mark("An agreement was reached"), "not_reached": mark("No agreement yet")}
MOST_PEOPLE = 2_000


def ask(say: Say, check_in_id: int, service: str) -> Card:
    """After a session with a group was saved: how many took part? One tap leaves it open."""
    text = say("Your check-in is saved. A few taps more tell how many you reached.")
    buttons = (
        Button(say("Add details"), action("details", check_in_id), ButtonStyle.PRIMARY),
        Button(say("Skip"), action("details.skip", check_in_id)),
    )
    return Card(service_name(say, service), (Text(text), Buttons(buttons)), say(FALLBACK))


def skipped(say: Say) -> Card:
    """Nothing more was told."""
    return plain(say, say("Skipped"), say("Your check-in stands as it is. You can add details later."))


def form(say: Say, form_id: str, service: str, found: Details, people: str = "") -> Form:
    """At most five inputs, all of them optional. ``people`` is what was typed, where it was not a number."""
    inputs: list[Input] = []
    if service not in GROUPS | CIRCLES:
        inputs.append(_choice(say, "contact", say("Who was there?"), CONTACT, found.contact))
    inputs.append(
        TextInput(
            name="people",
            label=say("How many people?"),
            help=say("A number, without you and other helpers."),
            value=people or ("" if found.people is None else str(found.people)),
            most=6,
        )
    )
    if service in CIRCLES:
        inputs.append(_choice(say, "agreement", say("How did it end?"), AGREEMENT, found.agreement))
    inputs.append(_choice(say, "came", say("How did it come about?"), CAME, found.came))
    inputs.append(_choice(say, "tier", say("Whom was it for?"), TIER, found.tier))
    inputs.append(
        Choice(
            name="language",
            label=say("Which language did you use?"),
            options=spoken.options(say),
            value=found.language,
        )
    )
    return Form(form_id, say("A few details"), tuple(inputs), submit=say("Save"))


def _choice(say: Say, name: str, label: str, texts: dict[str, str], value: str) -> Choice:
    options = tuple(Option(key, say(text)) for key, text in texts.items())
    return Choice(name=name, label=label, options=options, value=value)


def kept(say: Say, check_in_id: int, service: str, found: Details) -> Card:
    """What stands with the check-in now."""
    facts = [(say("Help"), service_name(say, service))]
    if found.contact:
        facts.append((say("Who was there?"), say(CONTACT[found.contact])))
    if found.people is not None:
        facts.append((say("How many people?"), str(found.people)))
    for label, texts, value in (
        (say("How did it end?"), AGREEMENT, found.agreement),
        (say("How did it come about?"), CAME, found.came),
        (say("Whom was it for?"), TIER, found.tier),
    ):
        if value:
            facts.append((label, say(texts[value])))
    if found.language:
        facts.append((say("Which language did you use?"), spoken.name(say, found.language)))
    button = Button(say("Change details"), action("details", check_in_id))
    return Card(say("Details kept"), (Fields(tuple(facts)), Buttons((button,))), say(FALLBACK))
