"""Every card and form on a phone, as the sandbox shows it: nothing cut, nothing too small, nothing too pale.

With ``HANDRAIL_SCREENSHOTS`` set to a folder, pictures of all of them are kept there, in every language and
in both colour schemes (``cards-fr-dark-03.png``), for people to look at.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from handlers.languages import LANGUAGES
from tests.gallery import pages
from tests.gallery.pages import SCHEMES
from tests.gallery.sample import LONG, Team

pytestmark = pytest.mark.browser

WIDTH = 390
"""A phone."""
PIECE = 1600
"""Pixels of one picture, so that it can be read as it is."""
TAP = 44
"""Least height of what is tapped on a phone (WCAG 2.2, target size, level AAA; the same in Apple's guide)."""
CONTRAST = 4.5
"""Least contrast of text (WCAG 2.2, level AA)."""

FAULTS = Path(__file__).with_name("gallery_faults.js").read_text(encoding="utf-8")
TOPS = """() => [...document.querySelectorAll("[data-picture]")].map((picture) => {
  const box = picture.getBoundingClientRect();
  return [box.top + scrollY, box.bottom + scrollY];
})"""


async def _open(browser: Browser, folder: Path, language: str, team: Team | None = None) -> Page:
    file = folder / "cards.html"
    file.write_text(pages.sheet(language, team), encoding="utf-8")
    page = await browser.new_page(viewport={"width": WIDTH, "height": PIECE})
    await page.goto(file.as_uri())
    return page


async def _faults(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(FAULTS, {"tap": TAP, "contrast": CONTRAST})
    return found


async def _keep_pictures(page: Page, name: str) -> None:
    """Pieces that cut no card, where it fits on one."""
    if not (folder := os.environ.get("HANDRAIL_SCREENSHOTS")):
        return
    pieces: list[list[float]] = []
    for top, bottom in await page.evaluate(TOPS):
        if pieces and bottom - pieces[-1][0] <= PIECE:
            pieces[-1][1] = bottom
        else:
            pieces.append([top, bottom])
    for number, (top, bottom) in enumerate(pieces, 1):
        at = await page.evaluate("top => { scrollTo(0, top); return scrollY; }", top)
        clip: Any = {"x": 0, "y": top - at, "width": WIDTH, "height": min(bottom - top, PIECE)}
        await page.screenshot(path=Path(folder) / f"cards-{name}-{number:02}.png", clip=clip)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_card_and_form_can_be_read_and_tapped_on_a_phone(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    page = await _open(browser, tmp_path, language)
    found = {}
    for scheme in SCHEMES:
        await page.evaluate("scheme => document.documentElement.dataset.theme = scheme", scheme)
        await _keep_pictures(page, f"{language}-{scheme}")
        found[scheme] = await _faults(page)
    page = await _open(browser, tmp_path, language, LONG)
    found["a team with long words"] = await _faults(page)
    assert {what: faults for what, faults in found.items() if faults} == {}


async def test_faults_are_found(browser: Browser, tmp_path: Path) -> None:
    page = await _open(browser, tmp_path, "en")
    await page.add_style_tag(
        content="""
        [data-picture="checkins-undone"] .card-title { white-space: nowrap; width: 900px; }
        [data-picture="checkins-logged"] .button { min-height: 20px; }
        [data-picture="checkins-mine"] .card { color: #999999; }
        """
    )
    found = await _faults(page)
    assert any("checkins-undone" in fault and "outside" in fault for fault in found)
    assert any("checkins-logged" in fault and "high" in fault for fault in found)
    assert any("checkins-mine" in fault and "contrast" in fault for fault in found)
    assert any("wider than the screen" in fault for fault in found)
