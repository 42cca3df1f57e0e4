"""What the term's report tells of walks to an adult, groups, training and meetings, and what it hides."""

from datetime import timedelta

from handlers.training_needs import Module
from storage import attendance, checkins, handoffs, meetings, people, services, training
from storage.db import Tx
from storage.meetings import MeetingPlan
from storage.services import Details
from storage.training import Training
from storage.words import Attendance, Concern, Role
from tests.integration.test_report import BEFORE, THIS, figures, in_terms, written
from tests.stage import START, Stage, button_of, only_card, only_form, words_of

TODAY = START.date()


async def met(tx: Tx, number: int, *, walks: bool, outcome: str = "talked") -> None:
    """A first contact of Maya's, after which the peer asked to be walked to an adult, or did not."""
    maya = await people.by_account(tx, 1, "maya")
    assert maya is not None
    at = START - timedelta(days=5, minutes=number)
    peer = await checkins.add_peer(tx, 1, f"P-FC{number:02}", at)
    check_in = await _logged(tx, maya.id, peer, "listening", number)
    if walks:
        walk = await handoffs.add(tx, 1, maya.id, check_in_id=check_in, peer_id=peer, now=at)
        await handoffs.change(tx, walk, consent="yes", agreed_at=at, outcome=outcome)


async def _logged(tx: Tx, helper: int, peer: int | None, service: str, number: int) -> int:
    return await checkins.log(
        tx,
        programme_id=1,
        helper_id=helper,
        peer_id=peer,
        service=service,
        minutes=30,
        concern=Concern.NONE,
        note="quokka",
        at=START - timedelta(days=5, minutes=number),
    )


async def test_nine_in_ten_of_those_first_met_asked_to_be_walked_to_the_counselor(stage: Stage) -> None:
    await in_terms(stage)
    card = only_card(await stage.command("rivera", "/report"))
    goals = only_card(await stage.press("rivera", button_of(card, "Goals")))
    form = only_form(await stage.choose("rivera", goals, "Asked to be walked to the counselor"))
    await stage.submit("rivera", form, goal="90", baseline="70")
    async with stage.app.database.write() as tx:
        for number in range(20):
            await met(tx, number, walks=number < 18, outcome="talked" if number < 13 else "come_again")
    found = await written(stage)
    told = figures(found)
    assert told["First contacts"] == ("20", "0")
    assert told["Asked to be walked to the counselor"] == ("90 %", "")
    line = next(each for part in found.sections for each in part.lines if "counselor" in each.label)
    assert "90" in line.goal
    assert "reached" in line.goal
    assert "70" in line.baseline
    assert told["Talked with an adult"][0] == "13"
    assert told["Were asked to come again"][0] == "5"


async def test_that_nobody_asked_to_be_walked_is_told(stage: Stage) -> None:
    await in_terms(stage)
    async with stage.app.database.write() as tx:
        for number in range(60):
            await met(tx, number, walks=False)
    told = figures(await written(stage))
    assert told["First contacts"][0] == "60"
    assert told["Asked to be walked to the counselor"][0] == "0 %"
    assert told["Walks to an adult"][0] == "0"


async def test_how_contacts_came_about_is_told_in_shares_and_small_ones_stand_together(stage: Stage) -> None:
    await in_terms(stage)
    async with stage.app.database.write() as tx:
        maya = await people.by_account(tx, 1, "maya")
        assert maya is not None
        for number in range(20):
            session = await _logged(tx, maya.id, None, "listening", number)
            came = "planned" if number < 10 else "drop_in" if number < 18 else "referred"
            language = "es" if number < 4 else ""
            tier = "1" if number < 12 else "2"
            await services.keep(tx, session, Details(came=came, tier=tier, language=language))
    told = figures(await written(stage))
    assert told["How it came about"][0] == "planned 50 %, all others 50 %", "two can't be told from the sum"
    assert (
        told["Whom it was for"][0] == "for everybody (tier 1) 60 %, for students who need more (tier 2) 40 %"
    )
    assert "Languages used" not in told, "four would be known by their language"


async def test_few_walks_point_at_nobody(stage: Stage) -> None:
    await in_terms(stage)
    async with stage.app.database.write() as tx:
        for number in range(20):
            await met(tx, number, walks=number < 3, outcome="referred")
    told = figures(await written(stage))
    assert told["Walks to an adult"][0] == "fewer than 5"
    assert "Asked to be walked to the counselor" not in told
    assert "Were referred on" not in told


async def test_groups_are_counted_as_groups(stage: Stage) -> None:
    await in_terms(stage)
    async with stage.app.database.write() as tx:
        maya = await people.by_account(tx, 1, "maya")
        assert maya is not None
        for number in range(6):
            session = await _logged(tx, maya.id, None, "el_discussion", number)
            await services.keep(tx, session, Details(contact="group", people=8))
        for number in range(10):
            circle = await _logged(tx, maya.id, None, "mediation", number)
            ended = "reached" if number < 5 else "not_reached"
            await services.keep(tx, circle, Details(contact="group", people=2, agreement=ended))
        await _logged(tx, maya.id, None, "listening", 1)
    told = figures(await written(stage))
    assert told["Sessions with groups"][0] == "16"
    assert told["People who took part, as far as it was told"][0] == "68"
    assert told["Mediations and circles that ended with an agreement"][0] == "50 %"


async def test_who_is_trained_counts_on_the_day_the_report_is_about(stage: Stage) -> None:
    await in_terms(stage)
    async with stage.app.database.write() as tx:
        team = [await people.add(tx, programme_id=1, name="quokka", roles=[Role.HELPER]) for _ in range(7)]
        over = [
            Training(
                person_id=each,
                module=Module.LISTENING,
                title="",
                trainer="tapir",
                done_on=BEFORE.date(),
                expires_on=BEFORE.date() + timedelta(days=10),
            )
            for each in team
        ]
        done = [
            Training(person_id=each, module=module, title="", trainer="tapir", done_on=TODAY, expires_on=None)
            for number, each in enumerate(team)
            for module in (list(Module) if number < 6 else [Module.HANDOFF])
        ]
        await training.record_all(tx, 1, [*over, *done], recorded_by=team[0], now=START)
        await people.suspend(tx, team[0])
    found = await written(stage)
    told = figures(found)
    assert told["Have every module"][0] == "5 of 8", "six but the one on a break, of eight who help"
    assert told["Listening"][0] == "5", "what is over does not count"
    assert told["Walking to an adult"][0] == "6"
    assert "tapir" not in repr(found)
    assert "quokka" not in repr(found)


async def test_meetings_held_and_who_came_without_a_name(stage: Stage) -> None:
    await in_terms(stage)
    async with stage.app.database.write() as tx:
        maya = await people.by_account(tx, 1, "maya")
        leo = await people.by_account(tx, 1, "leo")
        assert maya is not None
        assert leo is not None
        plan = await meetings.add_plan(
            tx, MeetingPlan(0, 1, None, "weekly mon 15:30", 45, "evening", "tapir")
        )
        for week in range(-1, 4):  # the first one is to come
            starts = START - timedelta(days=7 * (week + 1) - 1)
            ends = starts + timedelta(minutes=45)
            await meetings.lay_out(tx, plan.id, starts, ends_at=ends, remind_at=None)
        held = await meetings.between(tx, 1, START - timedelta(days=60), START, most=9)
        assert len(held) == 4
        assert held[0].starts_at.date() >= THIS.first
        for number, each in enumerate(held[:3]):
            came = {maya.id: Attendance.CAME, leo.id: Attendance.CAME if number else Attendance.CANNOT}
            await attendance.keep(tx, each.id, came)
            await attendance.ticked(tx, each.id, START)
    told = figures(await written(stage))
    assert told["Meetings held"][0] == "3"
    assert told["Meetings where nobody wrote down who came"][0] == "1"
    assert told["Of those invited, came"][0] == "83 %"


async def test_an_observer_s_report_counts_no_case_that_somebody_is_left_out_of(stage: Stage) -> None:
    await stage.add("reyes", "Dr. Reyes", Role.OBSERVER)
    for number in range(6):
        about = "Ms. Rivera hits me" if number == 5 else "he wants to die"
        await stage.command("maya", f"/urgent P-7K2{number} {about}")
    own = words_of(only_card(await stage.command("reyes", "/report")))
    assert "Concerns that reached an adult: 5" in own
