"""The survey and the report on a phone: in every language, light and dark, nothing cut, small or pale."""

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from adapters.web.pages import report_page, survey_page
from handlers.languages import LANGUAGES
from handlers.report import Report
from handlers.report_figures import Line, Section, Term
from handlers.supervision_chart import Bars, draw
from handlers.visits import ReportView, Standing, SurveyView
from tests.end_to_end.test_answer_page import FAULTS

pytestmark = pytest.mark.browser

SURVEYS = {
    "asks": SurveyView(Standing.ASKS, "Harbor School peer helpers", "en", "555-0114", "988 (call or text)"),
    "thanks": SurveyView(Standing.THANKS, "Harbor School peer helpers", "en", "555-0114", ""),
    "over": SurveyView(Standing.OVER),
}


async def _tab(browser: Browser, scheme: Any) -> Any:
    return await browser.new_page(viewport={"width": 390, "height": 700}, color_scheme=scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_survey_can_be_read_and_tapped_on_a_phone(browser: Browser, scheme: str) -> None:
    tab = await _tab(browser, scheme)
    faults = {}
    for language in LANGUAGES:
        for name, found in SURVEYS.items():
            await tab.set_content(bytes(survey_page(found, language).body).decode())
            faults[f"{name} {language}"] = await tab.evaluate(FAULTS)
            if folder := os.environ.get("HANDRAIL_SCREENSHOTS"):
                file = Path(folder) / f"survey-{name}-{language}-{scheme}.png"
                await tab.screenshot(path=file, full_page=True)
    assert {name: each for name, each in faults.items() if each} == {}


async def test_a_survey_is_answered_by_taps_and_sends_what_was_chosen(browser: Browser) -> None:
    tab = await _tab(browser, "light")
    sent: list[str] = []

    async def serve(route: Any) -> None:
        if route.request.method == "POST":
            sent.append(route.request.post_data)
        page = survey_page(SURVEYS["thanks" if sent else "asks"], "en")
        await route.fulfill(body=bytes(page.body), headers=dict(page.headers))

    await tab.route("https://handrail.example/**", serve)
    await tab.goto("https://handrail.example/s/abc")
    await tab.get_by_role("group", name="It helped me.").get_by_role("radio", name="4").click()
    await tab.get_by_role("radio", name="Maybe").click()
    await tab.get_by_role("radio", name="Another language").click()
    await tab.get_by_role("button", name="Send").click()
    assert sent == ["helped=4&again=maybe&language=other"], "what was skipped is not sent"
    assert await tab.get_by_role("heading").inner_text() == "Thank you"


async def test_a_report_fits_a_phone(browser: Browser) -> None:
    bars = Bars("Conversations by month", (("March", 9.0, "9"), ("April", 0.0, "fewer than 5")))
    lines = (
        Line("Were told what a helper cannot keep secret", "100 %", "97 %", "100 %, reached", "95 %"),
        Line("Mediation and circles", "1041 times, 1200 h", "fewer than 5"),
    )
    term = Term(date(2026, 1, 12), date(2026, 5, 29))
    found = Report(
        "Harbor School peer helpers", str(term.first), "", "", (Section("Reach", ("Well.",), lines, (bars,)),)
    )
    view = ReportView(found, "en", {0: await draw((bars,))})
    tab = await _tab(browser, "light")
    await tab.set_content(report_page(view))
    assert await tab.evaluate(FAULTS) == []
    picture = tab.get_by_role("img")
    assert "April: fewer than 5" in (await picture.get_attribute("alt"))


# What a browser may not part when it turns a page: a heading, what it says, and its figures.
PARTED = """() => [...document.querySelectorAll("h2")].filter(head => {
    const whole = head.parentElement
    return getComputedStyle(whole).breakInside !== "avoid" || !whole.querySelector("table")
}).map(head => head.textContent)"""


async def test_a_printed_report_parts_no_heading_from_its_figures(browser: Browser) -> None:
    bars = Bars("Conversations by month", (("March", 9.0, "9"), ("April", 12.0, "12")))
    lines = tuple(Line(f"Figure {number}", str(number), "4") for number in range(9))
    sections = tuple(
        Section(title, ("Well.",), lines, (bars,)) for title in ("Reach", "Kinds of help", "Walks")
    )
    found = Report("Harbor School peer helpers", "2026", "", "", sections)
    picture = await draw((bars,))
    tab = await _tab(browser, "light")
    await tab.set_content(report_page(ReportView(found, "en", dict.fromkeys(range(3), picture))))
    await tab.emulate_media(media="print")
    assert await tab.evaluate(PARTED) == []
    assert await tab.evaluate("getComputedStyle(document.querySelector('footer')).breakInside") == "avoid"
