"""What helpers are asked every week, and what the coordinator is told of it."""

from handlers.cards.helpers import FALLBACK
from handlers.chat import Button, Buttons, Card, Text, TextStyle, action

NOT_FINE = ("heavy", "talk")
WEEKLY = {"fine": "Fine", "heavy": "It was a lot", "talk": "I'd like to talk"}


def weekly_check(round_id: int) -> Card:
    """The weekly question: one tap."""
    return Card(
        "How was your week as a helper?",
        (
            Buttons(tuple(Button(label, action("weekly", round_id, word)) for word, label in WEEKLY.items())),
            Text("Your coordinator sees your answer.", TextStyle.QUIET),
        ),
        FALLBACK,
    )


def thanks(word: str) -> Card:
    """After the tap; it can be changed."""
    lines = {
        "fine": "Good to hear. Thank you.",
        "heavy": "Thank you for saying so. Your coordinator sees who said so, and can lighten the load.",
        "talk": "Your coordinator has been asked to find a time with you.",
    }
    return Card("Thank you", (Text(lines[word]),), FALLBACK)


def wants_to_talk(helper: str) -> Card:
    """To the coordinators: somebody of the team asks for a talk."""
    text = f"{helper} would like to talk, in answer to the weekly question. Please find a time this week."
    return Card("A helper would like to talk", (Text(text),), FALLBACK)
