"""Cards, forms and messages to HTML. Pure; everything people wrote is shown as plain text.

Jinja2 escapes everything, always. Text keeps its newlines, and each piece of it stands in an element of
its own with ``dir="auto"`` that the style sheet isolates, so that a text cannot turn its surroundings
around.
"""

import json
import struct
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.web import CommandInfo
from adapters.web.parse import MESSAGE
from adapters.web.sandbox import Message, Sandbox, SandboxPerson
from handlers.chat import (
    Account,
    Block,
    Buttons,
    ButtonStyle,
    Card,
    Choice,
    Divider,
    Fields,
    Form,
    FormSubmitted,
    Image,
    Input,
    Link,
    MultiChoice,
    PlaceKind,
    Select,
    Text,
    TextInput,
    UserInput,
)

RADIOS = 5
"""Up to this many options stand side by side; more become a list."""
AVATARS = 6
"""Different avatar colours in the style sheet."""

_BLOCKS: dict[type[Block], str] = {
    Text: "text",
    Fields: "fields",
    Account: "account",
    Link: "link",
    Image: "image",
    Divider: "divider",
    Buttons: "buttons",
    Select: "select",
}


@dataclass(frozen=True)
class FormPlace:
    """Who fills a form, and where it was opened from: the place, and the message ("" if a command)."""

    user: str
    kind: PlaceKind
    message: str = ""


def card(item: Card) -> str:
    """A card as it stands in a message."""
    return _show("card.html", card=item)


def message(item: Message, reader: str, people: Mapping[str, SandboxPerson], zone: ZoneInfo) -> str:
    """One message as ``reader`` sees it."""
    return _show("message.html", **_message_values(item, reader, people, zone))


def form(
    item: Form,
    place: FormPlace,
    people: Mapping[str, SandboxPerson],
    errors: Mapping[str, str] | None = None,
) -> str:
    """A form for the dialog; ``errors`` by input name, ``people`` for those who may be chosen in it."""
    return _show("form.html", form=item, place=place, people=people, errors=errors or {})


def keep_typed(item: Form, typed: FormSubmitted) -> Form:
    """The same form, filled with what was just sent, so that nobody has to type it again."""
    return replace(item, inputs=tuple(_with_typed(each, typed) for each in item.inputs))


def clock_label(now: datetime, zone: ZoneInfo) -> str:
    """The programme's local day and time."""
    local = now.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def page(
    sandbox: Sandbox,
    commands: Sequence[CommandInfo],
    guide: Sequence[str],
    now: datetime,
    zone: ZoneInfo,
) -> str:
    """The whole page, with everything that has been said so far."""
    panes = [
        {
            "person": person,
            "avatar": _avatar(person, sandbox.people),
            "views": {
                kind.value: {
                    "messages": [
                        _message_values(item, person.user, sandbox.people, zone)
                        for item in sandbox.view(person.user, kind).messages.values()
                    ],
                    "dropped": sandbox.view(person.user, kind).dropped,
                }
                for kind in PlaceKind
            },
        }
        for person in sandbox.people.values()
    ]
    return _show(
        "page.html",
        panes=panes,
        channel=sandbox.channel_name,
        commands=json.dumps([asdict(command) for command in commands]),
        guide=guide,
        clock=clock_label(now, zone),
        now=now,
        zone=zone.key,
        longest=MESSAGE,
    )


def _show(template: str, **values: object) -> str:
    return _environment.get_template(template).render(values)


def _message_values(
    item: Message, reader: str, people: Mapping[str, SandboxPerson], zone: ZoneInfo
) -> dict[str, object]:
    local = item.at.astimezone(zone)
    author = people.get(item.author)
    return {
        "message": item,
        "author": author,
        "own": item.author == reader,
        "avatar": _avatar(author, people) if author else None,
        "local": local,
        "day": f"{local:%A} {local.day} {local:%B}",
    }


def _block_name(block: Block) -> str:
    return _BLOCKS[type(block)]


def _input_name(item: Input) -> str:
    match item:
        case TextInput(multiline=multiline):
            return "textarea" if multiline else "text"
        case Choice(options=options):
            return "list" if len(options) > RADIOS else "radios"
        case MultiChoice():
            return "checkboxes"
        case UserInput():
            return "person"


def _loudness(item: Card) -> str:
    """The loudest button of a card: such cards catch the eye."""
    styles = {button.style for block in item.blocks if isinstance(block, Buttons) for button in block.buttons}
    return next((style.value for style in (ButtonStyle.DANGER, ButtonStyle.PRIMARY) if style in styles), "")


def _png(image: Image) -> dict[str, object]:
    """The address of a picture, and its size so that nothing jumps when it appears."""
    width, height = struct.unpack(">II", image.png[16:24]) if len(image.png) >= 24 else (0, 0)
    address = f"data:image/png;base64,{b64encode(image.png).decode('ascii')}"
    return {"address": address, "width": width, "height": height}


def _avatar(person: SandboxPerson, people: Mapping[str, SandboxPerson]) -> dict[str, object]:
    names = [word for word in person.name.split() if word[0].isalpha() and not word.endswith(".")]
    initials = "".join(word[0] for word in (names[:1] + names[1:][-1:])) or person.name[:1]
    return {"initials": initials.upper(), "colour": list(people).index(person.user) % AVATARS}


def _with_typed(item: Input, typed: FormSubmitted) -> Input:
    match item:
        case TextInput():
            value = typed.values.get(item.name, "")
            return replace(item, value=value[: item.most] if isinstance(value, str) else "")
        case Choice():
            value = typed.text(item.name)
            return replace(item, value=value if value in {each.value for each in item.options} else "")
        case MultiChoice():
            known = {each.value for each in item.options}
            return replace(item, values=tuple(each for each in typed.choices(item.name) if each in known))
        case UserInput():
            return replace(item, value=typed.text(item.name))


def _make_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "block_name": _block_name,
        "input_name": _input_name,
        "loudness": _loudness,
        "png": _png,
    }
    return environment


_environment = _make_environment()
