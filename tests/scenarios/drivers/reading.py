"""What the suite's own Slack and Discord show somebody, as the scenarios read it."""

from collections.abc import Callable, Sequence
from typing import Any

from handlers.chat import PlaceKind
from tests import discord, slack
from tests.discord.shown import Control as DiscordControl
from tests.scenarios.driver import Shown, ShownButton, ShownOption, ShownSelect
from tests.slack.shown import Control as SlackControl

Control = DiscordControl | SlackControl
Key = Callable[[Any], str]
"""The handle of a control."""


def message(seen: discord.Seen | slack.Seen, place: PlaceKind, handle: str, key: Key) -> Shown:
    """A message in a conversation."""
    return Shown(
        handle=handle,
        place=place,
        author="" if seen.by_app else seen.author,
        notification=seen.notification,
        mine=seen.mine,
        editable=seen.mine,
        alone=seen.only_me and place is PlaceKind.CHANNEL,
        **parts(seen.pieces, key),
    )


def parts(pieces: Sequence[object], key: Key) -> dict[str, Any]:
    """What can be read, pressed and chosen from."""
    controls = [piece for piece in pieces if isinstance(piece, Control)]
    return {
        "lines": tuple(
            line.strip()
            for piece in pieces
            if isinstance(piece, str)
            for line in piece.split("\n")
            if line.strip()
        ),
        "buttons": tuple(
            ShownButton(control.label, key(control)) for control in controls if control.kind == "button"
        ),
        "selects": tuple(
            ShownSelect(control.label, key(control), options(control))
            for control in controls
            if control.kind != "button"
        ),
    }


def options(control: Control) -> tuple[ShownOption, ...]:
    """What a list offers."""
    return tuple(ShownOption(choice.label, choice.value) for choice in control.choices)
