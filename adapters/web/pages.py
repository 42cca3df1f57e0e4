"""Small pages beside chat: ``/s/{token}`` (a survey), ``/p/{token}`` (slips, a report, a certificate).

No script, no account, no copy kept in a cache; every link that does nothing (any more) says the same.
"""

import asyncio
import csv
from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qsl

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from adapters.web.answer import HEADERS, preferred
from adapters.web.headers import headers_of
from handlers import survey_questions
from handlers.languages import Say, say_in
from handlers.report import Report
from handlers.supervision_chart import Bars, Panel
from handlers.supervision_questions import SCALE, Kind
from handlers.visits import CertificateView, ReportView, Slips, Standing, SurveyView, Visits
from storage.db import DatabaseUnavailable

BODY = 2_000
"""Bytes of an answer; six choices are a tenth of it."""
_TEMPLATES = Path(__file__).with_name("templates")
_STYLES = {
    name: (_TEMPLATES / f"{name}.css").read_text(encoding="utf-8")
    for name in ("survey", "slips", "report", "certificate")
}
_page = Environment(
    loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
).get_template
Endpoint = Callable[[Request], Awaitable[Response]]
COLUMNS = ("now", "before", "goal", "baseline")


def page_routes(visits: Visits) -> list[Route]:
    """The pages behind the links."""

    async def survey(request: Request) -> Response:
        found = await visits.survey(request.path_params["token"])
        return survey_page(found, preferred(request, found.language))

    async def take_survey(request: Request) -> Response:
        token = request.path_params["token"]
        await visits.take_survey(token, await _values(request))
        # Shown anew, so that loading it again sends nothing; relative, for there may be a path before "/s/".
        return RedirectResponse(f"./{token}", status_code=303, headers=HEADERS)

    async def staff(request: Request) -> Response:
        token = request.path_params["token"]
        if (slips := await visits.slips(token)) is not None:
            return HTMLResponse(await asyncio.to_thread(slips_page, slips), headers=_headers("slips"))
        if (view := await visits.report(token, pictures=True)) is not None:
            return HTMLResponse(report_page(view), headers=_headers("report"))
        if (view := await visits.report(token, pictures=False)) is not None:
            return _file(
                figures(view.report, say_in(view.language)).encode("utf-8-sig"), "figures.csv", "text/csv"
            )
        if (certificate := await visits.certificate(token)) is not None:
            if certificate.pdf is not None:
                return _file(certificate.pdf, "certificate.pdf", "application/pdf")
            return HTMLResponse(certificate_page(certificate), headers=_headers("certificate"))
        return _over(preferred(request))

    return [
        Route("/s/{token}", _guarded(survey), methods=["GET"]),
        Route("/s/{token}", _guarded(take_survey), methods=["POST"]),
        Route("/p/{token}", _guarded(staff), methods=["GET"]),
    ]


def _guarded(endpoint: Endpoint) -> Endpoint:
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except DatabaseUnavailable:
            say = say_in(preferred(request))
            lines = [say("Handrail cannot read or save anything at the moment. Please try again later.")]
            return _plain(say, say("Not now"), lines, status=503)

    return answer


async def _values(request: Request) -> dict[str, str]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY:
            return {}
    try:
        return dict(parse_qsl(body.decode(errors="replace"), max_num_fields=50))
    except ValueError:  # more fields than any form has
        return {}


# --- surveys -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    """A question as the page shows it. ``options`` are (value, label)."""

    key: str
    label: str
    scale: bool
    options: tuple[tuple[str, str], ...]


def survey_page(found: SurveyView, language: str) -> Response:
    """A survey as it stands for whoever opened its link."""
    say = say_in(language)
    if found.standing is Standing.OVER:
        return _over(say.language)
    if found.standing is Standing.THANKS:
        lines = [say("Your answer is counted, without your name."), *_turn_to(say, found)]
        return _plain(say, say("Thank you"), lines)
    questions = [
        _Asked(
            question.key,
            say(survey_questions.ASKED.get(question.key, question.label)),
            question.kind is Kind.SCALE,
            tuple(
                (value, label if label.isdigit() else say(label))
                for value, label in (question.options or tuple(SCALE.items()))
            ),
        )
        for question in survey_questions.QUESTIONS
    ]
    html = _page("survey.html").render(
        language=say.language,
        style=_STYLES["survey"],
        title=say("How was it with your peer helper?"),
        programme=found.programme,
        lines=[
            say("Six short questions. Skip what you like. Nobody can see who answered what."),
        ],
        questions=questions,
        ends=(say("not at all"), say("very much")),
        send=say("Send"),
        foot=_turn_to(say, found),
    )
    return HTMLResponse(html, headers=_headers("survey"))


def _turn_to(say: Say, found: SurveyView) -> list[str]:
    """Nobody reads this page at once, so it says who does pick up the phone."""
    lines = [say("Nobody reads this right away. If you need somebody now, tell an adult you trust.")]
    numbers = [each for each in (found.phone, found.crisis_line) if each]
    return [*lines, say("Call: {numbers}", numbers=" · ".join(numbers))] if numbers else lines


def _over(language: str) -> Response:
    say = say_in(language)
    return _plain(say, say("This link does nothing now"), [say("It was used already, or its time is over.")])


def _plain(say: Say, title: str, lines: list[str], *, status: int = 200) -> Response:
    html = _page("survey.html").render(
        language=say.language,
        style=_STYLES["survey"],
        title=title,
        programme="",
        lines=lines,
        questions=[],
        ends=("", ""),
        send="",
        foot=[],
    )
    return HTMLResponse(html, status, headers=_headers("survey"))


def slips_page(found: Slips) -> str:
    """Slips to cut apart, each with a code for a phone's camera. Slow for many: call it beside the loop."""
    say = say_in(found.language)
    codes = [segno.make(link, error="m").svg_inline(scale=2, border=2) for link in found.links]
    return _page("slips.html").render(
        language=say.language,
        style=_STYLES["slips"],
        programme=found.programme,
        ask=say("How was it with your peer helper?"),
        how=say("Point your phone's camera here. No name, no account. One answer each."),
        until=say("Until {day}", day=say.whole_day(found.closes_on)),
        codes=codes,
    )


def certificate_page(found: CertificateView) -> str:
    """A certificate to print, in the letters that the reader's own device has."""
    return _page("certificate.html").render(
        language=found.language,
        style=_STYLES["certificate"],
        content=found.content,
        how=say_in(found.language)("To keep it, print this page or save it as a PDF."),
    )


# --- reports -----------------------------------------------------------------------------------


def report_page(view: ReportView) -> str:
    """A report to read on a phone or to print."""
    say = say_in(view.language)
    heads = {
        "now": say("This term"),
        "before": say("Last term"),
        "goal": say("Goal"),
        "baseline": say("Baseline"),
    }
    parts = []
    for at, section in enumerate(view.report.sections):
        used = [name for name in COLUMNS if any(getattr(each, name) for each in section.lines)]
        picture = view.pictures.get(at)
        parts.append(
            {
                "title": section.title,
                "says": section.says,
                "heads": [heads[name] for name in used],
                "rows": [(each.label, [getattr(each, name) for name in used]) for each in section.lines],
                "picture": b64encode(picture).decode() if picture else "",
                "alt": _alt(section.panels),
                "missing": bool(section.panels) and not picture,
            }
        )
    return _page("report.html").render(
        language=say.language,
        style=_STYLES["report"],
        title=say("Peer helpers: the term's report"),
        programme=view.report.programme,
        term=view.report.term,
        until=view.report.until,
        compared=say("Last term: {term}", term=view.report.compared) if view.report.compared else "",
        parts=parts,
        missing=say("The picture that belongs here could not be drawn. The figures are all there."),
        nothing=say("Nothing was logged in this term yet."),
        foot=say(
            "No names stand here, and nothing that anybody wrote. So that nobody can be recognised, fewer "
            "than five people, conversations or cases are never given as a number, and small groups are put "
            "together or left out. A dash: not known, or too few. A baseline is where the team stood before."
        ),
    )


def _alt(panels: Sequence[Panel]) -> str:
    """What a picture shows, in words."""
    told = []
    for panel in panels:
        if isinstance(panel, Bars):
            bars = ", ".join(f"{label}: {end}" for label, _, end in panel.bars)
            told.append(f"{panel.title}. {bars}.")
        else:
            parts = ", ".join(f"{name}: {sum(numbers)}" for name, numbers in panel.parts)
            told.append(f"{panel.title}. {parts}.")
    return " ".join(told)


def figures(found: Report, say: Say) -> str:
    """The same figures for a spreadsheet."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(
        [say("Part"), say("Figure"), say("This term"), say("Last term"), say("Goal"), say("Baseline")]
    )
    for section in found.sections:
        for each in section.lines:
            writer.writerow([section.title, each.label, *(getattr(each, name) for name in COLUMNS)])
    return file.getvalue()


def _headers(style: str) -> dict[str, str]:
    return headers_of(_STYLES[style], asks=True, shows=True)


def _file(content: bytes, name: str, kind: str) -> Response:
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
