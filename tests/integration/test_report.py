"""The term's report: what it counts, what it hides, who may read it, and that it names nobody."""

import csv
import re
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from bot.app import assemble
from bot.report import write_files
from bot.run import web
from bot.settings import Settings, SetupProblem
from handlers import report, supervision_digest, survey_questions
from handlers.chat import FormErrors
from handlers.due import keep_house
from handlers.languages import say_in
from handlers.report import Report
from handlers.report_figures import grouped
from handlers.supervision_figures import as_json, count
from handlers.supervision_questions import CONFIDENCE
from storage import (
    checkins,
    events,
    peers,
    people,
    programmes,
    supervision,
    supervision_people,
    supervision_rounds,
    surveys,
)
from storage.models import RoundRow
from storage.supervision_people import SchoolDays
from storage.words import Concern, Role
from tests.integration.test_doctor import KEY
from tests.integration.test_doctor import keys as _keys
from tests.stage import START, Stage, button_of, only_card, only_form, words_of

keys = _keys  # those that the command line finds in the environment too
PUBLIC = "https://handrail.example"
LINK = re.compile(r"https://handrail\.example(/p/[A-Za-z0-9_-]+)")
THIS = SchoolDays("term", date(2026, 1, 12), date(2026, 5, 29))
LAST = SchoolDays("term", date(2025, 8, 25), date(2025, 12, 19))
BEFORE = datetime(2025, 10, 6, 15, tzinfo=START.tzinfo)


@pytest.fixture
async def browser(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    stage.app = assemble(stage.app.database, stage.clock, [stage.platform], public_url=PUBLIC)
    transport = httpx.ASGITransport(web(stage.app, []))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as client:
        yield client


async def in_terms(stage: Stage) -> None:
    async with stage.app.database.write() as tx:
        await supervision_people.set_school_days(tx, 1, [LAST, THIS])


async def logged(
    stage: Stage, count: int, service: str = "tutoring", *, at: datetime = START, peers: int = 1
) -> None:
    """So many check-ins of 30 minutes by Maya, with so many different peers."""
    async with stage.app.database.write() as tx:
        maya = await people.by_account(tx, 1, "maya")
        assert maya is not None
        ids = [
            await checkins.add_peer(tx, 1, f"P-{service[:2]}{at.month:02}{number}", at)
            for number in range(peers)
        ]
        for number in range(count):
            await checkins.log(
                tx,
                programme_id=1,
                helper_id=maya.id,
                peer_id=ids[number % peers],
                service=service,
                minutes=30,
                concern=Concern.NONE,
                note="quokka",
                at=at + timedelta(minutes=number),
            )


async def shown(stage: Stage, user: str = "rivera") -> str:
    return words_of(only_card(await stage.command(user, "/report")))


async def written(stage: Stage) -> Report:
    async with stage.app.database.read() as tx:
        programme = await programmes.get(tx, 1)
        return await report.write(tx, programme, say_in("en"), first=None, now=stage.clock.now())


def figures(found: Report) -> dict[str, tuple[str, str]]:
    """Each figure's label, with this term's and the last term's value."""
    return {
        each.label: (plain(each.now), plain(each.before))
        for section in found.sections
        for each in section.lines
    }


def plain(text: str) -> str:
    """A text whose spaces may break a line."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


# --- what it counts ----------------------------------------------------------------------------


async def test_a_term_beside_its_goals_and_the_term_before(stage: Stage) -> None:
    await in_terms(stage)
    await logged(stage, 12, peers=6)
    await logged(stage, 8, at=BEFORE, peers=5)
    card = only_card(await stage.command("rivera", "/report"))
    goals = only_card(await stage.press("rivera", button_of(card, "Goals")))
    form = only_form(await stage.choose("rivera", goals, "Students reached"))
    await stage.submit("rivera", form, goal="5", baseline="4")
    form = only_form(await stage.choose("rivera", goals, "Hours given"))
    set_ = words_of(only_card(await stage.submit("rivera", form, goal="40")))
    assert "Students reached: 5 · from 4" in set_

    read = await shown(stage)
    assert read.startswith("The term: January 12, 2026 to May 29, 2026")
    assert "Students reached: 6 · last term 5 · goal 5, reached" in read
    assert "Conversations: 12 · last term 8" in read
    assert "Hours given: 6 · last term 4 · goal 40\n" in read
    last = only_card(await stage.choose("rivera", card, "August 25, 2025"))
    assert "Conversations: 8" in words_of(last)

    await stage.submit("rivera", form, goal="")
    assert "goal 40" not in await shown(stage)


@pytest.mark.parametrize("goal", ["many", "-3", "4.5", "10000000", "٣"])
async def test_a_goal_is_a_whole_number(stage: Stage, goal: str) -> None:
    await in_terms(stage)
    form = f"report.goal:{THIS.first.toordinal()}:peers"
    refused = (await stage.submit("rivera", form, goal=goal, baseline=""))[0]
    assert isinstance(refused, FormErrors)
    assert set(refused.errors) == {"goal"}


async def test_a_small_month_cannot_be_worked_out_from_the_sum(stage: Stage) -> None:
    def months(found: Report) -> list[str]:
        return [panel.title for part in found.sections for panel in part.panels if "month" in panel.title]

    await in_terms(stage)
    await logged(stage, 9)
    await logged(stage, 8, at=START - timedelta(days=31))
    assert months(await written(stage)) == ["Conversations by month"]
    await logged(stage, 2, at=START + timedelta(days=31))
    assert months(await written(stage)) == []
    assert figures(await written(stage))["Conversations"][0] == "19"


async def test_what_has_nothing_to_show_is_left_out(stage: Stage) -> None:
    assert "Nothing was logged in this term yet" in await shown(stage)
    await in_terms(stage)
    await logged(stage, 5)
    assert [section.title for section in (await written(stage)).sections] == ["Reach", "Kinds of help"]


async def test_a_programme_without_terms_reads_its_last_four_months(stage: Stage) -> None:
    await logged(stage, 6)
    await logged(stage, 6, at=START - timedelta(days=150))
    assert figures(await written(stage))["Conversations"] == ("6", "")


async def test_a_term_begins_and_ends_by_the_schools_clock(stage: Stage) -> None:
    await in_terms(stage)
    midnight = datetime(2026, 1, 12, 5, tzinfo=START.tzinfo)  # in New York
    await logged(stage, 5, at=midnight)
    await logged(stage, 7, "listening", at=midnight - timedelta(minutes=30))
    assert figures(await written(stage))["Conversations"] == ("5", "")


async def test_how_staff_see_it(stage: Stage) -> None:
    form = only_form(await stage.press("rivera", "report.observe"))
    answers = {"known": "3", "roles": "5", "hand_over": "4", "climate": "4"}
    await stage.submit("rivera", form, **answers)
    form = only_form(await stage.press("okafor", "report.observe"))
    await stage.submit("okafor", form, **{**answers, "known": "4"})
    assert figures(await written(stage))["Students know how to find the team"] == ("3.5", "")
    refused = (await stage.submit("okafor", form, **{**answers, "known": "9"}))[0]
    assert isinstance(refused, FormErrors)


async def test_what_students_said_and_who_they_are(stage: Stage) -> None:
    async with stage.app.database.write() as tx:
        today = START.date()
        survey = await surveys.start(tx, 1, opened_on=today, closes_on=today, slips=20)
        for number in range(12):
            grade = "7" if number < 6 else "8" if number < 11 else "9"
            helped = "5" if number < 9 else "2"
            await surveys.hand_in(tx, survey.id, number, {"helped": helped, "grade": grade})
    assert "Students who say it helped" not in figures(await written(stage)), "it is still open"
    await stage.press("rivera", "survey.close:1")
    found = figures(await written(stage))
    assert found["Students who say it helped"] == ("75 %", "")
    assert found["Students, by grade: 7"] == ("6", "")
    assert "Students, by grade: 9" not in found, "one student"
    assert "Students, by grade: 8" not in found, "with it, and the sum, the one could be worked out"
    assert found["Students, by grade: all others"] == ("6", "")


async def test_what_students_said_stands_beside_what_they_said_last_term(stage: Stage) -> None:
    await in_terms(stage)
    async with stage.app.database.write() as tx:
        for days, yes, of in ((LAST, 3, 6), (THIS, 6, 8)):
            day = days.first + timedelta(days=30)
            survey = await surveys.start(tx, 1, opened_on=day, closes_on=day, slips=20)
            for slip in range(of):
                answer = "yes" if slip < yes else "no"
                await surveys.hand_in(tx, survey.id, slip, {"again": answer, "knew": answer, "helped": "5"})
            answers = await surveys.answers(tx, survey.id)
            await surveys.close(tx, survey.id, survey_questions.count(answers))
    found = figures(await written(stage))
    assert found["Would come again"] == ("75 %", "50 %")
    assert found["Were told what a helper cannot keep secret"] == ("75 %", "50 %")


async def in_grade(stage: Stage, peers_: dict[str, int], helpers: dict[str, int]) -> None:
    """So many peers and helpers of each grade, and a conversation with each of the peers."""
    async with stage.app.database.write() as tx:
        maya = await people.by_account(tx, 1, "maya")
        assert maya is not None
        for grade, number in peers_.items():
            for each in range(number):
                peer = await checkins.add_peer(tx, 1, f"P-{grade[:2]}{each}", START)
                await peers.set_grade(tx, peer, grade)
                await checkins.log(
                    tx,
                    programme_id=1,
                    helper_id=maya.id,
                    peer_id=peer,
                    service="tutoring",
                    minutes=30,
                    concern=Concern.NONE,
                    note="",
                    at=START,
                )
        for grade, number in helpers.items():
            for each in range(number):
                name = f"Helper {grade} {each}"
                await people.add(tx, programme_id=1, name=name, grade=grade, roles=[Role.HELPER])


async def test_students_and_helpers_by_grade_in_its_order_however_it_was_spelled(
    stage: Stage, browser: httpx.AsyncClient
) -> None:
    await in_terms(stage)
    await in_grade(stage, {"Year 10": 4, "year 10": 2, "9": 5}, {"2e": 6})
    found = figures(await written(stage))
    reached = [label for label in found if label.startswith("Students reached, by grade")]
    assert reached == ["Students reached, by grade: 9", "Students reached, by grade: Year 10"]
    assert found["Students reached, by grade: Year 10"] == ("6", "")
    assert found["Helpers, by grade: 2e"] == ("6", ""), "of Maya and Leo it is not known"
    page, table = await pages(stage, browser)
    assert "Students reached, by grade: Year 10" in page.text
    rows = list(csv.reader(StringIO(table.content.decode("utf-8-sig"))))
    assert ["Who is served, and who helps", "Students reached, by grade: 9", "5", "", "", ""] in rows
    assert ["Who is served, and who helps", "Helpers, by grade: 2e", "6", "", "", ""] in rows


async def test_a_grade_of_few_is_hidden_and_cannot_be_worked_out(
    stage: Stage, browser: httpx.AsyncClient
) -> None:
    await in_terms(stage)
    await in_grade(stage, {"9": 8, "10": 6, "11": 1}, {"11": 5, "12": 4})
    found = figures(await written(stage))
    assert found["Students reached, by grade: 9"] == ("8", "")
    assert found["Students reached, by grade: all others"] == ("7", ""), "6 and the one"
    assert not [label for label in found if label.startswith("Helpers, by grade")], "9 less 5 would be four"
    page, table = await pages(stage, browser)
    for hidden in ("by grade: 10", "by grade: 11", "by grade: 12"):
        assert hidden not in page.text
        assert hidden not in table.text


async def test_a_grade_counts_in_the_term_in_which_its_peer_was_met(stage: Stage) -> None:
    await in_terms(stage)
    await in_grade(stage, {"9": 5}, {})
    async with stage.app.database.write() as tx:
        for each in range(5):
            await peers.set_grade(tx, await checkins.add_peer(tx, 1, f"P-WA{each}", START), "9")
    assert figures(await written(stage))["Students reached, by grade: 9"] == ("5", ""), "5 are still waiting"


# --- what it hides -----------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "said"), [(2, "gave 1 hour of their time."), (4, "gave 2 hours of their")])
async def test_one_hour_is_not_called_hours(stage: Stage, count: int, said: str) -> None:
    await logged(stage, count)
    assert said in (await written(stage)).sections[0].says[0]


async def test_few_are_never_told(stage: Stage) -> None:
    await logged(stage, 4, peers=3)
    found = figures(await written(stage))
    assert found["Students reached"][0] == "fewer than 5"
    assert found["Conversations"][0] == "fewer than 5"
    assert "Tutoring" not in found


async def test_a_kind_of_help_that_few_asked_for_cannot_be_worked_out(stage: Stage) -> None:
    await logged(stage, 20, "listening", peers=5)
    await logged(stage, 6, "buddy", peers=5)
    await logged(stage, 2, "mediation")
    found = figures(await written(stage))
    assert found["Listening"][0] == "20 times, 10 h"
    assert "Mediation and circles" not in found
    assert "Buddy" not in found, "28 less 20 less 6 would be the two"
    assert found["Other kinds of help"][0] == "8 times, 4 h"


@pytest.mark.parametrize(
    ("values", "shown", "rest"),
    [
        ("", (), 0),
        ("aaaa", (), 0),
        ("aaaaa", (("a", 5),), 0),
        ("aaaaaa" + "bb" + "ccc", (("a", 6),), 5),
        ("aaaaaaa" + "bbbbb" + "c", (("a", 7),), 6),
        ("aaaaa" + "b", (), 6),
    ],
)
def test_small_groups_join_until_none_is_small(
    values: str, shown: tuple[tuple[str, int], ...], rest: int
) -> None:
    assert grouped(values) == (shown, rest)


async def test_cases_are_the_same_figures_for_every_reader_so_that_none_learns_of_others(
    stage: Stage,
) -> None:
    for number in range(5):
        await stage.command("maya", f"/urgent P-7K2{number} he wants to die")
        await stage.press("okafor", f"case.ack:{number + 1}:now")
    await stage.command("leo", "/urgent Ms. Rivera touches him when they are alone")
    label = "Concerns that reached an adult"
    assert f"{label}: 5" in await shown(stage, "rivera")
    assert f"{label}: 5" in await shown(stage, "okafor")
    assert figures(await written(stage))[label][0] == "5", "nobody is known to read it"


async def test_no_name_no_word_and_no_code_stands_in_it(stage: Stage, browser: httpx.AsyncClient) -> None:
    await in_terms(stage)
    await logged(stage, 30, peers=6)
    await stage.add("noor", "Noor", Role.HELPER)
    for number in range(6):
        await stage.command("maya", f"/urgent P-7K2{number} he wants to die lemur")
        await stage.press("rivera", f"case.ack:{number + 1}:now")
        form = only_form(await stage.press("rivera", f"case.close:{number + 1}"))
        await stage.submit("rivera", form, outcome="talked", report="made", parents="told", note="tapir")
    page, table = await pages(stage, browser)
    assert "Reach" in page.text
    for secret in ("Maya", "Noor", "Rivera", "Okafor", "quokka", "lemur", "tapir", "P-", "E-1"):
        assert secret not in page.text.replace(base64_of(page.text), ""), secret
        assert secret not in table.text, secret


def base64_of(page: str) -> str:
    """A picture in a page, which is letters by chance."""
    found = re.search(r"base64,([A-Za-z0-9+/=]+)", page)
    return found[1] if found else "\0"


# --- who may read it ---------------------------------------------------------------------------


async def pages(
    stage: Stage, browser: httpx.AsyncClient, user: str = "rivera"
) -> tuple[httpx.Response, httpx.Response]:
    page, table = LINK.findall(await shown(stage, user))
    return await browser.get(page), await browser.get(table)


async def test_the_page_can_be_printed_and_the_table_opened(stage: Stage, browser: httpx.AsyncClient) -> None:
    await in_terms(stage)
    await logged(stage, 12, peers=6)
    page, table = await pages(stage, browser)
    assert page.status_code == table.status_code == 200
    assert "Up to March 2, 2026" in page.text
    assert "Last term: August 25, 2025 to December 19, 2025" in page.text
    assert "fewer than five people, conversations or cases are never given as a number" in page.text
    assert "data:image/png;base64," in page.text
    assert 'alt="Hours by kind. Tutoring: 6 h."' in plain(page.text), "what the picture shows, in words"
    assert "<script" not in page.text
    rows = list(csv.reader(StringIO(table.content.decode("utf-8-sig"))))
    assert rows[0] == ["Part", "Figure", "This term", "Last term", "Goal", "Baseline"]
    assert ["Reach", "Students reached", "6", "", "", ""] in rows
    assert table.headers["content-disposition"] == 'attachment; filename="figures.csv"'
    async with stage.app.database.read() as tx:
        assert await events.who_did(tx, 1, "report_shown", START)


async def test_a_link_serves_its_reader_for_a_day_while_they_may(
    stage: Stage, browser: httpx.AsyncClient
) -> None:
    link = LINK.findall(await shown(stage, "okafor"))[0]
    assert (await browser.get(link)).text.count("the term&#39;s report") == 2
    async with stage.app.database.write() as tx:
        okafor = await people.by_account(tx, 1, "okafor")
        assert okafor is not None
        await people.suspend(tx, okafor.id)
    assert "does nothing now" in (await browser.get(link)).text
    link = LINK.findall(await shown(stage, "rivera"))[0]
    stage.clock.moment += timedelta(hours=24)
    assert "does nothing now" in (await browser.get(link)).text


async def test_without_a_public_address_the_card_has_the_figures_and_no_links(stage: Stage) -> None:
    await logged(stage, 6)
    read = await shown(stage)
    assert "Conversations: 6" in read
    assert "http" not in read


# --- as files ----------------------------------------------------------------------------------


async def test_the_command_line_writes_both_files(stage: Stage, database_url: str, tmp_path: Path) -> None:
    settings = Settings(database_url=database_url, handrail_keys=KEY, dyno="")
    await in_terms(stage)
    await logged(stage, 12, peers=6)
    (line,) = await write_files(settings, date(2026, 2, 1), tmp_path)
    assert "Test school, 2026-01-12 to 2026-05-29" in line
    page = (tmp_path / "report-1-2026-01-12.html").read_text(encoding="utf-8")
    assert "Students reached" in page
    assert (tmp_path / "report-1-2026-01-12.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with pytest.raises(SetupProblem, match="lies in no term"):
        await write_files(settings, date(2026, 7, 1), tmp_path)


async def test_a_picture_that_fails_costs_the_report_nothing_else(
    stage: Stage, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(_pictures: object) -> list[bytes]:
        raise RuntimeError("no fonts")

    await in_terms(stage)
    await logged(stage, 8)
    monkeypatch.setattr(supervision_digest, "draw_each", fails)
    found = LINK.search(await shown(stage))
    assert found
    page = await browser.get(found[1])
    assert page.status_code == 200
    assert "Kinds of help" in page.text
    assert "could not be drawn" in page.text
    assert "<img" not in page.text


# --- before and after a training ---------------------------------------------------------------


async def confident(stage: Stage, given: dict[str, list[str]], at: datetime = START, team: int = 12) -> None:
    """A round without names that closed: by when they say they answer, what each gives on every scale."""
    answers = [
        {question.key: when if question.key == "when" else value for question in CONFIDENCE.questions}
        for when, values in given.items()
        for value in values
    ]
    async with stage.app.database.write() as tx:
        await supervision.plan(tx, 1, "confidence", None)
        schedule = await supervision.of_prompt(tx, 1, "confidence")
        assert schedule is not None
        closes = at + timedelta(days=3)
        round_id = await supervision_rounds.start(tx, schedule.id, at, closes_at=closes, nudge_at=None)
        found = as_json(count(CONFIDENCE, answers, team, len(answers)))
        await supervision_rounds.close(tx, round_id, closes, found)


SURE = "How sure helpers feel"
TOGETHER = "All of these together"


async def test_how_sure_helpers_feel_before_and_after_a_training_stands_beside_the_last_term(
    stage: Stage,
) -> None:
    await in_terms(stage)
    await confident(stage, {"before": ["2", "2", "3", "3", "3", "2"]})
    await confident(stage, {"after": ["4", "4", "5", "4", "5"]}, START + timedelta(days=9))
    both = {"before": ["3"] * 5, "after": ["4"] * 5}
    await confident(stage, both, BEFORE)
    found = await written(stage)
    assert SURE in [section.title for section in found.sections]
    lines = figures(found)
    assert lines["Answered"] == ("6 before, 5 after", "5 before, 5 after")
    assert lines[TOGETHER] == ("2.5 before, 4.4 after", "3.0 before, 4.0 after")
    assert lines["I know when to get an adult."] == ("2.5 before, 4.4 after", "3.0 before, 4.0 after")


@pytest.mark.parametrize(
    "given",
    [
        {"before": ["2"] * 8, "after": ["5"] * 4},
        {"before": ["2"] * 4, "after": ["5"] * 8},
        {"before": ["2"] * 8},
        {"before": ["2"] * 2, "after": ["5"] * 2},
    ],
)
async def test_where_few_answered_before_or_after_neither_is_told(
    stage: Stage, given: dict[str, list[str]]
) -> None:
    await in_terms(stage)
    await confident(stage, given)
    assert SURE not in [section.title for section in (await written(stage)).sections]


async def test_few_answers_of_one_round_are_not_added_to_those_of_another(stage: Stage) -> None:
    """Else somebody could take the one from the sum, and read what four people said."""
    await in_terms(stage)
    await confident(stage, {"before": ["2"] * 6, "after": ["4"] * 6})
    await confident(stage, {"before": ["1"] * 6, "after": ["1"] * 4}, START + timedelta(days=9))
    assert figures(await written(stage))[TOGETHER][0] == "2.0 before, 4.0 after"


async def test_rounds_that_were_counted_before_anything_was_compared_count_where_all_answered_at_once(
    stage: Stage,
) -> None:
    await in_terms(stage)
    await confident(stage, {"before": ["2"] * 6})
    await confident(stage, {"after": ["4"] * 6}, START + timedelta(days=9))
    async with stage.app.database.write() as tx:
        for round_ in await supervision_rounds.latest(tx, 1, 2):
            kept = {key: value for key, value in (round_.results or {}).items() if key != "compared"}
            await tx.execute(update(RoundRow).where(RoundRow.id == round_.id).values(results=kept))
    assert figures(await written(stage))[TOGETHER][0] == "2.0 before, 4.0 after"


async def test_helpers_who_answer_before_and_after_a_training_are_read_in_the_report(stage: Stage) -> None:
    await in_terms(stage)
    users = ["maya", "leo", *(f"u{number}" for number in range(4))]
    for user in users[2:]:
        await stage.add(user, user.title(), Role.HELPER)
    await keep_house(stage.app.database, stage.clock.now())
    for when, value in (("before", "2"), ("after", "4")):
        overview = only_card(await stage.command("rivera", "/supervision"))
        chosen = only_card(await stage.choose("rivera", overview, "How sure do you feel"))
        await stage.press("rivera", button_of(chosen, "Start one now"))
        for user in users:
            form = only_form(await stage.press(user, button_of(stage.inbox(user)[-1], "Answer")))
            scales = {question.key: value for question in CONFIDENCE.questions}
            await stage.submit(user, form, **{**scales, "when": when})
        await stage.wait(4 * 24 * 60)
    assert "2.0 before, 4.0 after" in str(figures(await written(stage)))
