"""What the sandbox's school does beside conversations, so that every list has something to show.

Walks to an adult, group sessions and circles, pairs, somebody who waits for a helper, help that is looked
for, meetings, training, a nomination. All of it is invented.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.seed import ZONE
from handlers.meetings_due import lay_out
from handlers.training_needs import Module, months_later
from storage import (
    agreements,
    attendance,
    checkins,
    groups,
    handoffs,
    help_requests,
    meetings,
    nominations,
    pairing,
    peers,
    programmes,
    services,
    training,
)
from storage.db import Tx
from storage.meetings import MeetingPlan
from storage.pairing import Offer, Wishes
from storage.services import Details
from storage.supervision_people import SchoolDays
from storage.training import Training
from storage.words import Attendance, Concern, NominationKind

WAITING = "P-4HNA"
"""The code of the student who waits for a helper."""
_WAYS = ("talked",) * 5 + ("come_again",) * 3 + ("referred",) + ("did_not_come",)
_OFFERS = (
    Wishes(("en", "es"), ("1-lunch", "3-lunch"), ("maths", "study"), ("music", "quiet")),
    Wishes(("en", "pt"), ("1-lunch", "2-after"), ("friends", "new_here"), ("sport", "moved_here")),
    Wishes(("en", "ar"), ("0-after", "2-after"), ("science", "maths"), ("books", "games")),
)


@dataclass(frozen=True)
class Team:
    """Whom it is told of: ids. The first two helpers have accounts in the sandbox; the lead is one too."""

    programme_id: int
    connection_id: int
    helpers: tuple[int, ...]
    lead: int
    coordinator: int
    backup: int


@dataclass(frozen=True)
class FirstContact:
    """The first conversation with a peer."""

    helper: int
    peer: int
    check_in: int
    at: datetime


async def walks(
    tx: Tx, team: Team, contacts: Sequence[FirstContact], share: float, chance: random.Random
) -> None:
    """After most first contacts the peer wants to be walked to the counselor; all of it is long over."""
    for each in contacts:
        if chance.random() >= share:
            continue
        walk = await handoffs.add(
            tx, team.programme_id, each.helper, check_in_id=each.check_in, peer_id=each.peer, now=each.at
        )
        outcome = chance.choice(_WAYS)
        came = outcome != "did_not_come"
        await handoffs.change(
            tx,
            walk,
            consent="yes",
            planned="today",
            walker="me",
            agreed_at=each.at,
            arrived_at=each.at + timedelta(hours=1) if came else None,
            outcome=outcome,
            referred_to="The school nurse" if outcome == "referred" else "",
        )


async def group_sessions(tx: Tx, team: Team, days: SchoolDays, until: datetime, number: int) -> None:
    """So many sessions with groups and as many circles, from the term's first weeks on."""
    for week in range(number):
        day = days.first + timedelta(days=7 * week + 3 - days.first.weekday() % 7)
        at = datetime(day.year, day.month, day.day, 14, 30, tzinfo=ZONE)
        if at >= until:
            return
        helper = team.helpers[week % len(team.helpers)]
        session = await _session(tx, team.programme_id, helper, "el_discussion", at)
        await services.keep(tx, session, Details(contact="group", people=5 + week % 4, came="planned"))
        circle = await _session(tx, team.programme_id, helper, "mediation", at + timedelta(hours=1))
        ended = "not_reached" if week % 3 == 2 else "reached"
        await services.keep(tx, circle, Details(contact="group", people=2, came="referred", agreement=ended))


async def _session(tx: Tx, programme_id: int, helper: int, service: str, at: datetime) -> int:
    return await checkins.log(
        tx,
        programme_id=programme_id,
        helper_id=helper,
        peer_id=None,
        service=service,
        minutes=40,
        concern=Concern.NONE,
        note="",
        at=at,
    )


async def the_team_today(tx: Tx, team: Team, now: datetime) -> None:
    """What stands open this morning, and what the team has learned and agreed to."""
    programme_id, helpers, coordinator = team.programme_id, team.helpers, team.coordinator
    await _pairs(tx, programme_id, helpers, now)
    await _open_walks(tx, programme_id, helpers, coordinator, now)
    await help_requests.add(
        tx,
        programme_id,
        text="Lunch on Thursday with somebody in their first week here.",
        subject="new_here",
        time="3-lunch",
        posted_by=coordinator,
        now=now - timedelta(hours=2),
        next_at=now + timedelta(hours=22),
    )
    await nominations.add(
        tx,
        programme_id=programme_id,
        kind=NominationKind.PEER,
        name="Zoe",
        reason="Everybody on the bus tells her things, and she never passes them on.",
        connection_id=team.connection_id,
        user="",
        writer="maya",
        writer_id=helpers[0],
        shared=True,
        now=now - timedelta(days=1),
    )
    await groups.set_group(tx, team.lead, helpers, helpers[:2])
    await _trained(tx, programme_id, helpers[2:], coordinator, now)


async def _pairs(tx: Tx, programme_id: int, helpers: Sequence[int], now: datetime) -> None:
    for helper, wishes in zip(helpers, _OFFERS, strict=False):
        await pairing.keep_offer(tx, Offer(helper, wishes, places=3), now - timedelta(days=30))
        for own in (await peers.of_helper(tx, helper))[:2]:
            since = now - timedelta(days=14)
            await pairing.pair(tx, programme_id, peer_id=own.peer_id, helper_id=helper, now=since)
    peer = await checkins.add_peer(tx, programme_id, WAITING, now - timedelta(days=2))
    wishes = Wishes(("pt",), ("1-lunch", "2-after"), ("new_here",), ("sport", "moved_here"))
    await pairing.keep_need(tx, peer, wishes)
    await pairing.wait(tx, peer, now - timedelta(days=2))


async def _open_walks(
    tx: Tx, programme_id: int, helpers: Sequence[int], coordinator: int, now: datetime
) -> None:
    """One that waits to be told how it went, and a referral that is followed up next week."""
    (mine, other) = (await peers.of_helper(tx, helpers[0]))[:2]
    common: dict[str, object] = {"consent": "yes", "planned": "today", "walker": "me"}
    today = now - timedelta(minutes=50)
    walk = await handoffs.add(tx, programme_id, helpers[0], check_in_id=None, peer_id=mine.peer_id, now=today)
    await handoffs.change(tx, walk, agreed_at=today, next_at=now + timedelta(hours=4), **common)
    before = now - timedelta(days=8)
    walk = await handoffs.add(
        tx, programme_id, helpers[0], check_in_id=None, peer_id=other.peer_id, now=before
    )
    ahead = now + timedelta(days=6)
    await handoffs.change(
        tx,
        walk,
        agreed_at=before,
        arrived_at=before,
        outcome="referred",
        outcome_by=coordinator,
        referred_to="Family counselling, Mill Street",
        follow_up_on=ahead.astimezone(ZONE).date(),
        next_at=ahead,
        **common,
    )


async def _trained(
    tx: Tx, programme_id: int, helpers: Sequence[int], coordinator: int, now: datetime
) -> None:
    """The newest one still learns; everybody agreed to the programme's clause."""
    day = (now - timedelta(days=55)).astimezone(ZONE).date()
    current = await agreements.current(tx, programme_id)
    done = []
    for number, helper in enumerate(helpers):
        modules = list(Module)[:3] if number == len(helpers) - 1 else list(Module)
        done += [
            Training(
                person_id=helper,
                module=module,
                title="",
                trainer="Ms. Rivera",
                done_on=day,
                expires_on=months_later(day, 12),
            )
            for module in modules
        ]
        if current is not None:
            await agreements.sign(tx, helper, current.id, now - timedelta(days=50))
    await training.record_all(tx, programme_id, done, recorded_by=coordinator, now=now - timedelta(days=55))


async def weekly_meetings(
    tx: Tx, team: Team, first: SchoolDays, now: datetime, chance: random.Random
) -> None:
    """Every Tuesday at half past three since the first day of a term; the next one is to come."""
    programme_id = team.programme_id
    programme = await programmes.get(tx, programme_id)
    plan = await meetings.add_plan(
        tx, MeetingPlan(0, programme_id, None, "weekly tue 15:30", 45, "evening", "Room 114")
    )
    begun = datetime(first.first.year, first.first.month, first.first.day, tzinfo=ZONE)
    await lay_out(tx, programme, plan, begun, now)
    for each in await meetings.between(tx, programme_id, begun, now, most=1_000):
        came = {
            helper: Attendance.CAME if chance.random() < 0.85 else Attendance.MISSED
            for helper in team.helpers
        }
        await meetings.take_end(tx, each.id)
        await attendance.keep(tx, each.id, came)
        await attendance.ticked(tx, each.id, each.ends_at)
