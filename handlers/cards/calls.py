"""Whom a frightened reader can call and where to go, in the order that fits the hour."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.chat import Block, Fields
from handlers.languages import Say
from storage.programmes import Programme

FROM, UNTIL = 7, 18
"""The hours of a weekday in which somebody may be found at the team's place."""


@dataclass(frozen=True)
class Calls:
    """Numbers and places. ``adults`` (name, phone) stand in for the team's own phone and room where a case
    may be about somebody of the team: calling the team could reach the very person.
    """

    emergency: str
    crisis_line: str
    child_line: str = ""
    phone: str = ""
    room: str = ""
    adults: tuple[tuple[str, str], ...] = ()
    at_night: bool = False


def of_team(programme: Programme, now: datetime | None = None) -> Calls:
    """The team's own numbers; at night and on weekends its room is empty, so it is left out."""
    at_night = now is not None and _at_night(now.astimezone(ZoneInfo(programme.time_zone)))
    return Calls(
        emergency=programme.emergency_number,
        crisis_line=programme.crisis_line,
        phone=programme.phone,
        room="" if at_night else programme.room,
        at_night=at_night,
    )


def outside_team(programme: Programme, adults: tuple[tuple[str, str], ...], now: datetime) -> Calls:
    """Numbers that cannot reach whoever was left out: those of the adults who were not, and public lines."""
    return Calls(
        emergency=programme.emergency_number,
        crisis_line=programme.crisis_line,
        child_line=programme.child_line,
        adults=tuple((name, phone) for name, phone in adults if phone),
        at_night=_at_night(now.astimezone(ZoneInfo(programme.time_zone))),
    )


def _at_night(local: datetime) -> bool:
    return local.weekday() > 4 or not FROM <= local.hour < UNTIL


def lines(say: Say, calls: Calls) -> tuple[tuple[str, str], ...]:
    """Label and value of each that is known. By day the team comes first, at night who always answers."""
    team = [(say("Call your coordinator"), calls.phone), (say("Or go to"), calls.room)]
    team += [(say("Call {adult}", adult=name), phone) for name, phone in calls.adults]
    danger = (say("Danger now"), say("Call {number}", number=calls.emergency) if calls.emergency else "")
    always = [
        (say("Crisis line, any hour"), calls.crisis_line),
        (say("Child protection"), calls.child_line),
    ]
    pairs = [danger, *always, *team] if calls.at_night else [*team, danger, *always]
    return tuple((label[:75], value) for label, value in pairs if value)


def block(say: Say, calls: Calls) -> tuple[Block, ...]:
    """The same as a part of a card; nothing where nothing is known."""
    pairs = lines(say, calls)
    return (Fields(pairs),) if pairs else ()
