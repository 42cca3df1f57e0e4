"""The page behind a link on a phone: in every language, light and dark, nothing cut, small or pale."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route

from adapters.web.answer import HEADERS
from adapters.web.answer import page as answer_page
from handlers.languages import LANGUAGES, say_in
from handlers.links import USELESS, Found, Standing

pytestmark = pytest.mark.browser

PAGES = {
    "asks": Found(Standing.ASKS, "E-12"),
    "asks-drill": Found(Standing.ASKS, "DRILL E-12", drill=True),
    "yours": Found(Standing.YOURS, "E-12"),
    "taken": Found(Standing.TAKEN, "E-12"),
    "useless": USELESS,
}
FAULTS = """() => {
  const light = (color) => {
    const parts = color.match(/[0-9.]+/g).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = getComputedStyle(each).backgroundColor;
      if (!/, 0\\)$/.test(color)) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the screen");
  for (const element of document.querySelectorAll("h1, p, button")) {
    const name = element.textContent.slice(0, 30);
    const [one, other] = [light(getComputedStyle(element).color), light(behind(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < 4.5) found.push(`${name}: contrast ${contrast}`);
    if (parseFloat(getComputedStyle(element).fontSize) < 16) found.push(`${name}: too small`);
    const low = element.getBoundingClientRect().height < 44;
    if (element.tagName === "BUTTON" && low) found.push(`${name}: low`);
  }
  if (document.querySelectorAll("h1").length !== 1) found.push("no one title");
  if (document.querySelector("script")) found.push("a script");
  return found;
}"""


async def _open(browser: Browser, scheme: Any) -> Page:
    return await browser.new_page(viewport={"width": 390, "height": 700}, color_scheme=scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_can_be_read_and_tapped_on_a_phone(browser: Browser, scheme: str) -> None:
    tab = await _open(browser, scheme)
    faults = {}
    for language in LANGUAGES:
        for name, found in PAGES.items():
            await tab.set_content(answer_page(say_in(language), found))
            faults[f"{name} {language}"] = await tab.evaluate(FAULTS)
            if folder := os.environ.get("HANDRAIL_SCREENSHOTS"):
                await tab.screenshot(path=Path(folder) / f"answer-{name}-{language}-{scheme}.png")
    assert {name: each for name, each in faults.items() if each} == {}


async def test_its_first_button_is_reached_with_the_keyboard(browser: Browser) -> None:
    tab = await _open(browser, "light")
    await tab.set_content(answer_page(say_in("en"), PAGES["asks"]))
    await tab.keyboard.press("Tab")
    assert await tab.evaluate("document.activeElement.value") == "now"


async def test_the_browser_takes_its_style_and_lets_its_button_through(browser: Browser) -> None:
    tab = await _open(browser, "light")
    pressed: list[str | None] = []
    html = {**HEADERS, "content-type": "text/html; charset=utf-8"}

    async def answer(route: Route) -> None:
        if route.request.method == "POST":
            pressed.append(route.request.post_data)
        await route.fulfill(body=answer_page(say_in("en"), PAGES["asks"]), headers=html)

    await tab.route("**/*", answer)
    await tab.goto("https://handrail.example/team/a/token")
    assert await tab.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") == "480px"
    await tab.get_by_role("button", name="In 10 minutes").click()
    await tab.wait_for_load_state()
    assert pressed == ["how=in_10"]
    assert tab.url == "https://handrail.example/team/a/token"
