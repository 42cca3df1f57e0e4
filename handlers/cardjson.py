"""Cards and forms as JSON: what waits in the database is plain data, whatever happens to the process."""

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
    Choice,
    Divider,
    Fields,
    Form,
    Image,
    Input,
    Link,
    MultiChoice,
    Option,
    Select,
    Text,
    TextInput,
    TextStyle,
    UserInput,
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
        case "Link":
            return Link(item["label"], item["url"])
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


def dump_form(form: Form) -> str:
    """Write a form, with what stands in it, as JSON text."""
    inputs = [{"type": type(item).__name__, **asdict(item)} for item in form.inputs]
    return json.dumps({"id": form.id, "title": form.title, "submit": form.submit, "inputs": inputs})


def load_form(text: str) -> Form:
    """Read a form back. Raises ``ValueError`` or ``KeyError`` if the text is not a form's JSON."""
    data = json.loads(text)
    return Form(data["id"], data["title"], tuple(_input(item) for item in data["inputs"]), data["submit"])


def _input(item: dict[str, Any]) -> Input:
    kind = item.pop("type")
    if "options" in item:
        item["options"] = tuple(Option(**option) for option in item["options"])
    match kind:
        case "TextInput":
            return TextInput(**item)
        case "Choice":
            return Choice(**item)
        case "MultiChoice":
            return MultiChoice(**{**item, "values": tuple(item["values"])})
        case "UserInput":
            return UserInput(**item)
        case other:
            raise ValueError(f"no input is called {other}")
