"""The digest: its figures against an independent count, what it hides, and its picture."""

import asyncio
import struct
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers import supervision_digest
from handlers.cards.supervision_digest import chart_in_words
from handlers.chat import Card, Image, VocabularyError
from handlers.due import keep_house
from handlers.languages import say_in
from handlers.supervision_figures import Reason, Week, hide_small, to_see
from storage import checkins, people, programmes, rota, supervision_people
from storage.checkins import ServiceTotal
from storage.supervision_figures import Load
from storage.supervision_people import SchoolDays, Wish
from storage.words import Concern, Role
from tests.integration.moody import urgent
from tests.stage import Stage, button_of, only_card, only_form, words_of

MONDAY_EIGHT = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
DAY = 24 * 60


async def log(stage: Stage, helper: int, service: str, *, times: int, minutes: int = 30) -> None:
    async with stage.app.database.write() as tx:
        for number in range(times):
            code = f"P-{helper}{number:03}"
            peer = await checkins.find_peer(tx, 1, code) or await checkins.add_peer(
                tx, 1, code, stage.clock.now()
            )
            await checkins.log(
                tx,
                programme_id=1,
                helper_id=helper,
                peer_id=peer,
                service=service,
                minutes=minutes,
                concern=Concern.NONE,
                note="",
                at=stage.clock.now(),
            )


async def until(stage: Stage, moment: datetime) -> None:
    await stage.wait((moment - stage.clock.now()).total_seconds() / 60)


def digest(stage: Stage, user: str = "rivera") -> Card:
    return next(card for card in reversed(stage.inbox(user)) if "Your helpers" in card.title)


def image(card: Card) -> Image:
    return next(block for block in card.blocks if isinstance(block, Image))


async def take(stage: Stage, user: str) -> None:
    """Somebody has the first case, so that nobody is paged every few minutes for days."""
    await stage.press(user, "case.ack:1:now")
    await stage.press(user, "case.seen:1:yes")


@pytest.fixture
async def monday(stage: Stage) -> Stage:
    """A stage after a week with check-ins, a case and answers; the second Monday's digest is out."""
    await keep_house(stage.app.database, stage.clock.now())
    await until(stage, MONDAY_EIGHT + timedelta(hours=1))
    await stage.press_last("maya", "I'd like to talk")
    await stage.press_last("leo", "Fine")
    await log(stage, 1, "tutoring", times=7)
    await log(stage, 2, "listening", times=5, minutes=60)
    await log(stage, 2, "mediation", times=2)
    await stage.command("maya", "/urgent he told me he wants to kill himself tonight")
    await stage.wait(4)
    await take(stage, "rivera")
    await until(stage, MONDAY_EIGHT + timedelta(days=7))
    return stage


async def test_it_says_in_a_minute_whom_to_see_and_how_the_week_was(monday: Stage):
    card = words_of(digest(monday))
    assert "Your helpers, 2026-03-09 to 2026-03-16" in card
    assert "• Maya: would like to talk and raised a concern" in card
    assert "• Leo: many" not in card, "six hours are not twice what is usual in a team of two"
    assert "Answered the weekly question: 2 of 2 (100 %)" in card
    assert "Fine: 1 · It was a lot: 0 · I'd like to talk: 1" in card
    assert "Tutoring: 7 check-ins, 3 h 30 min" in card
    assert "• Leo: 7 check-ins, 6 h, peers: 5" in card
    assert "Cases opened: 1" in card
    assert "Median time to answer: 4 min" in card
    assert "Pages that nobody has answered: none" in card
    assert "Drills: 0" in card


async def test_a_service_with_few_check_ins_is_not_named_in_words_or_picture(monday: Stage):
    card = digest(monday)
    shown = words_of(card) + image(card).alt
    assert "Other services: fewer than 5 check-ins" in shown
    assert "ediation" not in shown


async def test_its_picture_is_as_wide_as_a_phone_shows_sharply_and_says_what_it_shows(monday: Stage):
    shown = image(digest(monday))
    width, height = struct.unpack(">II", shown.png[16:24])
    assert width == 720
    assert 400 < height < 1400
    assert len(shown.png) < 120_000
    assert "2026-03-09: Fine 1, It was a lot 0, I'd like to talk 1, No answer 0" in shown.alt


async def test_hours_without_anybody_on_duty_stand_in_the_digest(stage: Stage):
    await keep_house(stage.app.database, stage.clock.now())
    async with stage.app.database.write() as tx:
        rivera = await people.by_account(tx, 1, "rivera")
        assert rivera is not None
        await rota.add_hours(tx, 1, rivera.id, [0, 1, 2, 3], starts=480, ends=900)
    await until(stage, MONDAY_EIGHT)
    assert "Nobody is on duty: Fri 13 Mar 08:00–15:00" in words_of(digest(stage))


async def test_one_check_in_is_counted_as_one(stage: Stage):
    await keep_house(stage.app.database, stage.clock.now())
    await log(stage, 1, "tutoring", times=1)
    await until(stage, MONDAY_EIGHT)
    assert "Maya: 1 check-in, 30 min" in words_of(digest(stage))
    assert "Tutoring: 1 check-in, 30 min" in words_of(only_card(await stage.press("rivera", "week")))


async def test_without_a_picture_the_digest_still_comes(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    async def fails(_pictures: object) -> list[bytes]:
        raise RuntimeError("no room")

    monkeypatch.setattr(supervision_digest, "draw_each", fails)
    await keep_house(stage.app.database, stage.clock.now())
    await log(stage, 1, "tutoring", times=7)
    await until(stage, MONDAY_EIGHT)
    assert "Tutoring: 7" in words_of(digest(stage))
    assert not any(isinstance(block, Image) for block in digest(stage).blocks)


async def test_a_page_does_not_wait_for_a_picture_that_is_being_drawn(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    drawing, drawn = asyncio.Event(), asyncio.Event()

    async def slow(_pictures: object) -> list[bytes]:
        drawing.set()
        await drawn.wait()
        raise RuntimeError("no room")

    monkeypatch.setattr(supervision_digest, "draw_each", slow)
    await keep_house(stage.app.database, stage.clock.now())
    await log(stage, 1, "tutoring", times=7)
    monday = asyncio.create_task(until(stage, MONDAY_EIGHT))
    async with asyncio.timeout(20):
        await drawing.wait()
    async with asyncio.timeout(5):
        await stage.app.intake.receive(urgent(stage))
        await stage.app.delivery.drain()
    assert stage.inbox("rivera")[-1].title.startswith("E-1")
    drawn.set()
    await monday


async def test_each_adult_reads_figures_of_the_cases_that_they_may_know_of(stage: Stage):
    await keep_house(stage.app.database, stage.clock.now())
    await stage.add("ito", "Ms. Ito", Role.COORDINATOR)
    await stage.command("maya", "/urgent Ms. Rivera touches him when they are alone")
    await take(stage, "ito")
    await until(stage, MONDAY_EIGHT)
    assert "Cases opened: 1" in words_of(digest(stage, "ito"))
    assert "raised a concern" in words_of(digest(stage, "ito"))
    assert "Cases opened: 0" in words_of(digest(stage, "rivera"))
    assert "raised a concern" not in words_of(digest(stage, "rivera"))


async def test_where_there_is_no_coordinator_the_backup_reads_it(stage: Stage):
    async with stage.app.database.write() as tx:
        rivera = await people.by_account(tx, 1, "rivera")
        assert rivera is not None
        await people.suspend(tx, rivera.id)
    await keep_house(stage.app.database, stage.clock.now())
    await until(stage, MONDAY_EIGHT)
    assert "Your helpers" in digest(stage, "okafor").title


async def test_who_was_silent_for_two_weeks_is_named_unless_they_take_a_break(stage: Stage):
    await keep_house(stage.app.database, stage.clock.now())
    await stage.wishes("leo", pause="exam", weeks="4")
    await until(stage, MONDAY_EIGHT + timedelta(days=7))
    assert "Silent" not in words_of(digest(stage)), "the team is not that old"
    await until(stage, MONDAY_EIGHT + timedelta(days=14))
    card = words_of(digest(stage))
    assert "Silent for two weeks: Maya" in card
    assert "Leo (has exams)" in card
    assert "Maya: nothing heard for two weeks" in card


async def test_only_days_of_school_on_the_team_and_without_a_break_count_as_silent(stage: Stage):
    """Leo is always there; Maya comes back from a break, Nia is new, and school was closed for two weeks."""
    await keep_house(stage.app.database, stage.clock.now())
    closed = SchoolDays("holiday", date(2026, 3, 16), date(2026, 3, 29))
    async with stage.app.database.write() as tx:
        await supervision_people.set_school_days(tx, 1, [closed])
    await until(stage, MONDAY_EIGHT + timedelta(hours=2))
    for user in ("maya", "leo"):
        await stage.press_last(user, "Fine")
    await until(stage, MONDAY_EIGHT + timedelta(days=21))
    assert "Silent" not in words_of(digest(stage)), "school was closed for most of the time"
    await stage.wishes("maya", pause="break", weeks="4")
    await until(stage, MONDAY_EIGHT + timedelta(days=32))
    await stage.wishes("maya")
    form = only_form(await stage.press("rivera", "roster.add"))
    await stage.submit("rivera", form, who="nia", name="Nia", role="helper")
    await until(stage, MONDAY_EIGHT + timedelta(days=35))
    card = words_of(digest(stage))
    assert "Silent for two weeks: Leo\n" in card
    await until(stage, MONDAY_EIGHT + timedelta(days=49))
    assert "Silent for two weeks: Maya, Leo, Nia\n" in words_of(digest(stage))


async def test_many_who_are_silent_and_many_on_a_break_fit_into_one_digest(stage: Stage):
    await keep_house(stage.app.database, stage.clock.now())
    for number in range(40):
        person = await stage.add(
            f"h{number}", f"Maria Fernanda de los Angeles Gutierrez {number}", Role.HELPER
        )
        if number % 2:
            away = Wish(person, pause="away", paused_until=MONDAY_EIGHT + timedelta(days=99))
            async with stage.app.database.write() as tx:
                await supervision_people.save_wish(tx, away)
        elif number < 20:
            await log(stage, person, ["tutoring", "listening", "mediation"][number % 3], times=9)
    await until(stage, MONDAY_EIGHT + timedelta(days=14))
    card = words_of(digest(stage))
    assert "2026-03-23" in card
    assert "Silent for two weeks: " in card
    assert "Asked nothing at the moment: " in card
    assert " more" in card


async def test_a_digest_that_no_card_holds_comes_without_figures(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    def too_long(*_given: object) -> Card:
        raise VocabularyError("a card holds at most 4000 characters, not 4328")

    monkeypatch.setattr(supervision_digest.cards, "digest", too_long)
    await keep_house(stage.app.database, stage.clock.now())
    await until(stage, MONDAY_EIGHT)
    assert [card.title for card in stage.inbox("rivera")] == ["Your weekly digest"]


async def test_what_was_said_since_the_last_digest_is_told_when_the_question_comes_before_it(stage: Stage):
    await keep_house(stage.app.database, stage.clock.now())
    form = only_form(await stage.press("rivera", "schedule.when:2"))
    confirm = only_card(await stage.submit("rivera", form, when="every Monday 07:00", open_for="5"))
    await stage.press("rivera", button_of(confirm, "Save"))
    await stage.wishes("maya", quiet=("23", "5"))
    await until(stage, MONDAY_EIGHT + timedelta(hours=2))  # the first digest is out
    await stage.press_last("maya", "It was a lot")
    await until(stage, MONDAY_EIGHT + timedelta(days=7))
    assert "• Maya: says it was a lot" in words_of(digest(stage))
    await until(stage, MONDAY_EIGHT + timedelta(days=14))
    assert "says it was a lot" not in words_of(digest(stage)), "that was told a week ago"


async def test_what_was_said_before_a_week_without_a_digest_is_told_in_the_next_one(stage: Stage):
    await keep_house(stage.app.database, stage.clock.now())
    async with stage.app.database.write() as tx:
        closed = SchoolDays("holiday", date(2026, 3, 14), date(2026, 3, 22))
        await supervision_people.set_school_days(tx, 1, [closed])
    await until(stage, MONDAY_EIGHT + timedelta(hours=2))
    await stage.press_last("maya", "It was a lot")
    await until(stage, MONDAY_EIGHT + timedelta(days=14))
    assert "2026-03-23" in digest(stage).title
    assert "• Maya: says it was a lot" in words_of(digest(stage))


async def test_who_answered_in_the_form_alone_has_answered_and_who_was_late_has_not(stage: Stage):
    await keep_house(stage.app.database, stage.clock.now())
    await until(stage, MONDAY_EIGHT + timedelta(hours=2))
    form = only_form(await stage.press_last("maya", "Say more"))
    await stage.submit("maya", form, full="2")
    asked = stage.inbox("leo")[0]
    await until(stage, MONDAY_EIGHT + timedelta(days=4))
    await stage.press("leo", button_of(asked, "Fine"))
    await until(stage, MONDAY_EIGHT + timedelta(days=7))
    assert "Answered the weekly question: 1 of 2 (50 %)" in words_of(digest(stage))


async def test_the_picture_in_words_names_the_days_of_the_schools_own_clock(stage: Stage):
    await keep_house(stage.app.database, stage.clock.now())
    async with stage.app.database.write() as tx:
        view = await supervision_digest.figures(tx, await programmes.get(tx, 1), 3, stage.clock.now())
    monday = datetime(2026, 3, 9, 9, tzinfo=ZoneInfo("Australia/Sydney"))
    view = replace(view, weeks=(Week(monday.astimezone(UTC), 2, 1, {"fine": 1}),))
    assert "2026-03-09: Fine 1" in chart_in_words(say_in("en"), view, ZoneInfo("Australia/Sydney"))


async def test_only_adults_open_results_and_the_digest_goes_to_no_helper(monday: Stage):
    assert not any("Your helpers" in card.title for card in monday.inbox("maya"))
    refused = only_card(await monday.press("maya", "round.results:1"))
    assert "coordinators" in words_of(refused)


# --- figures by themselves -----------------------------------------------------------------------


def total(name: str, number: int) -> ServiceTotal:
    return ServiceTotal(name, number, number * 10)


def test_small_services_are_together_if_together_they_are_not_small():
    found = hide_small([total("a", 9), total("b", 4), total("c", 3)])
    assert [each.service for each in found.shown] == ["a"]
    assert found.others == ServiceTotal("", 7, 70)
    assert not found.few
    found = hide_small([total("a", 9), total("b", 4)])
    assert (found.others, found.few) == (None, True)
    assert hide_small([total("a", 5)]).few is False
    assert hide_small([]).shown == ()


def test_three_are_to_be_seen_and_the_gravest_reasons_first():
    loads = [Load(number, f"H{number}", 1, 30, 1, 0) for number in range(1, 7)]
    grave, light = Reason(100, "grave"), Reason(10, "light")
    found = to_see(loads, {2: {light}, 3: {light, grave}, 4: {grave}, 5: {light}, 99: {grave}})
    assert [each.person_id for each in found] == [3, 4, 2]
    assert found[0].reasons == (grave, light)


def test_many_hours_are_measured_by_what_is_usual_in_the_team():
    loads = [Load(number, f"H{number}", 3, 100, 1, 0) for number in range(1, 6)]
    assert to_see(loads, {}) == ()
    busy = [*loads, Load(6, "H6", 9, 300, 1, 0), Load(7, "H7", 2, 60, 1, 4)]
    assert [(each.person_id, each.reasons[0].text) for each in to_see(busy, {})] == [
        (6, "many hours"),
        (7, "often a little unsure"),
    ]
    assert [each.person_id for each in to_see(busy, {}, weeks=4)] == [7], "five hours in a month"
