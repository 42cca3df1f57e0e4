"""The sealed name beside a peer code, for coordinators alone."""

from handlers.cards.helpers import FALLBACK
from handlers.chat import Button, Buttons, Card, Fields, Form, Text, TextInput, TextStyle, action
from handlers.languages import Say

LONGEST_NAME = 80


def peer(say: Say, code: str, name: str) -> Card:
    """Who stands behind a code, as far as anybody has said."""
    label = say("Change the name") if name else say("Keep a name")
    return Card(
        code,
        (
            Fields(((say("Name"), name or say("no name is kept")),)),
            Buttons((Button(label, action("peer.name", code)),)),
            Text(
                say("Names are kept sealed, for coordinators alone. Each look is recorded."), TextStyle.QUIET
            ),
        ),
        say(FALLBACK),
    )


def name_form(say: Say, code: str) -> Form:
    """Ask for a name. What is kept is not shown again in it: opening a form is no look."""
    return Form(
        action("peer.name", code),
        say("A name for {code}", code=code),
        (
            TextInput(
                name="name",
                label=say("Name"),
                help=say("Kept sealed, for coordinators alone. Leave it empty to forget the name."),
                most=LONGEST_NAME,
            ),
        ),
        submit=say("Keep it"),
    )


def named(say: Say, code: str, *, kept: bool) -> Card:
    """The answer to that, without the name."""
    line = say("A name is kept, sealed.") if kept else say("No name is kept any more.")
    return Card(code, (Text(line),), say(FALLBACK))
