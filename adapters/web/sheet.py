"""``/sheet``: what a helper passes on and what not, on one page to print. The same for everybody.

It holds nothing of any team: whom to go to is filled in by hand before it is copied.
"""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from adapters.web.answer import preferred
from adapters.web.headers import headers_of
from handlers.cards.limits import FILL_IN, SHEET, TITLE
from handlers.languages import LANGUAGES, say_in

_TEMPLATES = Path(__file__).with_name("templates")
_STYLE = (_TEMPLATES / "sheet.css").read_text(encoding="utf-8")
_HEADERS = headers_of(_STYLE) | {"Cache-Control": "public, max-age=3600", "Vary": "Accept-Language"}
_page = Environment(
    loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
).get_template


def sheet_routes() -> list[Route]:
    """The page in the browser's language, and in each language by its code."""

    async def show(request: Request) -> Response:
        asked = request.path_params.get("language", "")
        found = page(asked or preferred(request), base="" if asked else "sheet/")
        return HTMLResponse(found, status_code=200 if asked in ("", *LANGUAGES) else 404, headers=_HEADERS)

    return [Route("/sheet", show, methods=["GET"]), Route("/sheet/{language}", show, methods=["GET"])]


def page(language: str, *, base: str = "") -> str:
    """The page in a language. ``base`` is what stands before a language's code in its links."""
    say = say_in(language)
    return _page("sheet.html").render(
        language=say.language,
        style=_STYLE,
        title=say(TITLE),
        parts=[(say(part.heading), [say(line) for line in part.lines]) for part in SHEET],
        fill_in=[say(label) for label in FILL_IN],
        languages=LANGUAGES.items(),
        base=base,
    )
