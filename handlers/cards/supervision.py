"""What helpers are asked every week, and what the coordinator is told of it."""

from handlers.cards.helpers import FALLBACK
from handlers.cards.words import short
from handlers.chat import Button, Buttons, Card, Text, TextStyle, action
from handlers.languages import Say, mark

NOT_FINE = ("heavy", "talk")
WEEKLY = {"fine": mark("Fine"), "heavy": mark("It was a lot"), "talk": mark("I'd like to talk")}
_THANKS = {
    "fine": mark("Good to hear. Thank you."),
    "heavy": mark("Thank you for saying so. Your coordinator sees who said so, and can lighten the load."),
    "talk": mark("Your coordinator has been asked to find a time with you."),
}


def weekly_check(say: Say, round_id: int) -> Card:
    """The weekly question: one tap."""
    buttons = tuple(Button(say(label), action("weekly", round_id, word)) for word, label in WEEKLY.items())
    return Card(
        say("How was your week as a helper?"),
        (Buttons(buttons), Text(say("Your coordinator sees your answer."), TextStyle.QUIET)),
        say(FALLBACK),
    )


def thanks(say: Say, word: str) -> Card:
    """After the tap; it can be changed."""
    return Card(say("Thank you"), (Text(say(_THANKS[word])),), say(FALLBACK))


def wants_to_talk(say: Say, helper: str) -> Card:
    """To the coordinators: somebody of the team asks for a talk."""
    text = say(
        "{helper} would like to talk, in answer to the weekly question. Please find a time this week.",
        helper=short(say, helper),
    )
    return Card(say("A helper would like to talk"), (Text(text),), say(FALLBACK))
