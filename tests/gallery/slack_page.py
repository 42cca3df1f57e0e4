"""Block Kit as Slack's clients show it, near enough to judge a card by: drawn from what Slack is told.

How Slack draws is not written down; sizes are those of its own clients in 2025. What is documented is kept:
a button shows some 30 characters, a closed list one line, an input that may be left out says so.
"""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from adapters.slack.render import Json

SCHEMES = ("light", "dark")
"""What ``data-theme`` of the page may be."""
_STYLE = Path(__file__).with_suffix(".css")
_PAGE = """<!doctype html>
<html lang="{language}" data-theme="{scheme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Handrail on Slack, every card: {language}</title>
<style>{style}</style>
</head>
<body><main>
{pictures}
</main></body>
</html>
"""


def page(told: Mapping[str, Json], language: str, scheme: str = SCHEMES[0]) -> str:
    """Messages and views below each other, each with its name."""
    return _PAGE.format(
        language=language,
        scheme=scheme,
        style=_STYLE.read_text(encoding="utf-8"),
        pictures="\n".join(_figure(name, each) for name, each in told.items()),
    )


def _figure(name: str, told: Json) -> str:
    match told.get("type"):
        case "modal":
            drawn = _modal(told)
        case "home":
            drawn = f'<div class="home">{_blocks(told["blocks"])}</div>'
        case _:
            drawn = _message(told)
    caption = f'<p class="caption">{escape(name)}</p>'
    return f'<section data-picture="{escape(name)}">{caption}{drawn}</section>'


def _message(told: Json) -> str:
    who = '<p class="who">Handrail <small class="app">APP</small> <small>10:40</small></p>'
    notification = f'<p class="notification">{escape(told["text"])}</p>'
    return (
        f'<div class="message"><div class="face">H</div>'
        f"<div>{who}{_blocks(told['blocks'])}{notification}</div></div>"
    )


def _modal(told: Json) -> str:
    submit = f'<button class="button submit">{_text(told["submit"])}</button>' if "submit" in told else ""
    close = "Cancel" if submit else "Close"  # Slack's own word, in the language of its client
    return (
        f'<div class="modal"><header>{_text(told["title"])}</header>{_blocks(told["blocks"])}'
        f'<footer><button class="button">{close}</button>{submit}</footer></div>'
    )


# --- blocks ------------------------------------------------------------------------------------


def _blocks(blocks: Sequence[Json]) -> str:
    return f'<div class="blocks">{"".join(map(_block, blocks))}</div>'


def _block(block: Json) -> str:
    match block["type"]:
        case "divider":
            return "<hr>"
        case "header":
            return f'<div class="header">{_text(block["text"])}</div>'
        case "section":
            return _section(block)
        case "rich_text":
            return f"<div>{''.join(map(_rich, block['elements']))}</div>"
        case "context":
            return f'<div class="context">{"".join(map(_small, block["elements"]))}</div>'
        case "image":
            return _image(block)
        case "actions":
            return f'<div class="actions">{"".join(map(_element, block["elements"]))}</div>'
        case "input":
            return _input(block)
        case other:
            raise ValueError(f"a block that is not drawn yet: {other}")


def _text(text: Json) -> str:
    return f'<span class="text">{escape(text["text"])}</span>'


def _section(block: Json) -> str:
    text = f"<div>{_text(block['text'])}</div>" if "text" in block else ""
    fields = "".join(f"<div>{_text(each)}</div>" for each in block.get("fields", ()))
    grid = f'<div class="fields">{fields}</div>' if fields else ""
    accessory = _element(block["accessory"]) if "accessory" in block else ""
    return f'<div class="section"><div>{text}{grid}</div>{accessory}</div>'


def _small(element: Json) -> str:
    return _image(element) if element["type"] == "image" else _text(element)


def _image(block: Json) -> str:
    title = f"<figcaption>{_text(block['title'])}</figcaption>" if "title" in block else ""
    alt = escape(block["alt_text"])
    return f'<figure>{title}<div class="alt" role="img" aria-label="{alt}">{alt}</div></figure>'


def _rich(part: Json) -> str:
    match part["type"]:
        case "rich_text_quote":
            return f"<blockquote>{_runs(part)}</blockquote>"
        case "rich_text_preformatted":
            return f"<pre>{_runs(part)}</pre>"
        case "rich_text_list":
            tag = "ol" if part["style"] == "ordered" else "ul"
            return f"<{tag}>{''.join(f'<li>{_runs(item)}</li>' for item in part['elements'])}</{tag}>"
        case _:
            return f"<div>{_runs(part)}</div>"


def _runs(part: Json) -> str:
    return "".join(map(_run, part["elements"]))


def _run(run: Json) -> str:
    match run["type"]:
        case "text":
            drawn = f'<span class="text">{escape(run["text"])}</span>'
        case "user":
            drawn = f'<span class="mention">@{escape(run["user_id"])}</span>'
        case "link":
            drawn = f"<a>{escape(run.get('text') or run['url'])}</a>"
        case other:
            raise ValueError(f"a piece of rich text that is not drawn yet: {other}")
    for style, tag in (("bold", "b"), ("italic", "i"), ("strike", "s"), ("code", "code")):
        if run.get("style", {}).get(style):
            drawn = f"<{tag}>{drawn}</{tag}>"
    return drawn


# --- elements ----------------------------------------------------------------------------------


def _input(block: Json) -> str:
    optional = " <small>(optional)</small>" if block.get("optional") else ""
    hint = f'<p class="hint">{_text(block["hint"])}</p>' if "hint" in block else ""
    label = f'<p class="label">{_text(block["label"])}{optional}</p>'
    return f'<div class="input">{label}{_element(block["element"])}{hint}</div>'


def _element(element: Json) -> str:
    match element["type"]:
        case "button":
            style = escape(element.get("style", ""))
            return f'<button class="button {style}">{_text(element["text"])}</button>'
        case "static_select" | "multi_static_select":
            return _list(element)
        case "users_select":
            return f'<div class="list">{_box(element.get("initial_user"), "Select a person")}</div>'
        case "radio_buttons":
            return _ticks(element, "tick radio")
        case "checkboxes":
            return _ticks(element, "tick")
        case "plain_text_input":
            tall = "tall" if element.get("multiline") else ""
            return _box(element.get("initial_value"), "", tall)
        case other:
            raise ValueError(f"an element that is not drawn yet: {other}")


def _box(value: str | None, placeholder: str, kind: str = "") -> str:
    filled = "filled" if value else ""
    return f'<div class="box {kind} {filled}">{escape(value or placeholder) or "&nbsp;"}</div>'


def _list(element: Json) -> str:
    """A closed list, and below it what it shows when it is open."""
    chosen = ", ".join(option["text"]["text"] for option in _chosen(element))
    # Slack's own words where a list has none, in the language of its client.
    placeholder = element.get("placeholder", {}).get("text", "Choose an option")
    options = "".join(f"<li>{_text(option['text'])}</li>" for option in element["options"])
    return f'<div class="list">{_box(chosen, f"{placeholder} ⌄")}<ul class="menu">{options}</ul></div>'


def _ticks(element: Json, kind: str) -> str:
    chosen = _chosen(element)
    return "".join(
        f'<div class="{kind} {"chosen" if option in chosen else ""}">{_text(option["text"])}</div>'
        for option in element["options"]
    )


def _chosen(element: Json) -> list[Any]:
    if "initial_option" in element:
        return [element["initial_option"]]
    return list(element.get("initial_options", ()))
