"""Surveys of students: slips with a link each, one answer a link, and nobody's answer is known."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from bot.app import assemble
from bot.run import web
from handlers.due import keep_house
from handlers.pages import Page
from storage import people, surveys
from tests.stage import Stage, button_of, only_card, only_form, words_of

PUBLIC = "https://handrail.example/team"
LINK = re.compile(r"https://handrail\.example/team(/[sp]/[A-Za-z0-9_-]+)")
GLAD = {"listened": "5", "helped": "5", "again": "yes", "knew": "yes", "grade": "8", "language": "es"}


@pytest.fixture
async def browser(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    stage.app = assemble(stage.app.database, stage.clock, [stage.platform], public_url=PUBLIC)
    transport = httpx.ASGITransport(web(stage.app, []))
    async with httpx.AsyncClient(transport=transport, base_url="https://handrail.example") as client:
        yield client


async def start(stage: Stage) -> str:
    """Start a survey of 20 slips for a week. Returns the path of the page with the slips."""
    card = only_card(await stage.press("rivera", "survey"))
    form = only_form(await stage.press("rivera", button_of(card, "Start a survey")))
    shown = words_of(only_card(await stage.submit("rivera", form, slips="20", days="7")))
    found = LINK.search(shown)
    assert found, shown
    return found[1]


def slip(stage: Stage, number: int) -> str:
    """The path of one slip's link."""
    pages = stage.app.intake.pages
    assert pages is not None
    return pages.link(Page.SURVEY, 1, number).removeprefix(PUBLIC)


async def answer(browser: httpx.AsyncClient, path: str, **values: str) -> httpx.Response:
    return await browser.post(path, data=values or GLAD, follow_redirects=False)


async def sheet(stage: Stage) -> dict[str, object] | None:
    async with stage.app.database.read() as tx:
        found = await surveys.look(tx, 1)
        assert found is not None
        return {"results": found.results, "answers": await surveys.answers(tx, 1)}


async def test_from_the_slips_to_what_came_of_it(stage: Stage, browser: httpx.AsyncClient) -> None:
    printed = (await browser.get(await start(stage))).text
    assert printed.count("<svg") == 20
    assert "Point your phone" in printed
    asked = await browser.get(slip(stage, 0))
    assert "How was it with your peer helper?" in asked.text
    assert 'name="viewport"' in asked.text
    assert "<script" not in asked.text
    assert "<textarea" not in asked.text
    assert 'type="text"' not in asked.text, "no free text: nobody would read it in time"
    for number in range(6):
        taken = await answer(browser, slip(stage, number), **{**GLAD, "helped": "5" if number else "2"})
        assert taken.status_code == 303
    assert "Thank you" in (await browser.get(slip(stage, 0))).text

    card = only_card(await stage.press("rivera", "survey"))
    assert "of 5" not in words_of(card), "nobody sees an answer before it is closed"
    closed = words_of(only_card(await stage.press("rivera", button_of(card, "Close it now"))))
    assert "6 students answered" in closed
    assert "It helped me.: 4.5 of 5" in closed
    assert "Would you come again?: Yes: 6" in closed
    assert "does nothing now" in (await browser.get(slip(stage, 7))).text


async def test_each_link_brings_one_answer_and_no_other_link_any(
    stage: Stage, browser: httpx.AsyncClient
) -> None:
    await start(stage)
    await answer(browser, slip(stage, 3))
    await answer(browser, slip(stage, 3), helped="1")  # printed twice, or sent twice
    pages = stage.app.intake.pages
    assert pages is not None
    for path in (
        slip(stage, 20),  # there are twenty: 0 to 19
        pages.link(Page.SURVEY, 9, 0).removeprefix(PUBLIC),
        pages.link(Page.SLIPS, 1, 3).removeprefix(PUBLIC).replace("/p/", "/s/"),
        "/s/nonsense",
        f"/s/{'A' * 500}",
    ):
        await answer(browser, path)
        assert "does nothing now" in (await browser.get(path)).text
    found = await sheet(stage)
    assert found is not None
    assert found["answers"] == [GLAD]


@pytest.mark.parametrize(
    "values",
    [
        {"helped": "6"},
        {"helped": ["1", "2"]},
        {"other": "yes"},
        {"again": "I want to die"},
        {"helped": "x" * 5_000},
        {f"more{number}": "1" for number in range(60)},
        {},
    ],
)
async def test_what_is_no_answer_is_not_kept_and_the_link_still_works(
    stage: Stage, browser: httpx.AsyncClient, values: dict[str, str]
) -> None:
    await start(stage)
    await browser.post(slip(stage, 0), data=values)
    found = await sheet(stage)
    assert found is not None
    assert found["answers"] in ([], [{"helped": "2"}])
    if not found["answers"]:
        assert "Six short questions" in (await browser.get(slip(stage, 0))).text


async def test_of_fewer_than_five_answers_nothing_is_told_or_kept(
    stage: Stage, browser: httpx.AsyncClient
) -> None:
    await start(stage)
    for number in range(4):
        await answer(browser, slip(stage, number))
    closed = words_of(only_card(await stage.press("rivera", "survey.close:1")))
    assert "Fewer than five" in closed
    found = await sheet(stage)
    assert found == {"results": {"answered": 4, "counts": None}, "answers": []}


async def test_few_answers_to_each_question_are_said_to_be_few_and_a_new_survey_can_begin(
    stage: Stage, browser: httpx.AsyncClient
) -> None:
    await start(stage)
    for number in range(6):
        only = ("helped", "2") if number < 3 else ("again", "yes")
        await answer(browser, slip(stage, number), **dict([only]))
    closed = words_of(only_card(await stage.press("rivera", "survey.close:1")))
    assert "6 students answered" in closed
    assert "Fewer than five students answered each question" in closed
    again = only_card(await stage.press("rivera", "survey"))
    assert only_form(await stage.press("rivera", button_of(again, "Start a survey")))


async def test_no_few_answers_can_be_worked_out_from_the_others(
    stage: Stage, browser: httpx.AsyncClient
) -> None:
    await start(stage)
    for number in range(20):
        again = "yes" if number < 12 else "maybe" if number < 19 else "no"
        await answer(browser, slip(stage, number), again=again, knew="yes" if number % 5 else "no")
    closed = words_of(only_card(await stage.press("rivera", "survey.close:1")))
    assert "20 students answered" in closed
    assert "Would you come again?: Yes: 12 · Other answers: 8" in closed
    assert "Maybe" not in closed
    assert "can't keep secret?: too few" in closed, "16 and 4: who knows the sum knows both"


async def test_it_closes_by_itself_after_its_last_day(stage: Stage, browser: httpx.AsyncClient) -> None:
    await start(stage)
    for number in range(5):
        await answer(browser, slip(stage, number))
    stage.clock.moment += timedelta(days=7)  # its last day
    await keep_house(stage.app.database, stage.clock.now())
    assert "Six short questions" in (await browser.get(slip(stage, 6))).text
    stage.clock.moment += timedelta(days=1)
    assert "does nothing now" in (await browser.get(slip(stage, 6))).text, "also before anybody has counted"
    await keep_house(stage.app.database, stage.clock.now())
    assert "5 students answered" in words_of(only_card(await stage.press("rivera", "survey")))


async def test_nothing_that_is_kept_joins_an_answer_to_a_link_or_a_time(
    stage: Stage, browser: httpx.AsyncClient
) -> None:
    await start(stage)
    async with stage.app.database.read() as tx:
        before = [str(row) for row in await tx.execute(text("SELECT * FROM audit"))]
        seen = (await tx.execute(text("SELECT count(*) FROM seen_events"))).scalar()
    order = [9, 2, 17, 4, 11]
    for at, number in enumerate(order):
        stage.clock.moment += timedelta(minutes=7)
        await answer(browser, slip(stage, number), helped=str(at + 1))
    async with stage.app.database.read() as tx:
        (row,) = (await tx.execute(text("SELECT * FROM surveys"))).mappings()
        sealed = bytes(row["sheet"])
        content = json.loads(stage.app.database.keys.open(sealed))
        assert [str(row) for row in await tx.execute(text("SELECT * FROM audit"))] == before
        assert (await tx.execute(text("SELECT count(*) FROM seen_events"))).scalar() == seen
    assert content["used"] == sorted(order), "by number, not in the order in which they came"
    assert list(content["answers"]) == sorted(content["answers"]), "by chance"
    assert not {str(number) for number in order} & set(content["answers"])
    from base64 import urlsafe_b64decode

    assert urlsafe_b64decode(sealed)[1:9] == bytes(8), "the seal does not tell when"


async def test_slips_are_for_the_staff_for_a_day_and_never_in_an_order_that_tells(
    stage: Stage, browser: httpx.AsyncClient
) -> None:
    path = await start(stage)
    assert (await browser.get(path)).text.count("<svg") == 20
    async with stage.app.database.write() as tx:
        rivera = await people.by_account(tx, 1, "rivera")
        assert rivera is not None
        await people.suspend(tx, rivera.id)
    assert "does nothing now" in (await browser.get(path)).text, "asked at every look"
    stage.clock.moment += timedelta(hours=24)
    assert "does nothing now" in (await browser.get(path)).text
    slips = [await stage.app.visits.slips("nonsense")]
    assert slips == [None]


async def test_without_a_public_address_nothing_is_started(stage: Stage) -> None:
    card = only_card(await stage.press("rivera", "survey.start"))
    assert "PUBLIC_URL" in words_of(card)
    assert "Nothing was started" in words_of(card)


async def test_there_is_one_survey_at_a_time(stage: Stage, browser: httpx.AsyncClient) -> None:
    await start(stage)
    refused = words_of(only_card(await stage.submit("rivera", "survey.start", slips="20", days="7")))
    assert "open already" in refused


async def test_another_school_sees_nothing_of_it(stage: Stage, browser: httpx.AsyncClient) -> None:
    await start(stage)
    elsewhere = await stage.elsewhere()
    refused = words_of(only_card(await elsewhere.press("tanaka", "survey.close:1")))
    assert "Not done" in refused
    assert "Start a survey" in words_of(only_card(await elsewhere.press("tanaka", "survey")))


@pytest.mark.parametrize(("header", "language"), [("es-MX,en;q=0.5", "es"), ("", "en")])
async def test_the_page_speaks_the_phones_language(
    stage: Stage, browser: httpx.AsyncClient, header: str, language: str
) -> None:
    await start(stage)
    shown = await browser.get(slip(stage, 0), headers={"accept-language": header})
    assert f'html lang="{language}"' in shown.text
    policy = shown.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert shown.headers["cache-control"] == "no-store"
