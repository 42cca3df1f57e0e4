"""Cards and forms to Discord's messages and modals. Pure; people's words are shown as they stand.

A card is one embed (several where it is long) with its buttons under it, and one line of text above it: that
line is all that a phone shows of a message on a locked screen, so it is the card's fallback. Messages made of
components alone have no such line (docs/decisions/0012-discord-cards.md).

Limits: https://docs.discord.com/developers/resources/message#embed-object-embed-limits and
https://docs.discord.com/developers/components/reference
"""

import re
from collections.abc import Callable, Iterator, Sequence
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

Json = dict[str, Any]

EMBED_TEXT = 4_096
EMBEDS_TEXT = 5_900
"""Characters of all embeds of a message; Discord takes 6,000."""
EPHEMERAL = 1 << 6
"""The flag of an answer that one person sees and no history keeps."""
NOBODY: Json = {"parse": []}
"""No text of a message calls anybody."""
PICTURE = "picture.png"

_ROW, _BUTTON, _SELECT, _TEXT_INPUT, _USERS, _LABEL = 1, 2, 3, 4, 5, 18
_STYLES = {ButtonStyle.PLAIN: 2, ButtonStyle.PRIMARY: 1, ButtonStyle.DANGER: 4}
_MARKUP = re.compile(r"[\\*_~`|<>\[\]]|:(?=//)|^\s*[#+\-]|^(?=\s*\d+\.)", re.MULTILINE)
_RULE = "⎯" * 12


# --- messages ----------------------------------------------------------------------------------


def message(card: Card, *, notified: bool = True) -> Json:
    """A message that stands in a conversation, with the line that its notification shows."""
    return {"content": card.fallback if notified else "", **_body(card)}


def answer(card: Card, *, private: bool = True) -> Json:
    """An answer to an interaction: its reader is looking, so there is no notification."""
    return {**_body(card), "flags": EPHEMERAL if private else 0}


def pictures(card: Card) -> list[bytes]:
    """The PNG that goes along with a card's message, if there is one."""
    return [block.png for block in card.blocks if isinstance(block, Image)][:1]


def _body(card: Card) -> Json:
    return {
        "embeds": _embeds(card),
        "components": list(_rows(card)),
        "allowed_mentions": NOBODY,
        "attachments": [
            {"id": 0, "filename": PICTURE, "description": block.alt}
            for block in card.blocks
            if isinstance(block, Image)
        ][:1],
    }


def _embeds(card: Card) -> list[Json]:
    parts = [text for block in card.blocks if (text := _text(block, escaped))]
    if len(card.title) + sum(map(len, parts)) > EMBEDS_TEXT:
        # So much of it is markup that showing each sign of it as a sign takes too long.
        parts = [text for block in card.blocks if (text := _text(block, _fenced))]
    embeds: list[Json] = [{"description": text} for text in _joined(parts)] or [{}]
    embeds[0] = {"title": escaped(card.title), **embeds[0]}
    if pictures(card):
        embeds[-1] = {**embeds[-1], "image": {"url": f"attachment://{PICTURE}"}}
    return embeds


def _joined(parts: Sequence[str]) -> list[str]:
    """As few texts as possible, none longer than an embed's."""
    texts: list[str] = []
    for part in parts:
        if texts and len(texts[-1]) + 2 + len(part) <= EMBED_TEXT:
            texts[-1] = f"{texts[-1]}\n\n{part}"
        else:
            texts += [part[start : start + EMBED_TEXT] for start in range(0, len(part), EMBED_TEXT)]
    return texts


def _text(block: Block, shown: Callable[[str], str]) -> str:
    match block:
        case Text(text=text, style=TextStyle.STRONG):
            return "\n".join(f"**{shown(line)}**" if line.strip() else "" for line in text.split("\n"))
        case Text(text=text, style=TextStyle.QUIET):
            return "\n".join(f"-# {shown(line)}" if line.strip() else "" for line in text.split("\n"))
        case Text(text=text, style=TextStyle.QUOTE):
            return "\n".join(f"> {shown(line)}" for line in text.split("\n"))
        case Text(text=text):
            return shown(text)
        case Fields(pairs=pairs):
            return "\n".join(f"**{shown(label)}:** {shown(value)}" for label, value in pairs)
        case Account(label=label, user=user):
            return f"**{shown(label)}:** {f'<@{user}>' if user.isdigit() else shown(user)}"
        case Link(label=label, url=url):
            return f"[{shown(label)}]({url})"
        case Divider():
            return _RULE
        case Image(alt=alt):
            return f"-# {shown(alt)}"
        case _:
            return ""


def escaped(text: str) -> str:
    """Text whose signs are shown: no markup, no mention, no link comes of them.

    https://docs.discord.com/developers/reference#message-formatting
    """
    return _MARKUP.sub(_as_sign, text)


def _as_sign(found: re.Match[str]) -> str:
    sign = found[0]
    if not sign:
        return "\u200b"  # "1." would begin a list, and a backslash before a number is shown
    return f"{sign[:-1]}\\{sign[-1]}"


def _fenced(text: str) -> str:
    """The same for text that is hardly anything but signs: inside a code span nothing is obeyed."""
    return f"`{text.replace('`', 'ˋ')}`" if text else ""


def _rows(card: Card) -> Iterator[Json]:
    for block in card.blocks:
        match block:
            case Buttons(buttons=buttons):
                yield {"type": _ROW, "components": [_button(button) for button in buttons]}
            case Select(placeholder=placeholder, action=action, options=options):
                chosen = {"custom_id": action, "placeholder": placeholder, "options": _options(options)}
                yield {"type": _ROW, "components": [{"type": _SELECT, **chosen}]}
            case _:
                continue


def _button(button: Button) -> Json:
    return {
        "type": _BUTTON,
        "style": _STYLES[button.style],
        "label": button.label,
        "custom_id": button.action,
    }


def _options(options: Sequence[Option], chosen: Sequence[str] = ()) -> list[Json]:
    return [
        {
            "label": option.label,
            "value": option.value,
            **({"default": True} if option.value in chosen else {}),
        }
        for option in options
    ]


# --- forms -------------------------------------------------------------------------------------


def modal(form: Form) -> Json:
    """A form as a modal. Its send button is Discord's own."""
    return {
        "custom_id": form.id,
        "title": form.title,
        "components": [_labelled(item) for item in form.inputs],
    }


def _labelled(item: Input) -> Json:
    help_text = {"description": item.help} if item.help else {}
    return {"type": _LABEL, "label": item.label, **help_text, "component": _input(item)}


def _input(item: Input) -> Json:
    match item:
        case TextInput(value=value, multiline=multiline, most=most, required=required):
            return {
                "type": _TEXT_INPUT,
                "custom_id": item.name,
                "style": 2 if multiline else 1,
                "required": required,
                "max_length": most,
                **({"value": value} if value else {}),
            }
        case Choice(value=value, options=options, required=required):
            chosen = [value] if value else []
            return _list(item.name, _options(options, chosen), required=required, most=1)
        case MultiChoice(values=values, options=options, required=required):
            return _list(item.name, _options(options, values), required=required, most=len(options))
        case UserInput(value=value, required=required):
            picked = {"default_values": [{"id": value, "type": "user"}]} if value else {}
            return {
                "type": _USERS,
                "custom_id": item.name,
                "required": required,
                "min_values": int(required),
                "max_values": 1,
                **picked,
            }


def _list(name: str, options: list[Json], *, required: bool, most: int) -> Json:
    return {
        "type": _SELECT,
        "custom_id": name,
        "required": required,
        "min_values": int(required),
        "max_values": most,
        "options": options,
    }
