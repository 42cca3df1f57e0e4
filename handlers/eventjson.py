"""Events as JSON, for the moments in which the database cannot take them: kept sealed, and taken later."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from handlers.chat import (
    ButtonPressed,
    CommandUsed,
    Event,
    FormSubmitted,
    MessageRaised,
    Place,
    PlaceKind,
    TextPosted,
    User,
)

_KINDS: dict[str, type[Event]] = {
    kind.__name__: kind for kind in (ButtonPressed, CommandUsed, FormSubmitted, MessageRaised, TextPosted)
}


def dump(event: Event) -> str:
    """Write an event as JSON text, without what the platform said of rights: it may be untrue later."""
    data = {"kind": type(event).__name__, **asdict(event), "at": event.at.isoformat()}
    data.pop("membership", None)
    return json.dumps(data)


def load(text: str) -> Event:
    """Read an event back. Raises ``ValueError``, ``KeyError`` or ``TypeError`` if the text is none."""
    data: dict[str, Any] = json.loads(text)
    kind = _KINDS[data.pop("kind")]
    data["user"] = User(**data["user"])
    data["place"] = Place(PlaceKind(data["place"]["kind"]), data["place"]["id"])
    data["at"] = datetime.fromisoformat(data["at"])
    if "values" in data:
        data["values"] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data["values"].items()
        }
    return kind(**data)
