"""Playing a scenario: what everybody has in front of them, what is new to whom, and the transcript of it."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from textwrap import indent

from handlers.chat import PlaceKind
from storage.db import Database
from tests.scenarios import always
from tests.scenarios.driver import CannotDo, Driver, Shown, ShownForm
from tests.scenarios.language import Line, Scenario, Unclear, Wrong, understand
from tests.scenarios.words import Cases, closest
from tests.scenarios.world import MakeDriver, World, open_world


class Failed(Exception):
    """A scenario that does not hold, with its transcript."""


@dataclass(frozen=True)
class Arrival:
    """A message of Handrail's, as it was when it came."""

    shown: Shown
    at: datetime


@dataclass
class Onlooker:
    """One person: what stands in front of them, and what of it is new.

    ``standing`` is in the order in which it came, by place and handle. ``new`` is what has come from Handrail
    since they did something or were looked at; ``looked`` whether they were since something last happened.
    """

    name: str
    standing: dict[tuple[PlaceKind, str], Shown] = field(default_factory=dict)
    form: ShownForm | None = None
    new: list[Arrival] = field(default_factory=list)
    looked: bool = False
    ever: dict[str, None] = field(default_factory=dict)

    @property
    def messages(self) -> list[Shown]:
        """What others and Handrail have put in front of them, the newest last."""
        return [shown for shown in self.standing.values() if not shown.mine]

    @property
    def in_front(self) -> list[str]:
        """All texts in front of them, the newest last; what they wrote themselves is no news to them."""
        texts = [shown.text for shown in self.messages]
        return [*texts, self.form.text] if self.form else texts


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
    transcript: list[str] = field(default_factory=list)
    _told: dict[str, list[str]] = field(default_factory=dict)

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
            if onlooker.looked:
                onlooker.new.clear()
                onlooker.looked = False

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
        changes: dict[tuple[str, str], list[str]] = {}
        for name, onlooker in self.onlookers.items():
            form = self.driver.form(name)
            if form is not None and form != onlooker.form:
                changes["A form is open for {{}}", form.text] = [name]
            onlooker.form = form
            for change in _changes(onlooker, now[name], self.world.clock.now()):
                changes.setdefault(change, []).append(name)
            onlooker.ever.update(dict.fromkeys(onlooker.in_front))
        for (what, text), names in changes.items():
            self.note(
                f"{what.format(' and '.join(dict.fromkeys(names)))}:\n{indent(self._briefly(text), '  ')}"
            )

    # --- the transcript ------------------------------------------------------------------------

    def note(self, text: str) -> None:
        """Write down what somebody saw."""
        self._write(indent(text, "     "))

    def say(self, line: Line) -> None:
        """Write down a line of the scenario."""
        self._write(f"{line.number:>3}  {line.text}")

    def _briefly(self, text: str) -> str:
        """A message without what the last one of its title said already."""
        title, *lines = text.splitlines()
        before = self._told.get(title, [])
        self._told[title] = lines
        new = [line for line in lines if line not in before]
        if len(new) * 2 > len(lines) or len(lines) - len(new) < 2:
            return text
        return "\n".join([title, *new, "… and the rest as above"])

    def _write(self, text: str) -> None:
        first, *rest = text.splitlines()
        self.transcript.append(f"  {self.world.local:%a %H:%M} {first}")
        self.transcript += [f"{'':12}{line}" for line in rest]

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


def _changes(onlooker: Onlooker, now: Sequence[Shown], at: datetime) -> list[tuple[str, str]]:
    """What is new, has changed and has gone, with the text; brings the onlooker up to date."""
    here = {(shown.place, shown.handle): shown for shown in now}
    changes = [
        ("Gone for {}", onlooker.standing.pop(key).text) for key in list(onlooker.standing) if key not in here
    ]
    for key, shown in here.items():
        before = onlooker.standing.get(key)
        onlooker.standing[key] = shown
        if shown == before or shown.mine:
            continue
        changes.append((f"{'New to' if before is None else 'Changed for'} {{}}{_aside(shown)}", shown.text))
        if before is None and not shown.author:
            onlooker.new.append(Arrival(shown, at))
    return changes


def _aside(shown: Shown) -> str:
    """Where a message stands, if it is not in direct messages with Handrail."""
    if shown.place is PlaceKind.DIRECT:
        return ""
    who = f" from {shown.author}" if shown.author else ""
    return f"{who} in the channel{', alone' if shown.alone else ''}"


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
            names = script.setting.names
            now = Play(world, {name: Onlooker(name) for name in names})
            await now.look_around()
            for step in script.steps:
                await _carefully(now, scenario, step.line, lambda: step.play(now))  # noqa: B023 - called here
            ending = Line(scenario.number, "(what holds in every scenario)")
            await _carefully(now, scenario, ending, lambda: always.check(now, log))


async def _carefully(now: Play, scenario: Scenario, line: Line, does: Callable[[], Awaitable[None]]) -> None:
    place = len(now.transcript)
    now.say(line)
    try:
        await does()
    except (Wrong, CannotDo) as wrong:
        raise Failed(_told(now, scenario, place, str(wrong))) from None
    except Exception as error:
        error.add_note(_told(now, scenario, place, f"{type(error).__name__}: {error}"))
        raise


def _heading(scenario: Scenario) -> str:
    return f"{scenario.where}\n{scenario.title}"


def _told(now: Play, scenario: Scenario, place: int, why: str) -> str:
    """The transcript, with the line that failed marked and the reason at the end."""
    lines = list(now.transcript)
    lines[place] = f">{lines[place][1:]}"
    return "\n".join([_heading(scenario), "", *lines, "", why])
