"""Cards and forms to Block Kit. Pure; whatever people wrote is shown as it stands and obeyed nowhere.

Words of people go only into ``plain_text`` objects and into ``rich_text`` elements, which Slack never parses:
no markup, no mention, no link comes of them. ``mrkdwn`` is used nowhere. The one place that Slack does parse
is a message's ``text`` (its notification), so that one is escaped.

Limits: https://docs.slack.dev/reference/block-kit/blocks and .../block-kit/block-elements
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    PlaceKind,
    Select,
    Text,
    TextInput,
    TextStyle,
    UserInput,
)

Json = dict[str, Any]

SECTION = 3_000
"""Characters of one text object (section and context alike)."""
HEADER = 150
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
RADIOS = 5
"""Up to this many options stand below each other; more become a list (Slack allows 10 radio buttons)."""
CHECKBOXES = 10
LONG_FACT = 60
"""Characters of a fact that surely takes two lines on a phone; where most do, they stand apart."""
BULLET = "• "


# --- messages ----------------------------------------------------------------------------------


def message(card: Card) -> Json:
    """A card as the arguments of a message: its blocks, and all that a notification shows of it."""
    return {"text": escape(card.fallback), "blocks": blocks(card)}


def blocks(card: Card) -> list[Json]:
    """A card's blocks, in their order, each with an id of its own."""
    found = _title(card.title)
    for block in card.blocks:
        found += _block(block)
    return [{**block, "block_id": f"b{number}"} for number, block in enumerate(found)]


def escape(text: str) -> str:
    """Text for where Slack looks for markup.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def split(text: str, most: int) -> list[str]:
    """A text in pieces of at most ``most`` characters, at the end of a line or a word where there is one.

    Counted as Slack's clients do, an emoji as two. Only the newline or space at which it is cut is left out.
    """
    pieces = []
    while _units(text) > most:
        end = _fits(text, most)
        at = max(text.rfind("\n", 1, end + 1), 0) or max(text.rfind(" ", 1, end + 1), 0)
        if at < max(end // 2, 1):
            pieces.append(text[:end])
            text = text[end:]
        else:
            pieces.append(text[:at])
            text = text[at + 1 :]
    return [*pieces, text] if text or not pieces else pieces


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _fits(text: str, most: int) -> int:
    """How many characters from the beginning of a text fit."""
    units = 0
    for at, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > most:
            return at
    return len(text)


def plain(text: str) -> Json:
    """A text object that is shown as it stands. Slack refuses one with nothing to see in it."""
    return {"type": "plain_text", "text": text if text.strip() else "\N{NO-BREAK SPACE}", "emoji": False}


def _rich(kind: str, elements: Sequence[Json], **more: str) -> Json:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements), **more}]}


def _run(text: str, *, bold: bool = False) -> Json:
    """Literal text inside a rich text block."""
    return {"type": "text", "text": text, **({"style": {"bold": True}} if bold else {})}


def _title(title: str) -> list[Json]:
    if _units(title) <= HEADER:
        return [{"type": "header", "text": plain(title)}]
    return [_rich("rich_text_section", [_run(title, bold=True)])]


def _block(block: Block) -> list[Json]:
    match block:
        case Text(text=text, style=style):
            return [_text(piece, style) for piece in split(text, SECTION)]
        case Fields(pairs=pairs):
            return [_fields(pairs)]
        case Account(label=label, user=user):
            # The one mention that is ever made, and by us: Slack shows what they are called now.
            who = {"type": "user", "user_id": user}
            return [_rich("rich_text_section", [_run(f"{label}:", bold=True), _run(" "), who])]
        case Link(label=label, url=url):
            return [_rich("rich_text_section", [{"type": "link", "url": url, "text": label}])]
        case Image(alt=alt):
            # The picture itself follows as a message of its own: adapters.slack.pictures.
            return [_text(piece, TextStyle.QUIET) for piece in split(alt, SECTION)]
        case Divider():
            return [{"type": "divider"}]
        case Buttons(buttons=buttons):
            return [{"type": "actions", "elements": [_button(button) for button in buttons]}]
        case Select():
            return [{"type": "actions", "elements": [_select(block)]}]


def _text(text: str, style: TextStyle) -> Json:
    match style:
        case TextStyle.PLAIN:
            # Without "expand" Slack folds a long text away behind "see more".
            return _list(text) or {"type": "section", "text": plain(text), "expand": True}
        case TextStyle.STRONG:
            return _rich("rich_text_section", [_run(text, bold=True)])
        case TextStyle.QUIET:
            return {"type": "context", "elements": [plain(text)]}
        case TextStyle.QUOTE:
            return _rich("rich_text_quote", [_run(text)])


def _list(text: str) -> Json | None:
    """A text whose every line is a bullet, or the next number: as a list, whose long lines are indented."""
    lines = text.split("\n")
    for style, signs in (("bullet", [BULLET] * len(lines)), ("ordered", _numbers(len(lines)))):
        points = [line.removeprefix(sign) for line, sign in zip(lines, signs, strict=True)]
        if all(point.strip() and point != line for point, line in zip(points, lines, strict=True)):
            items = [{"type": "rich_text_section", "elements": [_run(point)]} for point in points]
            return _rich("rich_text_list", items, style=style)
    return None


def _numbers(count: int) -> list[str]:
    return [f"{number}. " for number in range(1, count + 1)]


def _fields(pairs: Sequence[tuple[str, str]]) -> Json:
    """One line a fact; where most are long, a gap tells them apart.

    A section's own fields have no bold label unless markup is parsed, values and all; and two columns are
    too narrow on a phone.
    """
    long = sum(len(f"{label}: {value}") > LONG_FACT for label, value in pairs)
    between = "\n\n" if long * 2 > len(pairs) else "\n"
    elements: list[Json] = []
    for label, value in pairs:
        if elements:
            elements.append(_run(between))
        elements += [_run(f"{label}:", bold=True), _run(f" {value}")]
    return _rich("rich_text_section", elements)


def _button(button: Button) -> Json:
    style = {} if button.style is ButtonStyle.PLAIN else {"style": button.style.value}
    return {"type": "button", "action_id": button.action, "text": plain(button.label), **style}


def _select(select: Select) -> Json:
    return {
        "type": "static_select",
        "action_id": select.action,
        "placeholder": plain(select.placeholder),
        "options": [_option(option) for option in select.options],
    }


def _option(option: Option) -> Json:
    return {"text": plain(option.label), "value": option.value}


# --- forms -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Origin:
    """Where a form was opened, so that its answers go there: ids only, for Slack keeps them.

    ``message`` is the timestamp of the message it was opened from, if that one stands in the conversation;
    ``view`` is ``home`` where it all began in App Home, and ``modal`` where it began in the composer's menu.
    """

    kind: PlaceKind
    channel: str = ""
    message: str = ""
    view: str = ""


def view(form: Form, origin: Origin) -> Json:
    """A form as a modal view. Each input's block id is its name, by which errors find it again."""
    return {
        "type": "modal",
        "callback_id": form.id,
        "private_metadata": _metadata(origin),
        "title": plain(form.title),
        "submit": plain(form.submit),
        "blocks": [_input(item) for item in form.inputs],
    }


def _metadata(origin: Origin) -> str:
    kept = {"kind": origin.kind, "in": origin.channel, "at": origin.message, "on": origin.view}
    return json.dumps(kept, separators=(",", ":"))


def origin(metadata: str) -> Origin:
    """Where a form was opened, from its view's metadata; nowhere, if that does not tell."""
    try:
        kept = json.loads(metadata)
        return Origin(PlaceKind(kept["kind"]), str(kept["in"]), str(kept["at"]), str(kept["on"]))
    except (ValueError, KeyError, TypeError):
        return Origin(PlaceKind.DIRECT)


def errors(found: Mapping[str, str]) -> Json:
    """What a form's inputs lack, as the answer to its submission: shown below each, the form stays open.

    https://docs.slack.dev/surfaces/modals#displaying_errors
    """
    return {"response_action": "errors", "errors": dict(found)}


def cards_view(cards: Sequence[Card], origin: Origin) -> Json:
    """Cards as a modal view of their own: read, used and closed, kept nowhere."""
    return {
        "type": "modal",
        "title": plain("Handrail"),
        "private_metadata": _metadata(origin),
        "blocks": _below_each_other(cards),
    }


def home_view(cards: Sequence[Card]) -> Json:
    """Cards as somebody's App Home."""
    return {"type": "home", "blocks": _below_each_other(cards)}


def _below_each_other(cards: Sequence[Card]) -> list[Json]:
    """The cards' blocks, as many whole cards as a view holds; the first one is always there."""
    found: list[Json] = []
    for card in cards:
        more = [*([{"type": "divider"}] if found else []), *blocks(card)]
        if len(found) + len(more) > VIEW_BLOCKS:
            break
        found += more
    return [{**block, "block_id": f"b{number}"} for number, block in enumerate(found)]


def _input(item: Input) -> Json:
    return {
        "type": "input",
        "block_id": item.name,
        "label": plain(item.label),
        "element": {**_element(item), "action_id": item.name},
        "optional": not item.required,
        **({"hint": plain(item.help)} if item.help else {}),
    }


def _element(item: Input) -> Json:
    match item:
        case TextInput():
            return {
                "type": "plain_text_input",
                "multiline": item.multiline,
                "max_length": item.most,
                **({"initial_value": item.value} if item.value else {}),
            }
        case Choice():
            kind = "radio_buttons" if len(item.options) <= RADIOS else "static_select"
            chosen = [_option(option) for option in item.options if option.value == item.value]
            return {
                "type": kind,
                "options": [_option(option) for option in item.options],
                **({"initial_option": chosen[0]} if chosen else {}),
            }
        case MultiChoice():
            kind = "checkboxes" if len(item.options) <= CHECKBOXES else "multi_static_select"
            several = [_option(option) for option in item.options if option.value in item.values]
            return {
                "type": kind,
                "options": [_option(option) for option in item.options],
                **({"initial_options": several} if several else {}),
            }
        case UserInput():
            return {"type": "users_select", **({"initial_user": item.value} if item.value else {})}
