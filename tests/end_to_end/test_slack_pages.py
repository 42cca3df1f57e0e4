"""Every card and form drawn in Slack's manner, on a phone and on a desk: nothing is wider than its place.

With ``HANDRAIL_SCREENSHOTS`` set to a folder, sheets of all of them are kept there, in every language and in
both colour schemes (``slack-fr-dark-390-03.png``), for people to look at.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from handlers.languages import LANGUAGES
from tests.adapters.slack_json import kept
from tests.gallery.sample import LONG
from tests.gallery.slack import payloads
from tests.gallery.slack_page import SCHEMES, page

pytestmark = pytest.mark.browser

WIDTHS = {"phone": 390, "desk": 700}
HEIGHT = 1600
"""Pixels of a sheet, so that it can be read as it is."""
ACROSS = 1400

WIDER = """() => [...document.querySelectorAll("[data-picture]")].filter((picture) =>
  picture.scrollWidth > picture.clientWidth).map((picture) => picture.dataset.picture)"""
CUT = """() => [...document.querySelectorAll("button")].filter((button) =>
  button.scrollWidth > button.clientWidth).map((button) => button.textContent)"""
AS_SHEETS = """([width, height]) => {
  const main = document.querySelector("main");
  main.style.setProperty("--width", `${width}px`);
  main.style.setProperty("--height", `${height}px`);
  main.className = "sheet";
  return main.scrollWidth;
}"""


async def _open(browser: Browser, folder: Path, html: str, width: int) -> Page:
    file = folder / "slack.html"
    file.write_text(html, encoding="utf-8")
    opened = await browser.new_page(viewport={"width": width, "height": HEIGHT})
    await opened.goto(file.as_uri())
    return opened


async def _keep_sheets(opened: Page, name: str, width: int) -> None:
    if not (folder := os.environ.get("HANDRAIL_SCREENSHOTS")):
        return
    wide = await opened.evaluate(AS_SHEETS, [width, HEIGHT])
    step = ACROSS // width * width
    await opened.set_viewport_size({"width": step, "height": HEIGHT})
    for number, left in enumerate(range(0, wide, step), 1):
        at = await opened.evaluate("left => { scrollTo(left, 0); return scrollX; }", left)
        clip: Any = {"x": left - at, "y": 0, "width": min(step, wide - left), "height": HEIGHT}
        await opened.screenshot(path=Path(folder) / f"slack-{name}-{width}-{number:02}.png", clip=clip)


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
async def test_what_is_kept_is_drawn_whole(browser: Browser, tmp_path: Path, width: int) -> None:
    opened = await _open(browser, tmp_path, page(kept(), "en"), width)
    assert await opened.locator("[data-picture]").count() == len(kept())
    assert await opened.evaluate(WIDER) == []
    assert await opened.evaluate(CUT) == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_longest_words_fit_on_a_phone(browser: Browser, tmp_path: Path, language: str) -> None:
    html = page(payloads(language, LONG), language)
    opened = await _open(browser, tmp_path, html, WIDTHS["phone"])
    assert await opened.evaluate(WIDER) == []
    await _keep_sheets(opened, f"{language}-long", WIDTHS["phone"])


if "HANDRAIL_SCREENSHOTS" in os.environ:  # somebody asks for pictures to look at

    @pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
    @pytest.mark.parametrize("scheme", SCHEMES)
    @pytest.mark.parametrize("language", LANGUAGES)
    async def test_sheets_are_kept(
        browser: Browser, tmp_path: Path, language: str, scheme: str, width: int
    ) -> None:
        opened = await _open(browser, tmp_path, page(payloads(language), language, scheme), width)
        await _keep_sheets(opened, f"{language}-{scheme}", width)
