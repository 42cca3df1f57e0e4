"""The sandbox's programme: a school with two helpers, three adults around them, and some weeks behind it."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import App
from bot.rehearsal import Rehearsal
from bot.seed_rounds import past_rounds
from handlers.chat import (
    ButtonPressed,
    CommandUsed,
    Event,
    FormSubmitted,
    Place,
    PlaceKind,
    User,
    action,
)
from handlers.training_needs import Module, months_later
from storage import agreements, cases, checkins, peers, people, programmes, training
from storage.db import Database, Tx
from storage.training import Training
from storage.words import Concern, Platform, Role

WORKSPACE = "sandbox"
CHANNEL = "team"
ZONE = ZoneInfo("America/New_York")
NAME = "Harbor School peer helpers (sandbox)"


@dataclass(frozen=True)
class Member:
    """Somebody in the sandbox. Without a role they are not on the roster."""

    user: str
    name: str
    role: Role | None
    phone: str = ""
    also_called: str = ""
    grade: str = ""


MEMBERS = (
    Member("maya", "Maya", Role.HELPER, grade="11"),
    Member("leo", "Leo", Role.HELPER, grade="11"),
    Member("rivera", "Ms. Rivera", Role.COORDINATOR, "555-0114", "Miss R, counselor, counsellor"),
    Member("okafor", "Mr. Okafor", Role.BACKUP, "555-0131", "Mr. O, vice principal"),
    Member("hale", "Dr. Hale", Role.OUTSIDE_CONTACT, "555-0178"),
    Member("sam", "Sam", None),
)

_NOTES = (
    "Fractions are finally making sense.",
    "Quiet today, we drew and talked about the play.",
    "Showed her where the art room and the quiet stairs are.",
    "New schedule is stressing him, we made a plan for the week.",
    "",
    "Essay outline done. Celebrated with bad puns.",
    "Missed the friends from the old school. Comes to lunch club on Thursday.",
    "",
    "Both agreed to split the table time. Shook hands.",
)
_SERVICES = ("tutoring", "listening", "buddy", "hospitality", "mediation")


async def is_sandbox(tx: Tx) -> bool:
    """Whether the only programme here is the sandbox's, whatever it was called meanwhile."""
    found = await programmes.at(tx, Platform.WEB, WORKSPACE)
    return found is not None and await programmes.all_programmes(tx) == [found[1]]


async def seed(database: Database, now: datetime) -> None:
    """Fill an empty database with the sandbox's programme."""
    async with database.write() as tx:
        programme = await programmes.add(
            tx,
            name=NAME,
            time_zone=ZONE.key,
            locale="en",
            room="Room 114, next to the library",
            phone="555-0114",
            emergency_number="911",
            crisis_line="988 (call or text)",
            country="US",
            child_line="1-800-422-4453 (Childhelp)",
            services=_SERVICES,
            now=now - timedelta(days=60),
        )
        connection = await programmes.connect(tx, programme.id, Platform.WEB, WORKSPACE)
        await programmes.watch(tx, connection.id, CHANNEL, now - timedelta(days=60))
        helpers: list[int] = []
        begun = now - timedelta(days=60)
        agreement = await agreements.add_version(tx, programme.id, "", required=True, made_by=None, now=begun)
        for member in MEMBERS:
            if member.role is None:
                continue
            person = await people.add(
                tx,
                programme_id=programme.id,
                name=member.name,
                phone=member.phone,
                also_called=member.also_called,
                grade=member.grade,
                roles=[member.role],
            )
            await people.add_account(tx, person, connection.id, member.user)
            if member.role is Role.HELPER:
                helpers.append(person)
                await agreements.sign(tx, person, agreement.id, now - timedelta(days=50))
                await _training(tx, programme.id, person, now)
                await _two_weeks(tx, programme.id, person, now)
        await past_rounds(tx, programme, helpers, now)


async def _training(tx: Tx, programme_id: int, helper: int, now: datetime) -> None:
    """The first helper has learned everything, the second one most of it."""
    day = (now - timedelta(days=55)).astimezone(ZONE).date()
    done = [
        Training(
            person_id=helper,
            module=module,
            title="",
            trainer="Ms. Rivera",
            done_on=day,
            expires_on=months_later(day, 12),
        )
        for module in list(Module)[: 8 if helper % 2 else 6]
    ]
    await training.record_all(tx, programme_id, done, recorded_by=helper, now=now - timedelta(days=55))


async def _two_weeks(tx: Tx, programme_id: int, helper: int, now: datetime) -> None:
    chance = random.Random(helper)  # noqa: S311 - a story, not a secret
    alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
    codes = ["P-" + "".join(chance.choices(alphabet, k=4)) for _ in range(3)]
    if helper % 2:
        codes[0] = "P-7K2M"  # the code that the README and the guide speak of
    ids = [await checkins.add_peer(tx, programme_id, code, now - timedelta(days=20)) for code in codes]
    for peer_id, grade in zip(ids, ("7", "8", "9"), strict=True):
        await peers.set_grade(tx, peer_id, grade)
    for days_ago in range(14, 0, -1):
        day = (now - timedelta(days=days_ago)).astimezone(ZONE)
        if day.weekday() > 4:
            continue
        peer = chance.randrange(3)
        await checkins.log(
            tx,
            programme_id=programme_id,
            helper_id=helper,
            peer_id=ids[peer],
            service=_SERVICES[peer if peer < 2 else chance.randrange(5)],
            minutes=chance.choice((15, 20, 30, 30, 45)),
            concern=chance.choice((Concern.NONE, Concern.NONE, Concern.NONE, Concern.A_LITTLE)),
            note=chance.choice(_NOTES),
            at=day.replace(hour=chance.choice((9, 11, 12, 14)), minute=chance.randrange(0, 60, 5)),
        )


async def play_last_week(app: App, rehearsal: Rehearsal) -> None:
    """One case of last week, from a helper's worry to its outcome, through the front door like any other."""
    leo, rivera = (User("web", WORKSPACE, user) for user in ("leo", "rivera"))

    def common(user: User, deed: str) -> dict[str, Any]:
        return {
            "dedupe_key": f"last-week-{deed}",
            "user": user,
            "place": Place(PlaceKind.DIRECT, f"direct-{user.id}"),
            "at": app.clock.now(),
        }

    async def play(event: Event, minutes: float) -> None:
        await app.intake.receive(event)
        await app.delivery.drain()
        await rehearsal.advance(timedelta(minutes=minutes))

    note = "she said she has not eaten properly for days and feels like a burden to everybody at home"
    await play(CommandUsed(**common(leo, "worry"), name="urgent", text=note), 1)
    async with app.database.read() as tx:
        programme = (await programmes.all_programmes(tx))[0]
        case = (await cases.of_programme(tx, programme.id))[0]
    take = action("case.ack", case.id, "now")
    await play(ButtonPressed(**common(rivera, "take"), action=take), 9)
    seen = action("case.seen", case.id, "yes")
    await play(ButtonPressed(**common(rivera, "seen"), action=seen), 41)
    outcome: dict[str, str | tuple[str, ...]] = {
        "outcome": ("support_plan",),
        "done": ("student_seen",),
        "report": ("not_required",),
        "parents": ("told",),
        "note": "Talked, nurse involved, mother called from my office. No report: not abuse or neglect.",
    }
    form = action("case.outcome", case.id)
    await play(FormSubmitted(**common(rivera, "close"), form=form, values=outcome), 1)
