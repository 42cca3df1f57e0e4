"""Between a stored case and the pure ladder: the same facts in both shapes."""

from collections.abc import Sequence
from dataclasses import replace

from handlers import ladder
from handlers.ladder import Adult, Climb, Minutes
from storage.cases import Case
from storage.ladders import LadderEntry
from storage.programmes import Programme
from storage.words import Channel, Urgency


def ladder_minutes(programme: Programme, urgency: Urgency) -> Minutes:
    """The ladder's times for an urgency: the programme's own, else the defaults."""
    default = vars(ladder.DEFAULT_MINUTES[urgency])
    own = programme.ladder_minutes.get(urgency.value, {})
    return Minutes(**{step: own.get(step, minutes) for step, minutes in default.items()})


def adults_of(entries: Sequence[LadderEntry]) -> tuple[Adult, ...]:
    """Addresses as people. An adult is unreachable when every chat address of theirs is, or there is none."""
    ladder: list[Adult] = []
    for person in dict.fromkeys(entry.person_id for entry in entries):
        own = [entry for entry in entries if entry.person_id == person]
        in_chat = [entry for entry in own if entry.channel is Channel.CHAT]
        unreachable = all(entry.unreachable for entry in in_chat)
        fallback = len(in_chat) < len(own)
        ladder.append(Adult(person, own[0].rung, own[0].declined, unreachable, fallback))
    return tuple(ladder)


def climb_of(case: Case, entries: Sequence[LadderEntry]) -> Climb:
    """A stored case as the state that the pure ladder works on."""
    return Climb(
        state=case.state,
        minutes=Minutes(**case.minutes),
        ladder=adults_of(entries),
        number=case.climb,
        started_at=case.climb_started_at,
        step=case.step,
        next_at=case.next_at,
        acknowledged_by=case.acknowledged_by,
        acknowledged_at=case.acknowledged_at,
        follow_up=case.follow_up,
    )


def with_climb(case: Case, climb: Climb) -> Case:
    """The case with its climb where the pure ladder has brought it."""
    return replace(
        case,
        state=climb.state,
        minutes=vars(climb.minutes),
        climb=climb.number,
        climb_started_at=climb.started_at,
        step=climb.step,
        next_at=climb.next_at,
        acknowledged_by=climb.acknowledged_by,
        acknowledged_at=climb.acknowledged_at,
        follow_up=climb.follow_up,
    )
