"""What a set-up can also choose: the kinds of help, and channels that are read along."""

from collections.abc import Sequence

from handlers.cards.helpers import FALLBACK
from handlers.cards.words import SERVICES, service
from handlers.chat import Button, Buttons, Card, Form, MultiChoice, Option, Text
from handlers.languages import Say, mark


def services_form(say: Say, chosen: Sequence[str]) -> Form:
    """Which kinds of help a check-in can be of."""
    options = tuple(Option(key, service(say, key)) for key in SERVICES)
    return Form(
        "setup.services",
        say("Kinds of help"),
        (
            MultiChoice(
                name="services",
                label=say("What does your team do?"),
                help=say("Helpers choose among these in a check-in. What was logged stays as it is."),
                options=options,
                values=tuple(key for key in chosen if key in SERVICES),
                required=True,
            ),
        ),
        say("Save"),
    )


def channels(say: Say, watched: int) -> Card:
    """How a channel is opted in: in the channel itself, where everybody sees it."""
    how = say(
        "Nothing is read in a channel unless you type /handrail watch there. Then Handrail looks for words "
        "of danger in it, and a notice tells everybody. /handrail stop watching ends it."
    )
    back = Buttons((Button(say("Back to the set-up"), "setup.card"),))
    count = say.counted(watched, mark("{count} channel is read now."), mark("{count} channels are read now."))
    return Card(say("Channels"), (Text(count), Text(how), back), say(FALLBACK))


def chosen(say: Say, number: int) -> str:
    """How many kinds of help there are to choose from, on the set-up's card."""
    return say("{count} of {all}", count=number, all=len(SERVICES))
