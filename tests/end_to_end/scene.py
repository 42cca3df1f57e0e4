"""The sandbox's page as its people see and use it, through a real browser.

With ``HANDRAIL_SCREENSHOTS`` set to a folder, a picture of each scene is kept there.
"""

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect


class Side:
    """One person's side of the sandbox."""

    def __init__(self, page: Page, user: str, name: str) -> None:
        self.page = page
        self.pane = page.locator(f'[data-person="{user}"]')
        self.composer = self.pane.get_by_label(f"Message as {name}")

    async def write(self, text: str) -> None:
        await self.composer.fill(text)
        await self.composer.press("Escape")  # closes the list of commands, if it is open
        await self.composer.press("Enter")

    async def press(self, label: str) -> None:
        await self.pane.get_by_role("button", name=label, exact=True).last.click()

    async def sees(self, text: str) -> None:
        await expect(self.pane.get_by_text(text).last).to_be_visible()

    async def never_saw(self, *texts: str) -> None:
        read = await self.pane.inner_text()
        assert not [text for text in texts if text in read]

    async def paged_case(self) -> str:
        """The name of the case that this person is paged for: numbers leave gaps by chance."""
        title = self.pane.get_by_text(re.compile(r"^E-\d+ · .*somebody needs you")).last
        await expect(title).to_be_visible()
        return (await title.inner_text()).partition(" ")[0]


class Scene:
    """Everybody's sides of one sandbox page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.maya = Side(page, "maya", "Maya")
        self.leo = Side(page, "leo", "Leo")
        self.rivera = Side(page, "rivera", "Ms. Rivera")
        self.okafor = Side(page, "okafor", "Mr. Okafor")
        self.hale = Side(page, "hale", "Dr. Hale")
        self.sam = Side(page, "sam", "Sam")

    async def move_clock(self, label: str) -> None:
        """Let time pass, until all that was due on the way has happened: days of it take seconds."""
        button = self.page.get_by_role("button", name=label, exact=True)
        await button.click()
        await expect(button).to_be_enabled(timeout=30_000)

    async def switch_to(self, name: str) -> None:
        """Look at somebody's side, where not all of them fit on the screen."""
        await self.page.get_by_role("navigation").get_by_role("button", name=name).click()

    async def picture(self, name: str) -> None:
        if folder := os.environ.get("HANDRAIL_SCREENSHOTS"):
            await self.page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")

    async def fits(self) -> None:
        """The page does not scroll sideways."""
        wide = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"the page is {wide} pixels wider than the screen"

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")


async def open_scene(browser: Browser, address: str, width: int = 1440, height: int = 900) -> Scene:
    """Open the sandbox in a window of this size."""
    page = await browser.new_page(viewport={"width": width, "height": height})
    page.on("pageerror", lambda error: pytest.fail(f"the page's script failed: {error}"))
    await page.goto(address)
    return Scene(page)
