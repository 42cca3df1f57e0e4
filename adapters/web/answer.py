"""``/a/{token}``: the page behind a link on a page beside chat. It asks "have you got it?" and shows no more.

Opening it changes nothing; pressing its button does what the button in chat does. It needs no script, leaves
no copy behind, and says the same of every link that does nothing (any more).
"""

from pathlib import Path
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from adapters.web.headers import headers_of
from handlers.cards.words import HOW
from handlers.languages import DEFAULT, LANGUAGES, Say, say_in
from handlers.links import USELESS, Found, Links, Standing
from storage.db import DatabaseUnavailable

BODY = 1_000
"""Bytes of an answer; a button's are twenty."""
_TEMPLATES = Path(__file__).with_name("templates")
_STYLE = (_TEMPLATES / "answer.css").read_text(encoding="utf-8")
HEADERS = headers_of(_STYLE, asks=True)
_page = Environment(
    loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
).get_template


def answer_routes(links: Links) -> list[Route]:
    """The page behind every link."""

    async def show(request: Request) -> Response:
        try:
            found = await links.look(request.path_params["token"])
        except DatabaseUnavailable:
            return _away(preferred(request))
        say = say_in(found.language or preferred(request))
        return HTMLResponse(page(say, found), headers=HEADERS)

    async def take(request: Request) -> Response:
        token = request.path_params["token"]
        try:
            ours = await links.answer(token, await _how(request))
        except DatabaseUnavailable:
            return _away(preferred(request))
        if not ours:
            return HTMLResponse(page(say_in(preferred(request)), USELESS), headers=HEADERS)
        # Shown anew, so that loading it again sends nothing; relative, for there may be a path before "/a/".
        return RedirectResponse(f"./{token}", status_code=303, headers=HEADERS)

    return [Route("/a/{token}", show, methods=["GET"]), Route("/a/{token}", take, methods=["POST"])]


def page(say: Say, found: Found) -> str:
    """The page in a language."""
    title, lines, buttons = _said(say, found)
    return _show(say, title, lines, buttons)


def _show(say: Say, title: str, lines: list[str], buttons: list[tuple[str, str]]) -> str:
    template = _page("answer.html")
    return template.render(language=say.language, style=_STYLE, title=title, lines=lines, buttons=buttons)


def _said(say: Say, found: Found) -> tuple[str, list[str], list[tuple[str, str]]]:
    """Title, lines, and buttons as (value, label)."""
    case = found.case
    match found.standing:
        case Standing.ASKS if found.drill:
            line = say("This only tries whether pages reach you. Please answer it like a real one.")
            return say("Have you got {case}?", case=case), [line], [("now", say("I've got it"))]
        case Standing.ASKS:
            lines = [
                say("Opening this page has changed nothing. Answer only if you go: the others stop."),
                say("If you can't, do nothing here. The others are paged."),
            ]
            labels = {
                "now": say("I've got it: going now"),
                "in_10": say("In 10 minutes"),
                "by_phone": say("By phone"),
            }
            buttons = [(how, label) for how, label in labels.items() if how in HOW]
            return say("Have you got {case}?", case=case), lines, buttons
        case Standing.YOURS:
            line = (
                say("Somebody answered. Thank you for trying it.")
                if found.drill
                else say("Open Handrail now. What was written stands there, never here.")
            )
            return say("You have {case}", case=case), [line], []
        case Standing.TAKEN:
            line = say("Nothing was changed. Open Handrail to see who it is.")
            return say("Somebody else has {case}", case=case), [line], []
        case Standing.USELESS:
            line = say("If you were paged, open Handrail and answer there.")
            return say("This link does nothing now"), [line], []


def _away(language: str) -> Response:
    say = say_in(language)
    line = say("Handrail cannot save anything at the moment. Open it, or call your team: somebody needs you.")
    return HTMLResponse(_show(say, say("That was not saved"), [line], []), 503, headers=HEADERS)


def preferred(request: Request, default: str = DEFAULT) -> str:
    """The first language of the browser that Handrail speaks; the default if it names none."""
    for part in request.headers.get("accept-language", "").split(","):
        spoken = part.partition(";")[0].strip().partition("-")[0].lower()
        if spoken in LANGUAGES:
            return spoken
    return default or DEFAULT


async def _how(request: Request) -> str:
    """Which button was pressed; empty where what came is none of them."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY:
            return ""
    return parse_qs(body.decode(errors="replace")).get("how", [""])[0]
