"""What comes to people, what stands in front of them, and what they can do with it."""

from collections.abc import Sequence
from datetime import datetime, time

from tests.scenarios.fields import DAYS, Moment
from tests.scenarios.language import look
from tests.scenarios.onlooker import Arrival
from tests.scenarios.play import Play
from tests.scenarios.scenario import Wrong
from tests.scenarios.sentences import hands
from tests.scenarios.world import ZONE

Parts = Sequence[str]


# --- what came ------------------------------------------------------------------------------------


@look("{people} get(s): {parts}", "{people} {is} told: {parts}", "{people} {is} asked: {parts}")
async def get(play: Play, people: Sequence[str], parts: Parts) -> None:
    for person in people:
        play.take_one(person, parts)


@look("{people} get(s) {number} message(s): {parts}")
async def get_several(play: Play, people: Sequence[str], number: int, parts: Parts) -> None:
    for person in people:
        found = play.take(person, parts)
        if len(found) != number:
            raise Wrong(f"{len(found)} of these came to {person}{_when(found)}.")


@look("{people} get(s) at {times}: {parts}")
async def get_at(play: Play, people: Sequence[str], times: Sequence[time], parts: Parts) -> None:
    for person in people:
        found = play.take(person, parts)
        if [_local(arrival).time() for arrival in found] != list(times):
            raise Wrong(f"{len(found)} of these came to {person}{_when(found)}.")


def _when(found: Sequence[Arrival]) -> str:
    return ", at " + ", ".join(f"{_local(arrival):%H:%M}" for arrival in found) if found else ""


def _local(arrival: Arrival) -> datetime:
    return arrival.at.astimezone(ZONE)


@look("{people} get(s) nothing", "{people} get(s) nothing more")
async def get_nothing(play: Play, people: Sequence[str]) -> None:
    for person in people:
        if new := play.look_at(person).new:
            raise Wrong(f"To {person} came:\n{play.list_texts(arrival.shown.text for arrival in new)}")


@look("Nobody gets anything")
async def nobody_gets(play: Play) -> None:
    await get_nothing(play, list(play.onlookers))


@look("Nobody else gets anything")
async def nobody_else_gets(play: Play) -> None:
    await get_nothing(play, [name for name, onlooker in play.onlookers.items() if not onlooker.looked])


# --- what stands there ----------------------------------------------------------------------------


@look("{people} see(s): {parts}")
async def see(play: Play, people: Sequence[str], parts: Parts) -> None:
    for person in people:
        texts = play.look_at(person).in_front
        if not any(play.cases.find_all(parts, text) for text in reversed(texts)):
            raise Wrong(play.explain(f"{person} does not see this", parts, texts))


@look("{people} no longer see(s): {parts}")
async def no_longer_see(play: Play, people: Sequence[str], parts: Parts) -> None:
    for person in people:
        for part in parts:
            if not any(play.cases.holds(part, text) for text in play.onlookers[person].ever):
                raise Wrong(f"{person} has never seen “{part}”, so they cannot see it no longer.")
            _must_not_stand(play, person, part)


@look("{people} do(es) not see: {parts}")
async def do_not_see(play: Play, people: Sequence[str], parts: Parts) -> None:
    play.unseen += parts
    for person in people:
        for part in parts:
            _must_not_stand(play, person, part)


def _must_not_stand(play: Play, person: str, part: str) -> None:
    if found := [text for text in play.look_at(person).in_front if play.cases.holds(part, text)]:
        raise Wrong(f"{person} sees “{play.cases.said(part)}”:\n{play.list_texts(found)}")


@look("{people} {has} never seen: {parts}")
async def have_never_seen(play: Play, people: Sequence[str], parts: Parts) -> None:
    play.unseen += parts
    for person in people:
        _must_never_have_stood(play, person, parts)


@look("Nobody has seen: {parts}")
async def nobody_has_seen(play: Play, parts: Parts) -> None:
    await have_never_seen(play, list(play.onlookers), parts)


@look("Nobody but {people} has seen: {parts}")
async def nobody_but(play: Play, people: Sequence[str], parts: Parts) -> None:
    for person in people:
        for part in parts:
            seen = list(play.onlookers[person].ever)
            if not any(play.cases.holds(part, text) for text in seen):
                raise Wrong(play.explain(f"{person} has not seen this either", [part], seen))
    for name in play.onlookers:
        if name not in people:
            _must_never_have_stood(play, name, parts)


def _must_never_have_stood(play: Play, person: str, parts: Parts) -> None:
    for part in parts:
        if found := [text for text in play.onlookers[person].ever if play.cases.holds(part, text)]:
            raise Wrong(f"{person} has seen “{play.cases.said(part)}”:\n{play.list_texts(found)}")


# --- what can be done -----------------------------------------------------------------------------


@look("{people} can press: {label}")
async def can_press(play: Play, people: Sequence[str], label: str) -> None:
    for person in people:
        play.look_at(person)
        hands.button(play, person, label)


@look("{people} cannot press: {label}", "{people} can no longer press: {label}")
async def cannot_press(play: Play, people: Sequence[str], label: str) -> None:
    play.unseen.append(f"[{label}")
    for person in people:
        messages = play.look_at(person).messages
        found = [
            shown.text
            for shown in messages
            if any(play.cases.begins(label, button.label) for button in shown.buttons)
        ]
        if found:
            raise Wrong(f"{person} can press it:\n{play.list_texts(found)}")


# --- the clock, the log and the database ----------------------------------------------------------


@look("It is {moment}")
async def it_is(play: Play, moment: Moment) -> None:
    local = play.world.local
    if local.time() != moment.at or moment.weekday not in (None, local.weekday()):
        raise Wrong(f"It is {local:%H:%M} on {DAYS[local.weekday()]}.")


@look("Neither the log nor the database says: {text}")
async def never_said(play: Play, text: str) -> None:
    play.secrets.append(text)
    play.unseen.append(text)
