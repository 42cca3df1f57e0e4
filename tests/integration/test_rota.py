"""The duty rota: whoever is on duty is paged first, who is away last, and the week ahead is looked at."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from starlette.applications import Starlette

from bot.health import health_routes
from handlers import coverage, home
from handlers.chat import Effect, FormErrors, User
from storage import fallbacks, people, programmes, rota, supervision_people
from storage.supervision_people import SchoolDays
from storage.words import Channel, Role
from tests.integration.test_doctor import complete, examine
from tests.integration.test_doctor import keys as _keys
from tests.stage import START, Stage, button_of, only_card, only_form, words_of

keys = _keys  # those that doctor finds in the environment too
TODAY = date(2026, 3, 2)
"""A Monday, 10:00 at the school."""
WEEK = tuple(str(day) for day in range(5))


async def id_of(stage: Stage, user: str) -> int:
    async with stage.app.database.read() as tx:
        person = await people.by_account(tx, 1, user)
    assert person is not None
    return person.id


async def on_duty(
    stage: Stage, user: str, days: Sequence[str] = WEEK, *, starts: str = "8:00", ends: str = "15:00"
) -> Sequence[Effect]:
    form = only_form(await stage.press("rivera", "rota.add"))
    who = await id_of(stage, user)
    return await stage.submit(
        "rivera", form, key="", who=str(who), days=tuple(days), starts=starts, ends=ends
    )


async def is_away(stage: Stage, user: str, first: int = 0, last: int = 0) -> Sequence[Effect]:
    form = only_form(await stage.press(user, "rota.away"))
    days = {"first": TODAY + timedelta(days=first), "last": TODAY + timedelta(days=last)}
    return await stage.submit(user, form, **{name: day.isoformat() for name, day in days.items()})


def paged(stage: Stage) -> list[str]:
    """Who has got a page, in no order."""
    return [user for user in ("rivera", "okafor", "chen") if any("E-" in c.title for c in stage.inbox(user))]


async def shown(stage: Stage, user: str = "rivera") -> str:
    return words_of(only_card(await stage.command(user, "/handrail rota")))


# --- who is paged ------------------------------------------------------------------------------


async def test_whoever_is_on_duty_is_paged_first_then_the_others(stage: Stage) -> None:
    await stage.add("chen", "Ms. Chen", Role.COORDINATOR)
    await on_duty(stage, "chen")
    await stage.command("maya", "/urgent")
    assert paged(stage) == ["chen"]
    await stage.wait(5)
    assert paged(stage) == ["okafor", "chen"], "the backup"
    await stage.wait(5)
    assert paged(stage) == ["rivera", "okafor", "chen"]


async def test_a_backup_who_is_on_duty_is_paged_before_the_coordinator(stage: Stage) -> None:
    await on_duty(stage, "okafor")
    await stage.command("maya", "/urgent")
    assert paged(stage) == ["okafor"]
    assert "Mr. Okafor" in stage.sees("maya")
    await stage.press_last("okafor", "I can't")
    assert paged(stage) == ["rivera", "okafor"]


async def test_out_of_their_hours_everything_is_as_without_a_rota(stage: Stage) -> None:
    await on_duty(stage, "okafor", starts="10:01")
    await stage.command("maya", "/urgent")
    assert paged(stage) == ["rivera"]
    await stage.wait(1)
    await stage.command("leo", "/urgent")
    assert "E-2" in stage.inbox("okafor")[0].title


async def test_hours_are_those_of_the_school_s_clock_also_when_clocks_change(stage: Stage) -> None:
    await on_duty(stage, "okafor", ["0"], starts="10:00", ends="10:30")
    stage.clock.moment = START + timedelta(days=7, minutes=-60)  # 9 March: summer time has begun
    await stage.command("maya", "/urgent")
    assert paged(stage) == ["okafor"]


async def test_who_is_away_is_paged_last_and_loses_nothing(stage: Stage) -> None:
    await stage.add("chen", "Ms. Chen", Role.BACKUP)
    await is_away(stage, "rivera")
    await stage.command("maya", "/urgent")
    assert "rivera" not in paged(stage)
    assert "E-1" in words_of(only_card(await stage.press("rivera", "cases")))
    await stage.wait(10)
    assert paged(stage) == ["rivera", "okafor", "chen"]
    await stage.press_last("rivera", "I've got it")
    assert "Ms. Rivera has it" in stage.sees("maya")


async def test_if_nobody_else_is_left_who_is_away_is_paged_at_once(stage: Stage) -> None:
    for user in ("rivera", "okafor"):
        await is_away(stage, user)
    await stage.command("maya", "/urgent")
    assert paged(stage) == ["rivera"]
    await stage.press_last("rivera", "I can't")
    assert paged(stage) == ["rivera", "okafor"]


async def test_who_is_left_out_is_left_out_on_duty_too(stage: Stage) -> None:
    await on_duty(stage, "okafor")
    await is_away(stage, "rivera")
    await stage.command("maya", "/urgent mr okafor hits me")
    assert paged(stage) == ["rivera"]


async def test_a_drill_goes_to_whoever_is_on_duty(stage: Stage) -> None:
    await on_duty(stage, "okafor")
    await stage.command("rivera", "/drill")
    assert [card.title for card in stage.inbox("okafor")] == ["DRILL E-1 · nobody is in danger"]
    assert stage.inbox("rivera") == []


async def test_an_open_case_keeps_the_ladder_that_it_began_with(stage: Stage) -> None:
    await on_duty(stage, "okafor")
    await stage.command("maya", "/urgent")
    await is_away(stage, "okafor")
    await stage.wait(2)
    assert paged(stage) == ["okafor"]
    assert len(stage.inbox("okafor")) == 2


# --- the week ----------------------------------------------------------------------------------


async def test_the_card_shows_the_week_who_is_away_and_takes_hours_off_again(stage: Stage) -> None:
    saved = words_of(only_card(await on_duty(stage, "okafor", ["0", "2"])))
    assert "Mr. Okafor is on duty then." in saved
    assert "Mon 2 Mar: 08:00–15:00 Mr. Okafor\nTue 3 Mar: –\nWed 4 Mar: 08:00–15:00 Mr. Okafor" in saved
    away = words_of(only_card(await is_away(stage, "okafor", 2, 3)))
    assert "Wed 4 Mar: 08:00–15:00 Mr. Okafor (away)" in away
    assert "Mr. Okafor is away: Wed 4 Mar to Thu 5 Mar" in away
    card = only_card(await stage.command("rivera", "/handrail rota"))
    after = words_of(only_card(await stage.choose("rivera", card, "Monday 08:00–15:00 · Mr. Okafor")))
    assert "Mon 2 Mar: –" in after
    assert "Wed 4 Mar: 08:00–15:00" in after
    assert "not there any more" in words_of(only_card(await stage.choose("rivera", card, "Monday")))


async def test_backups_see_it_and_change_only_what_is_their_own(stage: Stage) -> None:
    await on_duty(stage, "rivera")
    card = only_card(await stage.command("okafor", "/handrail rota"))
    assert "Add hours" not in words_of(card)
    assert "Take hours off" not in words_of(card)
    for pressed in ("rota.add", "rota.drop"):
        assert "for coordinators" in words_of(only_card(await stage.press("okafor", pressed, value="1")))
    form = only_form(await stage.press("okafor", "rota.away"))
    assert [item.name for item in form.inputs] == ["first", "last"]
    rivera = str(await id_of(stage, "rivera"))
    await stage.submit("okafor", form, who=rivera, first="2026-03-02", last="2026-03-02")
    assert "Ms. Rivera (away)" not in await shown(stage)
    assert "Mr. Okafor is away: Mon 2 Mar" in await shown(stage)


@pytest.mark.parametrize("pressed", ["rota", "rota.away", "rota.hand", "rota.back", "rota.take:1:yes"])
async def test_helpers_and_outside_contacts_have_none(stage: Stage, pressed: str) -> None:
    await stage.outside_contact()
    for user in ("maya", "hale"):
        assert "for coordinators" in words_of(only_card(await stage.press(user, pressed)))
        assert "for coordinators" in words_of(only_card(await stage.command(user, "/handrail rota")))
    assert "On duty" not in words_of(only_card(await stage.command("maya", "/handrail")))


async def test_a_coordinator_enters_that_somebody_is_ill(stage: Stage) -> None:
    form = only_form(await stage.press("rivera", "rota.away"))
    okafor = str(await id_of(stage, "okafor"))
    answer = await stage.submit("rivera", form, who=okafor, last="2026-03-04")
    assert "Mr. Okafor is away: Mon 2 Mar to Wed 4 Mar" in words_of(only_card(answer))
    back = only_card(
        await stage.press("okafor", button_of(only_card(await stage.press("okafor", "rota")), "I'm back"))
    )
    assert "Good to have you back." in words_of(back)
    assert "Okafor is away" not in words_of(back)


async def test_what_is_no_time_and_no_day_is_refused_with_what_was_typed(stage: Stage) -> None:
    for starts, ends, wrong in (
        ("8:00", "8", {"ends"}),
        ("25:00", "x", {"starts", "ends"}),
        ("24:01", "9h30", {"starts"}),
    ):
        [errors] = await on_duty(stage, "okafor", starts=starts, ends=ends)
        assert isinstance(errors, FormErrors)
        assert set(errors.errors) == wrong
        assert starts in [getattr(item, "value", "") for item in errors.form.inputs]
    for first, last, wrong in (
        ("soon", "2026-03-04", {"first"}),
        ("2026-03-04", "2026-03-03", {"last"}),
        ("2026-02-01", "2026-03-01", {"last"}),
    ):
        form = only_form(await stage.press("okafor", "rota.away"))
        [errors] = await stage.submit("okafor", form, first=first, last=last)
        assert isinstance(errors, FormErrors)
        assert set(errors.errors) == wrong
    async with stage.app.database.read() as tx:
        assert await rota.hours(tx, 1) == []
        assert await rota.absences(tx, 1, TODAY) == []


async def test_another_team_s_hours_and_adults_are_out_of_reach(stage: Stage) -> None:
    elsewhere = await stage.elsewhere()
    await on_duty(stage, "okafor")
    assert "not there any more" in words_of(
        only_card(await elsewhere.press("tanaka", "rota.drop", value="1"))
    )
    form = only_form(await elsewhere.press("tanaka", "rota.add"))
    okafor = str(await id_of(stage, "okafor"))
    [errors] = await elsewhere.submit("tanaka", form, who=okafor, days=("0",), starts="8", ends="9")
    assert isinstance(errors, FormErrors)
    assert "Okafor" not in words_of(only_card(await elsewhere.command("tanaka", "/handrail rota")))


async def test_many_hours_are_shown_in_parts(stage: Stage) -> None:
    for hour in range(8, 13):
        await on_duty(stage, "okafor", [str(day) for day in range(7)], starts=f"{hour}", ends=f"{hour + 1}")
    card = only_card(await stage.command("rivera", "/handrail rota"))
    more = only_card(await stage.press("rivera", button_of(card, "More")))
    assert "(Take hours off: " in words_of(more)
    after = await stage.choose("rivera", more, "Sunday 12:00–13:00")
    assert "Taken off." in words_of(only_card(after))


# --- handing a day on --------------------------------------------------------------------------


async def offer(stage: Stage, day: str = "2026-03-02") -> str:
    """Ms. Rivera, on duty, asks Mr. Okafor to take a day. Returns what she is told."""
    await on_duty(stage, "rivera")
    form = only_form(await stage.press("rivera", "rota.hand"))
    asked = await stage.submit("rivera", form, day=day, who=str(await id_of(stage, "okafor")))
    await stage.tick()
    return words_of(only_card(asked))


async def test_a_day_passes_on_once_the_other_has_said_yes(stage: Stage) -> None:
    assert "Mr. Okafor is asked. Until then you stay on duty." in await offer(stage)
    await stage.command("leo", "/urgent")
    assert paged(stage) == ["rivera"]
    asked = stage.inbox("okafor")[0]
    assert "Can you be on duty on Mon 2 Mar?" in words_of(asked)
    assert "Mon 2 Mar" in words_of(only_card(await stage.press("okafor", button_of(asked, "I take it"))))
    await stage.tick()
    assert "Mr. Okafor is on duty on Mon 2 Mar instead of you." in words_of(stage.inbox("rivera")[-1])
    assert "Mon 2 Mar: 08:00–15:00 Mr. Okafor\nTue 3 Mar: 08:00–15:00 Ms. Rivera" in await shown(stage)
    await stage.command("maya", "/urgent")
    assert "E-2" in stage.inbox("okafor")[-1].title
    again = await stage.press("okafor", button_of(asked, "I take it"))
    assert "Somebody else changed this" in words_of(only_card(again))


async def test_a_no_leaves_it_where_it_is(stage: Stage) -> None:
    await offer(stage)
    await stage.press_last("okafor", "I can't")
    await stage.tick()
    assert "Mr. Okafor can't on Mon 2 Mar. You stay on duty." in words_of(stage.inbox("rivera")[-1])
    await stage.command("maya", "/urgent")
    assert paged(stage) == ["rivera"]


async def test_only_who_was_asked_can_answer_and_only_while_it_is_to_come(stage: Stage) -> None:
    await offer(stage)
    await stage.add("chen", "Ms. Chen", Role.BACKUP)
    for user in ("rivera", "chen"):
        assert "not there any more" in words_of(only_card(await stage.press(user, "rota.take:1:yes")))
    stage.clock.moment += timedelta(days=1)
    assert "Somebody else changed this" in words_of(only_card(await stage.press_last("okafor", "I take it")))


async def test_who_is_not_on_duty_has_nothing_to_hand_on(stage: Stage) -> None:
    assert "Hand over" not in await shown(stage)
    assert "not there any more" in words_of(only_card(await stage.press("rivera", "rota.hand")))


# --- the week ahead ----------------------------------------------------------------------------


async def ahead(stage: Stage) -> list[str]:
    async with stage.app.database.read() as tx:
        return coverage.lines(await coverage.ahead(tx, await programmes.get(tx, 1), stage.clock.now()))


async def test_a_school_day_without_anybody_is_said_a_week_ahead_on_menu_and_home(stage: Stage) -> None:
    line = "Nobody is on duty: Fri 6 Mar 08:00–15:00. See /handrail rota."
    assert "Nobody is on duty" not in words_of(only_card(await stage.command("rivera", "/handrail")))
    await on_duty(stage, "okafor", WEEK[:4])
    assert line in words_of(only_card(await stage.command("rivera", "/handrail")))
    assert "Nobody is on duty" not in words_of(only_card(await stage.command("okafor", "/handrail")))
    user = User("web", "sandbox", "rivera")
    cards = await home.cards(stage.app.database, stage.app.fallback, user, stage.clock.now())
    assert line in "\n".join(map(words_of, cards))
    async with stage.app.database.write() as tx:
        holiday = SchoolDays("holiday", date(2026, 3, 6), date(2026, 3, 6))
        await supervision_people.set_school_days(tx, 1, [holiday])
    assert await ahead(stage) == []


async def test_all_away_is_said_with_and_without_a_rota(stage: Stage) -> None:
    for user in ("rivera", "okafor"):
        assert await ahead(stage) == []
        await is_away(stage, user, 3, 4)
    assert await ahead(stage) == ["all adults are away on 2026-03-05", "all adults are away on 2026-03-06"]
    assert "All adults are away: Thu 5 Mar and Fri 6 Mar." in await shown(stage)


async def test_somebody_whom_chat_does_not_reach_covers_nothing(stage: Stage) -> None:
    await on_duty(stage, "okafor")
    assert await ahead(stage) == []
    async with stage.app.database.write() as tx:
        await fallbacks.add_fallback(tx, await id_of(stage, "okafor"), 1, Channel.SMS, "json://localhost")
        await tx.execute(text("DELETE FROM accounts WHERE \"user\" = 'okafor'"))
    assert len(await ahead(stage)) == 6


async def test_readyz_tells_it_and_stays_ready(stage: Stage) -> None:
    await on_duty(stage, "okafor", WEEK[:4])
    transport = httpx.ASGITransport(Starlette(routes=health_routes(stage.app)))
    async with httpx.AsyncClient(transport=transport, base_url="http://handrail") as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["notices"] == ["programme 1: nobody is on duty on 2026-03-06, 08:00 to 15:00"]
    assert "Okafor" not in answer.text


async def test_doctor_tells_it_and_does_not_fail(stage: Stage, database_url: str) -> None:
    await complete(stage)
    async with stage.app.database.write() as tx:
        await rota.add_hours(tx, 1, await id_of(stage, "okafor"), [0], starts=480, ends=900)
    code, said = await examine(database_url)
    assert code == 0
    assert "TO LOOK AT  Nobody is on duty on 20" in said
    assert "08:00 to 15:00" in said
    assert "Okafor" not in said


async def test_what_is_done_stands_in_the_audit_trail(stage: Stage) -> None:
    await on_duty(stage, "okafor")
    await is_away(stage, "okafor")
    await stage.press("okafor", "rota.back")
    async with stage.app.database.read() as tx:
        deeds: list[Any] = list(await tx.scalars(text("SELECT deed FROM audit ORDER BY id")))
    assert deeds == ["duty_added", "away", "back"]
