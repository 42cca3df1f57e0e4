"""What people do, and what happens by itself."""

from collections.abc import Awaitable
from datetime import datetime, timedelta

from handlers.chat import PlaceKind
from tests.scenarios.driver import Shown
from tests.scenarios.fields import Moment
from tests.scenarios.language import deed
from tests.scenarios.play import Play
from tests.scenarios.scenario import Wrong
from tests.scenarios.sentences import hands
from tests.scenarios.world import ZONE

DIRECT, CHANNEL = PlaceKind.DIRECT, PlaceKind.CHANNEL


@deed("{person} writes: {text}")
async def writes(play: Play, person: str, text: str) -> None:
    await _write(play, person, DIRECT, text)


@deed("{person} writes in the channel: {text}")
async def writes_in_the_channel(play: Play, person: str, text: str) -> None:
    await _write(play, person, CHANNEL, text)


async def _write(play: Play, person: str, place: PlaceKind, text: str) -> None:
    if text.startswith("/"):
        raise Wrong("What begins with a slash is a command: write “types” instead of “writes”.")
    play.written.append(text)
    await do(play, person, play.driver.write(person, place, text))


@deed("{person} types: {text}")
async def types(play: Play, person: str, text: str) -> None:
    await _type(play, person, DIRECT, text)


@deed("{person} types in the channel: {text}")
async def types_in_the_channel(play: Play, person: str, text: str) -> None:
    await _type(play, person, CHANNEL, text)


async def _type(play: Play, person: str, place: PlaceKind, text: str) -> None:
    if not text.startswith("/"):
        raise Wrong("A command begins with a slash: write “writes” instead of “types” for anything else.")
    play.written.append(text.partition(" ")[2])
    await do(play, person, play.driver.command(person, place, text))


@deed("{person} edits {their} last message: {text}")
async def edits(play: Play, person: str, text: str) -> None:
    play.written.append(text)
    await do(play, person, play.driver.edit(person, _last_own(play, person), text))


@deed("{person} deletes {their} last message")
async def deletes(play: Play, person: str) -> None:
    await do(play, person, play.driver.delete(person, _last_own(play, person)))


def _last_own(play: Play, person: str) -> Shown:
    own = [shown for shown in play.onlookers[person].standing.values() if shown.mine and shown.editable]
    if not own:
        raise Wrong(f"{person} has written no message that can be changed.")
    return own[-1]


@deed("{person} presses: {label}")
async def presses(play: Play, person: str, label: str) -> None:
    message, button = hands.button(play, person, label)
    await do(play, person, play.driver.press(person, message, button))


@deed('{person} presses on "{words}": {label}')
async def presses_on(play: Play, person: str, words: str, label: str) -> None:
    message, button = hands.button(play, person, label, on=words)
    await do(play, person, play.driver.press(person, message, button))


@deed("{person} chooses: {label}")
async def chooses(play: Play, person: str, label: str) -> None:
    message, select, option = hands.option(play, person, label)
    await do(play, person, play.driver.choose(person, message, select, option))


async def do(play: Play, person: str, act: Awaitable[None]) -> None:
    play.begin(person)
    await act
    await play.settle()


# --- what happens by itself -----------------------------------------------------------------------


@deed("{person} cannot be reached")
async def cannot_be_reached(play: Play, person: str) -> None:
    play.begin()
    play.driver.set_reachable(person, reachable=False)


@deed("{person} can be reached again")
async def can_be_reached(play: Play, person: str) -> None:
    play.begin()
    play.driver.set_reachable(person, reachable=True)


@deed("{length} pass(es)")
async def passes(play: Play, length: timedelta) -> None:
    play.begin()
    await play.pass_time(play.world.clock.now() + length)


@deed("Time passes until {moment}")
async def passes_until(play: Play, moment: Moment) -> None:
    play.begin()
    await play.pass_time(_next(play.world.local, moment))


@deed("The bot is away for {length}")
async def is_away(play: Play, length: timedelta) -> None:
    play.begin()
    await play.world.be_away(play.world.clock.now() + length)
    await play.look_around()


def _next(local: datetime, moment: Moment) -> datetime:
    """The next time that a clock shows this."""
    day = local.date()
    while True:
        found = datetime.combine(day, moment.at, ZONE)
        if found > local and moment.weekday in (None, found.weekday()):
            return found
        day += timedelta(days=1)
