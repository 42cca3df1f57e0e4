"""How much the platforms can show, what they can carry, and the custom ids that come back."""

import re

# Lowest common limits, in characters unless said otherwise.
FORM_TITLE = 24  # Slack modal title and submit
INPUT_LABEL = 45  # Discord modal label
INPUT_HELP = 100  # Discord label description
FORM_INPUTS = 5  # Discord modal
OPTIONS = 25  # Discord select
OPTION_TEXT = 75  # Slack option text
BUTTON_TEXT = 75  # Slack button text
BUTTONS = 5  # Discord action row
TEXT_INPUT = 3_000  # Slack text input
TEXT_BLOCK = 3_000  # Slack section text
FIELDS = 10  # Slack section fields
FIELD_TEXT = 1_000  # Discord embed field value
CARD_TITLE = 150  # Slack header
CARD_TEXT = 4_000  # Discord components, all text of one message together
CARD_BLOCKS = 20
LINK = 500
CARD_ROWS = 5  # Discord action rows of a message: rows of buttons and lists together
CUSTOM_ID = 100  # Discord custom id


class VocabularyError(ValueError):
    """A card, form or part of one that some platform could not show. Always a programming mistake."""


def check(condition: bool, message: str) -> None:
    """Refuse what some platform could not show."""
    if not condition:
        raise VocabularyError(message)


def limit(what: str, value: str, most: int, least: int = 1) -> None:
    """Refuse a text that some platform could not show."""
    check(least <= len(value) <= most, f"{what} has {len(value)} characters; allowed are {least} to {most}")


_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean(text: str) -> str:
    """Replace what no database or wire format can carry (NUL, control characters, lone surrogates).

    Each becomes U+FFFD, so that a reader sees that something stood there. All else is kept as it is.
    """
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


def action(name: str, *arguments: str | int) -> str:
    """Build a custom id: a registered name and database ids (or fixed words), never a person's words."""
    parts = [name, *(str(argument) for argument in arguments)]
    check(all(part and ":" not in part for part in parts), "a custom id's parts hold no colon")
    custom_id = ":".join(parts)
    limit("a custom id", custom_id, CUSTOM_ID)
    return custom_id


def split_action(custom_id: str) -> tuple[str, tuple[str, ...]]:
    """Take a custom id apart again: its registered name and its arguments."""
    name, *arguments = custom_id.split(":")
    return name, tuple(arguments)
