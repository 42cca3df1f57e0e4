"""The gallery as the sandbox shows it: every card and form on one page, to be looked at and measured."""

from html import escape
from pathlib import Path

from adapters import web
from adapters.web import render
from adapters.web.render import FormPlace
from adapters.web.sandbox import Message, SandboxPerson
from handlers.chat import Card, Form, PlaceKind
from handlers.languages import say_in
from tests.gallery import Team, pictures
from tests.gallery.sample import NOW, READER, ZONE

SCHEMES = ("light", "dark")
"""What ``data-theme`` of the page may be."""
STATIC = Path(web.__file__).with_name("static").as_uri() + "/"
PEOPLE = {
    READER: SandboxPerson(READER, "Maya", "helper"),
    "rivera": SandboxPerson("rivera", "Ms. Rivera", "coordinator"),
}

# The sandbox shows one conversation in a window that scrolls, and one form above it. Here everything stands
# under each other; nothing else of its style is touched.
_PAGE = """<!doctype html>
<html lang="{language}" data-theme="{scheme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Handrail, every card: {language}</title>
<link rel="stylesheet" href="/static/sandbox.css">
<style>
html, body {{ height: auto; }}
body {{ display: block; background: var(--pane); }}
.pane, .log {{ overflow: visible; }}
.dialog {{ position: static; display: block; max-height: none; margin: 0 auto; }}
* {{ animation: none !important; transition: none !important; }}
.caption {{ margin: 26px 0 0; color: var(--quiet); font: 11px var(--mono); }}
</style>
</head>
<body>
<main class="pane current"><div class="log">
{pictures}
</div></main>
</body>
</html>
"""


def sheet(language: str, team: Team | None = None, scheme: str = SCHEMES[0]) -> str:
    """Every picture in a language, as a page for a browser; ``team`` fills in other words, if given."""
    say = say_in(language)
    shown = "\n".join(_figure(each.name, each.make(say)) for each in pictures(team))
    return _PAGE.format(language=language, scheme=scheme, pictures=shown).replace("/static/", STATIC)


def _figure(name: str, shown: Card | Form) -> str:
    html = _form(shown) if isinstance(shown, Form) else _message(name, shown)
    return f'<section data-picture="{escape(name)}"><p class="caption">{escape(name)}</p>{html}</section>'


def _message(name: str, card: Card) -> str:
    return render.message(Message(id=name, at=NOW, card=card), READER, PEOPLE, ZONE)


def _form(form: Form) -> str:
    return f'<div class="dialog">{render.form(form, FormPlace(READER, PlaceKind.DIRECT), PEOPLE)}</div>'
