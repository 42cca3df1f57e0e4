"""Service hours, milestones and thanks: for each helper alone, and never at the wrong moment."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from bot.app import assemble
from bot.run import web
from handlers.certificate import Certificate, draw_certificate
from handlers.chat import FormErrors
from handlers.registry import load
from storage import people
from storage.words import Role
from tests.stage import Stage, only_card, only_form, words_of

PUBLIC = "https://handrail.example"
LINK = re.compile(r"https://handrail\.example(/p/[A-Za-z0-9_-]+)")


@pytest.fixture
async def browser(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    stage.app = assemble(stage.app.database, stage.clock, [stage.platform], public_url=PUBLIC)
    transport = httpx.ASGITransport(web(stage.app, []))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as client:
        yield client


async def log(stage: Stage, user: str, minutes: int, said: str = "went well") -> str:
    """Log a check-in in one line. Returns what its writer reads at once."""
    effects = await stage.command(user, f"/checkin tutoring {minutes}m {said}")
    return "\n".join(words_of(effect.card) for effect in effects)


async def thank(stage: Stage, words: str, who: str = "maya") -> object:
    form = only_form(await stage.command("rivera", "/thanks"))
    return (await stage.submit("rivera", form, who=who, words=words))[-1]


async def test_hours_count_what_was_logged_and_not_what_was_taken_back(stage: Stage) -> None:
    assert "Nothing logged yet" in words_of(only_card(await stage.command("maya", "/hours")))
    await log(stage, "maya", 45)
    await log(stage, "maya", 30)
    await log(stage, "leo", 120)
    await stage.press("maya", "checkin.undo:2")
    shown = words_of(only_card(await stage.command("maya", "/hours")))
    assert "Check-ins: 1" in shown
    assert "Time: 0 h 45 min" in shown
    assert "Leo" not in shown


async def test_a_milestone_is_said_once_when_it_is_reached(stage: Stage) -> None:
    assert "Your first check-in" in await log(stage, "maya", 30)
    assert "first" not in await log(stage, "maya", 30)
    assert "5 hours given" in await log(stage, "maya", 240)
    assert "hours given" not in await log(stage, "maya", 20)


async def test_nobody_is_congratulated_on_a_disclosure(stage: Stage) -> None:
    said = await log(stage, "maya", 30, "he said he wants to kill himself tonight")
    assert "is being told now" in said
    assert "first check-in" not in said
    assert "Thank you for being there" not in said


async def test_a_certificate_is_a_pdf_for_whoever_asked_for_it_for_a_day(
    stage: Stage, browser: httpx.AsyncClient
) -> None:
    assert "Nothing logged yet" in words_of(only_card(await stage.press("maya", "hours.certificate")))
    await log(stage, "maya", 190)
    shown = words_of(only_card(await stage.press("maya", "hours.certificate")))
    assert "gave 3\N{NO-BREAK SPACE}h to others" in shown, "full hours: nobody certifies more than there were"
    found = LINK.search(shown)
    assert found
    pdf = await browser.get(found[1])
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    async with stage.app.database.write() as tx:
        maya = await people.by_account(tx, 1, "maya")
        assert maya is not None
        await people.suspend(tx, maya.id)
    assert "does nothing now" in (await browser.get(found[1])).text
    stage.clock.moment += timedelta(hours=24)
    assert "does nothing now" in (await browser.get(found[1])).text


@pytest.mark.parametrize("name", ["王小明", "محمد", "Ana 王"])
async def test_a_name_that_a_pdf_cannot_show_is_printed_by_the_readers_own_device(
    stage: Stage, browser: httpx.AsyncClient, name: str
) -> None:
    await stage.add("new", name, Role.HELPER)
    await log(stage, "new", 190)
    found = LINK.search(words_of(only_card(await stage.press("new", "hours.certificate"))))
    assert found
    shown = await browser.get(found[1])
    assert shown.headers["content-type"].startswith("text/html")
    assert f'<p class="name" dir="auto">{name}</p>' in shown.text
    assert "gave 3\N{NO-BREAK SPACE}h to others" in shown.text
    assert "unsafe" not in shown.headers["content-security-policy"]


@pytest.mark.parametrize(
    "name", ["Zoë Álvarez", "Nguyễn Thị Ánh", "Cash $5 and $6", r"\frac$\alpha$", "Nguyễn"]
)
def test_a_name_is_drawn_as_it_is_written(name: str, recwarn: pytest.WarningsRecorder) -> None:
    pdf = draw_certificate(Certificate("Certificate", name, ("gave 3 h", ""), "Coordinator", "Logged"))
    assert pdf is not None
    assert pdf.startswith(b"%PDF")
    assert not [each for each in recwarn if "missing" in str(each.message)]


async def test_without_a_public_address_the_coordinator_can_sign_what_the_card_says(stage: Stage) -> None:
    await log(stage, "maya", 60)
    shown = words_of(only_card(await stage.press("maya", "hours.certificate")))
    assert "gave 1\N{NO-BREAK SPACE}h" in shown
    assert "Ask your coordinator to sign" in shown


async def test_a_thank_you_reaches_one_helper_and_nobody_else(stage: Stage) -> None:
    answer = await thank(stage, "You stayed calm and you brought it to us. That was just right.")
    assert "Maya gets your message" in words_of(answer.card)
    card = stage.inbox("maya")[-1]
    assert card.title == "Ms. Rivera says thank you"
    assert "just right" in words_of(card)
    assert "Rivera" not in card.fallback
    assert "just right" not in stage.sees("leo")
    assert "just right" not in stage.sees("okafor")


async def test_thanks_at_night_wait_for_the_morning(stage: Stage) -> None:
    stage.clock.moment += timedelta(hours=12)  # 22:00 at the school
    await thank(stage, "Thank you for today.")
    assert stage.inbox("maya") == []
    stage.clock.moment += timedelta(hours=10, minutes=1)
    await stage.tick()
    assert "Thank you for today." in words_of(stage.inbox("maya")[-1])


async def test_words_that_raise_a_concern_are_paged_and_not_passed_on(stage: Stage) -> None:
    form = only_form(await stage.command("rivera", "/thanks"))
    said = "Thanks for telling us that he wants to kill himself tonight"
    await stage.submit("rivera", form, who="maya", words=said)
    assert stage.inbox("maya") == []
    assert "not sent to the helper" in stage.sees("rivera")
    assert any("E-1" in card.title for card in stage.inbox("rivera") + stage.inbox("okafor"))


@pytest.mark.parametrize(
    ("who", "words", "wrong"),
    [
        ("maya", "Thanks for looking after P-7K2M", {"words"}),
        ("maya", "  ", {"words"}),
        ("okafor", "Thank you", {"who"}),
        ("sam", "Thank you", {"who"}),
        ("", "Thank you", {"who"}),
    ],
)
async def test_what_cannot_be_sent_is_said_and_kept_in_the_form(
    stage: Stage, who: str, words: str, wrong: set[str]
) -> None:
    answer = await thank(stage, words, who)
    assert isinstance(answer, FormErrors)
    assert set(answer.errors) == wrong
    assert stage.inbox("maya") == []


def test_there_is_no_leaderboard() -> None:
    names = {*load().commands, *load().buttons}
    words = {word for name in names for word in re.split(r"[^a-z]+", name)}
    assert not {word for word in words if "leader" in word or "rank" in word or word in ("top", "best")}
