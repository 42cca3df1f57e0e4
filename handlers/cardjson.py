"""Cards as JSON, for the outbox: a message waits there as plain data, whatever happens to the process."""

import base64
import json
from dataclasses import asdict
from typing import Any

from handlers.chat import (
    Account,
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Divider,
    Fields,
    Image,
    Option,
    Select,
    Text,
    TextStyle,
)


def dump(card: Card) -> str:
    """Write a card as JSON text."""
    blocks = [{"type": type(block).__name__, **_plain(block)} for block in card.blocks]
    return json.dumps({"title": card.title, "fallback": card.fallback, "blocks": blocks})


def load(text: str) -> Card:
    """Read a card back. Raises ``ValueError`` or ``KeyError`` if the text is not a card's JSON."""
    data = json.loads(text)
    return Card(data["title"], tuple(_block(item) for item in data["blocks"]), data["fallback"])


def _plain(block: Block) -> dict[str, Any]:
    if isinstance(block, Image):
        return {"png": base64.b64encode(block.png).decode(), "alt": block.alt}
    return asdict(block)


def _block(item: dict[str, Any]) -> Block:
    match item["type"]:
        case "Text":
            return Text(item["text"], TextStyle(item["style"]))
        case "Fields":
            return Fields(tuple((label, value) for label, value in item["pairs"]))
        case "Account":
            return Account(item["label"], item["user"])
        case "Image":
            return Image(base64.b64decode(item["png"]), item["alt"])
        case "Divider":
            return Divider()
        case "Buttons":
            return Buttons(
                tuple(Button(b["label"], b["action"], ButtonStyle(b["style"])) for b in item["buttons"])
            )
        case "Select":
            options = tuple(Option(o["value"], o["label"]) for o in item["options"])
            return Select(item["placeholder"], item["action"], options)
        case other:
            raise ValueError(f"no block is called {other}")
