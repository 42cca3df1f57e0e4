"""The main job in a real browser: what a helper does, and what each of the others then sees.

With ``HANDRAIL_SCREENSHOTS`` set to a folder, a picture of each scene is kept there.
"""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.browser

DISCLOSURE = "P-7K2M listening 20m he told me he is going to kill himself tonight, then he laughed it off"
SECRETS = ("kill himself", "laughed it off")


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


class Scene:
    """The four sides of one sandbox page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.maya = Side(page, "maya", "Maya")
        self.leo = Side(page, "leo", "Leo")
        self.rivera = Side(page, "rivera", "Ms. Rivera")
        self.okafor = Side(page, "okafor", "Mr. Okafor")

    async def move_clock(self, label: str) -> None:
        await self.page.get_by_role("button", name=label, exact=True).click()

    async def picture(self, name: str) -> None:
        if folder := os.environ.get("HANDRAIL_SCREENSHOTS"):
            await self.page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")


async def _open(browser: Browser, address: str, width: int = 1440, height: int = 900) -> Scene:
    page = await browser.new_page(viewport={"width": width, "height": height})
    page.on("pageerror", lambda error: pytest.fail(f"the page's script failed: {error}"))
    await page.goto(address)
    return Scene(page)


async def _close_case(scene: Scene, side: Side) -> None:
    await side.press("Close with an outcome")
    await scene.dialog.get_by_label("Talked with the student, safe for now").check()
    await scene.dialog.get_by_label("Student seen or spoken with").check()
    await scene.dialog.get_by_label("Report made").check()
    await scene.dialog.get_by_label("Told", exact=True).check()
    await scene.picture("outcome-form")
    await scene.dialog.get_by_role("button", name="Close the case").click()


async def test_a_check_in_with_a_disclosure_pages_climbs_is_taken_and_closed(browser: Browser, sandbox: str):
    scene = await _open(browser, sandbox)
    await scene.maya.write(f"/checkin {DISCLOSURE}")
    await scene.maya.sees("Ms. Rivera is being told now")
    await scene.rivera.sees("E-2 · Immediate · somebody needs you")
    await scene.picture("paged")
    await scene.rivera.never_saw(*SECRETS)
    await scene.leo.never_saw(*SECRETS, "E-2")
    await scene.okafor.never_saw("E-2")

    await scene.move_clock("2 min")
    await scene.maya.sees("No answer yet: call or go")
    await scene.move_clock("5 min")
    await scene.okafor.sees("E-2 · Immediate · somebody needs you")
    await scene.picture("backup-paged")

    await scene.okafor.press("I've got it: going now")
    await scene.okafor.sees("E-2 · You have it")
    await scene.rivera.sees("E-2 · Mr. Okafor has it")
    await scene.maya.sees("Mr. Okafor says: going now.")
    await scene.okafor.press("Show the note")
    await scene.okafor.sees("kill himself tonight")
    await scene.picture("note")
    await scene.rivera.never_saw(*SECRETS)

    await scene.okafor.press("I'm with the student")
    await _close_case(scene, scene.okafor)
    await scene.okafor.sees("E-2 · closed")
    await scene.rivera.sees("E-2 · closed")
    await scene.picture("closed")


async def test_urgent_needs_nothing_else_and_a_form_takes_ten_seconds(browser: Browser, sandbox: str):
    scene = await _open(browser, sandbox)
    await scene.leo.composer.press_sequentially("/urg")
    await expect(scene.leo.pane.get_by_role("option", name="/urgent")).to_be_visible()
    await scene.picture("completion")
    await scene.leo.composer.press("Tab")
    await scene.leo.composer.press("Enter")
    await scene.rivera.sees("E-2 · Immediate · somebody needs you")
    await scene.rivera.press("I can't")
    await scene.okafor.sees("E-2 · Immediate · somebody needs you")

    await scene.maya.write("/checkin")
    await expect(scene.dialog.get_by_text("Who was it with?")).to_be_visible()
    await scene.picture("check-in-form")
    await scene.dialog.get_by_role("button", name="Log it").click()
    await expect(scene.dialog).to_be_visible()  # "how worried" is never chosen for anybody
    await scene.dialog.get_by_label("Not worried").check()
    await scene.dialog.get_by_role("button", name="Log it").click()
    await expect(scene.dialog).to_be_hidden()
    await scene.maya.sees("Logged")


async def test_on_a_phone_one_notices_the_page_and_answers_it(browser: Browser, sandbox: str):
    scene = await _open(browser, sandbox, 390, 844)
    await scene.maya.write("he says he wants to die and has already written a goodbye note")
    await scene.maya.sees("Ms. Rivera is being told now")
    await scene.picture("phone-helper")
    switch = scene.page.get_by_role("navigation").get_by_role("button", name="Ms. Rivera")
    await switch.click()
    await scene.rivera.sees("somebody needs you")
    await scene.picture("phone-coordinator")
    await scene.rivera.press("By phone")
    await scene.rivera.sees("E-2 · You have it")
    wide = await scene.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390, "the page scrolls sideways on a phone"


async def test_markup_in_a_note_is_shown_as_text(browser: Browser, sandbox: str):
    scene = await _open(browser, sandbox)
    await scene.maya.write("P-7K2M tutoring 30m <img src=x onerror=alert(1)> <b>bold</b> *stars*")
    await scene.maya.sees("<img src=x onerror=alert(1)> <b>bold</b> *stars*")


async def test_a_page_that_was_reloaded_still_shows_everything_and_its_buttons_work(
    browser: Browser, sandbox: str
):
    scene = await _open(browser, sandbox)
    await scene.maya.write("/urgent")
    await scene.rivera.sees("E-2 · Immediate")
    await scene.page.reload()
    await scene.rivera.press("In 10 minutes")
    await scene.rivera.sees("E-2 · You have it")
    await scene.maya.sees("there in 10 minutes")


async def test_on_monday_every_helper_is_asked_how_the_week_was(browser: Browser, sandbox: str):
    scene = await _open(browser, sandbox)
    await scene.move_clock("Monday 9:00")
    for side in (scene.maya, scene.leo):
        await side.sees("How was your week as a helper?")
    await scene.maya.press("I'd like to talk")
    await scene.rivera.sees("A helper would like to talk")
    await scene.picture("monday")


async def test_a_disclosure_in_the_team_channel_is_answered_privately(browser: Browser, sandbox: str):
    scene = await _open(browser, sandbox)
    for side in (scene.leo, scene.maya):
        await side.pane.get_by_role("tab", name="#peer-team").click()
    await scene.leo.sees("Handrail reads along here")
    await scene.leo.write("does anybody know what to do, my friend says he wants to die tonight")
    await scene.leo.sees("Only you can see this")
    await scene.leo.sees("Ms. Rivera is being told now")
    await scene.maya.sees("my friend says he wants to die tonight")  # it stands in the channel, as typed
    await scene.maya.never_saw("Ms. Rivera is being told now")
    await scene.rivera.sees("E-2 · Immediate")
    await scene.picture("channel")
