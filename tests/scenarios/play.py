"""Playing a scenario: its steps one by one, and what everybody has before their eyes at each."""

from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from textwrap import indent

from storage.db import Database
from tests.scenarios import always
from tests.scenarios.driver import CannotDo, Driver
from tests.scenarios.language import Unclear, understand
from tests.scenarios.onlooker import Arrival, Onlooker
from tests.scenarios.scenario import Line, Scenario, Wrong
from tests.scenarios.transcript import Transcript
from tests.scenarios.words import Cases, closest
from tests.scenarios.world import MakeDriver, World, open_world


class Failed(Exception):
    """A scenario that does not hold, with its transcript."""


@dataclass
class Play:
    """A scenario while it is played."""

    world: World
    onlookers: dict[str, Onlooker]
    cases: Cases = field(default_factory=Cases)
    answers: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    """What was filled in and not sent yet, by person and input."""
    written: list[str] = field(default_factory=list)
    """Everything that anybody wrote."""
    unseen: list[str] = field(default_factory=list)
    """What was said to be seen by nobody, or not by somebody: it must exist all the same."""
    secrets: list[str] = field(default_factory=list)
    """What was said to stand in no log and no table."""
    transcript: Transcript = field(default_factory=Transcript)

    @classmethod
    async def open(cls, world: World, names: Iterable[str]) -> "Play":
        """Begin, with everybody looking at what stands there already."""
        now = cls(world, {name: Onlooker(name) for name in names})
        await now.look_around()
        return now

    @property
    def driver(self) -> Driver:
        return self.world.driver

    # --- what happens --------------------------------------------------------------------------

    def begin(self, who: str = "") -> None:
        """Something is about to happen: what was looked at before is not new any more.

        Nor is what has come to whoever does it, who had it before their eyes.
        """
        if who:
            self.onlookers[who].looked = True
        for onlooker in self.onlookers.values():
            onlooker.turn()

    async def settle(self) -> None:
        """Let what follows arrive, and see who got what."""
        await self.world.settle()
        await self.look_around()

    async def pass_time(self, until: datetime) -> None:
        """Let time pass, seeing on the way who gets what."""
        async for _ in self.world.pass_time(until):
            await self.look_around()

    async def look_around(self) -> None:
        """Compare what stands in front of everybody with what stood there before."""
        now = await self.driver.standing()
        seen_by: dict[tuple[str, str], list[str]] = {}
        for name, onlooker in self.onlookers.items():
            for change in onlooker.take_in(now[name], self.driver.form(name), self.world.clock.now()):
                seen_by.setdefault(change, []).append(name)
        for (what, text), names in seen_by.items():
            self.transcript.seen(self.world.local, what, names, text)

    # --- looking -------------------------------------------------------------------------------

    def look_at(self, name: str) -> Onlooker:
        """Look at somebody."""
        onlooker = self.onlookers[name]
        onlooker.looked = True
        return onlooker

    def take(self, name: str, parts: Sequence[str]) -> list[Arrival]:
        """Everything new to somebody that holds these words. It is not new any more."""
        new = self.look_at(name).new
        found = [arrival for arrival in new if self.cases.find_all(parts, arrival.shown.text)]
        new[:] = [arrival for arrival in new if arrival not in found]
        return found

    def take_one(self, name: str, parts: Sequence[str]) -> None:
        """The first new thing to somebody that holds these words. Raises :class:`Wrong` without one."""
        new = self.look_at(name).new
        for arrival in new:
            if self.cases.find_all(parts, arrival.shown.text):
                new.remove(arrival)
                return
        raise Wrong(self._not_among(name, parts, [arrival.shown.text for arrival in new]))

    def _not_among(self, name: str, parts: Sequence[str], new: Sequence[str]) -> str:
        if not new:
            return f"Nothing new has come to {name}.{self._elsewhere(name, parts)}"
        return f"{self.explain(f'This has not come to {name}', parts, new)}{self._elsewhere(name, parts)}"

    def _elsewhere(self, name: str, parts: Sequence[str]) -> str:
        """A hint where words stand in front of somebody, but are not new to them."""
        if any(self.cases.find_all(parts, text) for text in self.onlookers[name].in_front):
            return (
                "\nIt does stand in front of them, on a message that was there before or came earlier: "
                "write “sees”, or look right after it came."
            )
        return ""

    def explain(self, claim: str, parts: Sequence[str], texts: Sequence[str]) -> str:
        """Why none of these texts fits, with the closest."""
        found = closest(self.cases, parts, texts)
        if found is None:
            return f"{claim}. There is nothing at all."
        text, lacking = found
        named = ", ".join(f"“{self.cases.said(part)}”" for part in lacking)
        split = "" if lacking else " (each piece stands somewhere, but not all on one message)"
        lacks = f"without {named}" if lacking else "with all of it"
        return f"{claim}{split}. The closest, {lacks}:\n{indent(text, '  | ')}"

    def list_texts(self, texts: Iterable[str]) -> str:
        """Texts for an explanation."""
        return "\n".join(indent(text, "  | ") for text in texts)

    def no_form(self, name: str) -> Wrong:
        """Somebody should have a form open and has none."""
        return Wrong(
            f"{name} has no form open. In front of them:\n{self.list_texts(self.look_at(name).in_front)}"
        )


# --- a whole scenario ----------------------------------------------------------------------------


async def play(scenario: Scenario, database: Database, make_driver: MakeDriver) -> None:
    """Play a scenario to its end. Raises :class:`Failed`, with the transcript, where it does not hold."""
    try:
        script = understand(scenario)
    except Unclear as unclear:
        line = f"\n> {unclear.line.number:>3}  {unclear.line.text}" if unclear.line else ""
        raise Failed(f"{_heading(scenario)}\n{line}\n\n{unclear}") from None
    with always.listen() as log:
        async with open_world(database, script.setting, make_driver) as world:
            now = await Play.open(world, script.setting.names)
            for step in script.steps:
                await _carefully(now, scenario, step.line, step.play(now))
            ending = Line(scenario.number, "(what holds in every scenario)")
            await _carefully(now, scenario, ending, always.check(now, log))


async def _carefully(now: Play, scenario: Scenario, line: Line, does: Awaitable[None]) -> None:
    place = now.transcript.step(now.world.local, line)
    try:
        await does
    except (Wrong, CannotDo) as wrong:
        raise Failed(_told(now, scenario, place, str(wrong))) from None
    except Exception as error:
        error.add_note(_told(now, scenario, place, f"{type(error).__name__}: {error}"))
        raise


def _heading(scenario: Scenario) -> str:
    return f"{scenario.where}\n{scenario.title}"


def _told(now: Play, scenario: Scenario, place: int, why: str) -> str:
    """The transcript, with the line that failed marked and the reason at the end."""
    return f"{_heading(scenario)}\n\n{now.transcript.marked(place)}\n\n{why}"
