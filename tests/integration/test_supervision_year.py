"""A school year on the injected clock: every expected question exactly once, every digest right.

40 weeks, 60 helpers, both changes of the clock, holidays, and three outages. What is expected is counted here
day by day, with nothing of the code that plans.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select

from handlers import cardjson, supervision_digest
from handlers.due import keep_house, next_due, run_due
from storage import checkins, people, supervision, supervision_people, supervision_rounds
from storage.db import Database, Tx
from storage.models import AnswerRow, OutboxRow
from storage.programmes import get
from storage.supervision_people import SchoolDays
from storage.supervision_rounds import Answer, Round
from storage.words import Concern, Role
from tests.stage import START, Stage, words_of

ZONE = ZoneInfo("America/New_York")
FIRST, LAST = date(2026, 3, 2), date(2026, 12, 11)  # 41 Mondays
HOLIDAYS = (
    SchoolDays("holiday", date(2026, 3, 30), date(2026, 4, 3)),
    SchoolDays("holiday", date(2026, 5, 25), date(2026, 5, 25)),
    SchoolDays("holiday", date(2026, 6, 22), date(2026, 8, 14)),
    SchoolDays("holiday", date(2026, 11, 23), date(2026, 11, 27)),
)
OUTAGES = (  # from, until, by the school's clock
    (datetime(2026, 3, 8, 1, 0, tzinfo=ZONE), datetime(2026, 3, 9, 11, 0, tzinfo=ZONE)),  # over the change
    (datetime(2026, 5, 3, 20, 0, tzinfo=ZONE), datetime(2026, 5, 5, 9, 0, tzinfo=ZONE)),  # too long
    (
        datetime(2026, 10, 31, 22, 0, tzinfo=ZONE),
        datetime(2026, 11, 2, 20, 30, tzinfo=ZONE),
    ),  # into the night
)
HELPERS = 60


def expected_mondays() -> dict[date, bool]:
    """Every Monday of the year on which school is open, and whether the question went out."""
    found = {}
    day = FIRST + timedelta(days=7)  # the first one was over when the bot came
    while day <= LAST:
        if not any(span.first <= day <= span.last for span in HOLIDAYS):
            nine = datetime(day.year, day.month, day.day, 9, tzinfo=ZONE)
            back = next((until for away, until in OUTAGES if away <= nine < until), nine)
            found[day] = back - nine <= timedelta(hours=12)
        day += timedelta(days=7)
    return found


@pytest.fixture
async def year(database: Database, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Sixty helpers, and no pictures: what they show is tested elsewhere."""

    async def nothing(_panels: object) -> None:
        return None

    monkeypatch.setattr(supervision_digest, "picture", nothing)
    stage = await Stage.open(database)
    async with database.write() as tx:
        for number in range(HELPERS - 2):
            person = await people.add(tx, programme_id=1, name=f"Helper {number}", roles=[Role.HELPER])
            await people.add_account(tx, person, 1, f"h{number}")
        await supervision_people.set_school_days(tx, 1, HOLIDAYS)
    await keep_house(database, stage.clock.now())
    return stage


@dataclass
class Ledger:
    """What people did in the year, kept beside the database: when, how long, which service."""

    check_ins: list[tuple[datetime, int, str]] = field(default_factory=list)

    async def log(self, tx: Tx, now: datetime, chance: Random) -> None:
        """Some helpers log a check-in."""
        for helper in range(chance.randrange(4)):
            service, minutes = (
                chance.choice(("tutoring", "tutoring", "listening")),
                chance.choice((20, 30, 45)),
            )
            await checkins.log(
                tx,
                programme_id=1,
                helper_id=1 + helper % 2,
                peer_id=None,
                service=service,
                minutes=minutes,
                concern=Concern.NONE,
                note="",
                at=now,
            )
            self.check_ins.append((now, minutes, service))


async def play(stage: Stage, ledger: Ledger) -> None:
    """Let the year pass from one due moment to the next; some answer at once, some later, some never."""
    database, now = stage.app.database, START
    end = datetime(LAST.year, LAST.month, LAST.day, 22, tzinfo=UTC)
    chance = Random(7)  # noqa: S311 - a story
    while now < end:
        async with database.read() as tx:
            latest = await supervision_rounds.latest(tx, 1, 3)
        weekly = next((each for each in latest if each.prompt == "weekly" and each.is_open), None)
        due = await next_due(database) or end
        now = min(due, next_answers(now)) if weekly else due
        now = next((until for away, until in OUTAGES if away <= now < until), now).astimezone(UTC)
        for _ in range(1 + (due <= now)):  # another process looks at the same moment
            await run_due(database, now)
        if weekly and now == next_answers(now - timedelta(minutes=1)):
            async with database.write() as tx:
                await answer_some(tx, weekly.id, now, chance)
                await ledger.log(tx, now, chance)


def next_answers(after: datetime) -> datetime:
    """The next ten o'clock at the school."""
    moment = after.replace(minute=0, second=0, microsecond=0)
    while moment <= after or moment.astimezone(ZONE).hour != 10:
        moment += timedelta(hours=1)
    return moment


async def answer_some(tx: Tx, round_id: int, now: datetime, chance: Random) -> None:
    """One in three of those who have not answered does, in one statement."""
    asked = await supervision_rounds.asked(tx, round_id)
    done = await supervision_rounds.who_answered(tx, round_id)
    common = {"round_id": round_id, "content": None, "late": False, "at": now}
    values = [
        {**common, "person_id": person, "answer": chance.choice(("fine", "fine", "heavy", "talk"))}
        for person in sorted(asked - done)
        if chance.random() < 0.33
    ]
    if values:
        await tx.execute(insert(AnswerRow), values)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_school_year(year: Stage) -> None:
    ledger = Ledger()
    await play(year, ledger)
    async with year.app.database.read() as tx:
        schedule = await supervision.of_prompt(tx, 1, "weekly")
        assert schedule is not None
        rounds = await supervision_rounds.latest(tx, 1, 100, schedule_id=schedule.id)
        rows = [
            (row.key, row.person_id, row.due_at.astimezone(ZONE))
            for row in (await tx.scalars(select(OutboxRow))).all()
        ]
        answers = {each.id: await supervision_rounds.answers(tx, each.id) for each in rounds}
    expected = expected_mondays()
    assert {each.due_at.astimezone(ZONE).date(): not each.skipped for each in rounds} == expected
    assert all(f"{each.due_at.astimezone(ZONE):%H:%M}" == "09:00" for each in rounds)

    # Every question exactly once, to each of sixty helpers.
    questions = Counter(
        (key.split(":", 2)[2].rsplit(":", 1)[0], person)
        for key, person, _ in rows
        if key.startswith("prompt:")
    )
    assert len(questions) == HELPERS * sum(expected.values())
    assert set(questions.values()) == {1}

    # Nothing on holidays, nothing at night.
    to_helpers = [(key, due) for key, _, due in rows if key.startswith(("prompt:", "nudge:"))]
    assert not [
        due for _, due in to_helpers if any(span.first <= due.date() <= span.last for span in HOLIDAYS)
    ]
    assert not [due for _, due in to_helpers if not 8 <= due.hour < 20]

    # Reminded at most twice, and never after an answer.
    reminded = Counter((key.split(":")[1], person) for key, person, _ in rows if key.startswith("nudge:"))
    assert reminded
    assert max(reminded.values()) <= 2
    answered_at = {(str(each), one.person_id): one.at for each, given in answers.items() for one in given}
    for key, person, due in rows:
        if key.startswith("nudge:"):
            at = answered_at.get((key.split(":")[1], person))
            assert at is None or at >= due.astimezone(UTC)

    await check_digests(year, rounds, answers)
    await check_every_digest_s_words(year, rounds, answers, ledger)


async def check_digests(year: Stage, rounds: list[Round], answers: dict[int, list[Answer]]) -> None:
    """Each round's results and the last digest, against a count of the answers themselves."""
    async with year.app.database.read() as tx:
        for each in rounds:
            if each.skipped or each.closed_at is None:
                continue
            given = answers[each.id]
            results = each.results
            counted = Counter(one.word for one in given)
            assert (results["asked"], results["answered"]) == (HELPERS, len(given))
            assert results["counts"]["week"] == {word: counted[word] for word in ("fine", "heavy", "talk")}
        view = await supervision_digest.figures(
            tx, await get(tx, 1), 3, datetime(LAST.year, LAST.month, LAST.day, 22, tzinfo=UTC)
        )
        sent = [each for each in reversed(rounds) if not each.skipped][-8:]
        expected = [Counter(one.word for one in answers[each.id]) for each in sent]
        assert [{word: number for word, number in week.words.items() if number} for week in view.weeks] == [
            dict(each) for each in expected
        ]
        digests = (await tx.scalars(select(OutboxRow.key).where(OutboxRow.key.like("digest:%")))).all()
    mondays = {FIRST + timedelta(days=7 * week) for week in range(1, 41)}
    open_mondays = {day for day in mondays if not any(span.first <= day <= span.last for span in HOLIDAYS)}
    assert len(digests) == len(open_mondays) - 1, "all but the one of the long outage, once each"


def began(due_at: datetime) -> datetime:
    """When a round that was due then went out."""
    return next((until for away, until in OUTAGES if away <= due_at < until), due_at)


async def check_every_digest_s_words(
    year: Stage, rounds: list[Round], answers: dict[int, list[Answer]], ledger: Ledger
) -> None:
    """What stands on each of the year's digests, against the ledger and the answers themselves."""
    async with year.app.database.read() as tx:
        rows = await tx.execute(
            select(OutboxRow.card, OutboxRow.due_at)
            .where(OutboxRow.key.like("digest:%"))
            .order_by(OutboxRow.id)
        )
        digests = [(words_of(cardjson.load(card)), at) for card, at in rows]
    held = 0
    for said, at in digests:
        sent = [each for each in rounds if not each.skipped and began(each.due_at) < at]
        if sent:
            last = max(sent, key=lambda each: each.due_at)
            counted = Counter(one.word for one in answers[last.id] if one.at < at)
            total = sum(counted.values())
            assert f"weekly question: {total} of {HELPERS} ({round(100 * total / HELPERS)} %)" in said
            fine, heavy, talk = (counted[word] for word in ("fine", "heavy", "talk"))
            assert f"Fine: {fine} · It was a lot: {heavy} · I'd like to talk: {talk}" in said
            held += 1
        # After holidays a digest tells everything since the last one that was made.
        week_ago = at - timedelta(days=7)
        since = min(max((made for _, made in digests if made < at), default=week_ago), week_ago)
        week = [entry for entry in ledger.check_ins if since <= entry[0] < at]
        for service, name in (("tutoring", "Tutoring"), ("listening", "Listening")):
            own = [minutes for _, minutes, which in week if which == service]
            hours, minutes = divmod(sum(own), 60)
            length = " ".join(
                f"{number} {unit}" for number, unit in ((hours, "h"), (minutes, "min")) if number
            )
            line = f"{name}: {len(own)} check-ins, {length}"
            assert (line in said) is (len(own) >= 5), (line, said)
        assert ("No check-ins." in said) is (not week)
    assert held >= 25
    assert any("Tutoring: " in said for said, _ in digests)


async def test_five_hundred_helpers_are_planned_in_one_go(stage: Stage) -> None:
    """One transaction writes them all, and the page lane has nothing of it."""
    async with stage.app.database.write() as tx:
        from storage.models import AccountRow, PersonRow, RoleRow

        ids = range(1000, 1500)
        await tx.execute(
            insert(PersonRow),
            [
                {
                    "id": each,
                    "programme_id": 1,
                    "name": f"N{each}",
                    "phone": "",
                    "locale": "",
                    "suspended": False,
                }
                for each in ids
            ],
        )
        await tx.execute(
            insert(AccountRow),
            [{"person_id": each, "connection_id": 1, "user": f"u{each}", "channel": "chat"} for each in ids],
        )
        await tx.execute(
            insert(RoleRow), [{"person_id": each, "role": Role.HELPER, "position": 0} for each in ids]
        )
    await keep_house(stage.app.database, stage.clock.now())
    monday = datetime(2026, 3, 9, 13, 0, tzinfo=UTC)
    from time import perf_counter

    began = perf_counter()
    await run_due(stage.app.database, monday)
    took = perf_counter() - began
    async with stage.app.database.read() as tx:
        rows = (
            await tx.execute(
                select(OutboxRow.lane, OutboxRow.person_id).where(OutboxRow.key.like("prompt:%"))
            )
        ).all()
    assert len(rows) == len({person for _, person in rows}) == 502
    assert {lane for lane, _ in rows} == {"rest"}
    assert took < 10, "the figure itself is measured in benchmarks; this only sees that it does not explode"
