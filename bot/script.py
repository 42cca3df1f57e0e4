"""``demo --script``: three cases from the first word to the outcome, played in the terminal."""

from collections.abc import Sequence
from datetime import timedelta
from time import perf_counter
from typing import Any
from uuid import uuid4

from rich.console import Console
from rich.panel import Panel
from rich.text import Text as RichText

from bot.demo import Demo, open_demo
from bot.seed import ZONE
from bot.settings import Settings
from handlers.chat import (
    Block,
    Button,
    ButtonPressed,
    Buttons,
    Card,
    CommandUsed,
    Effect,
    Event,
    Fields,
    FormSubmitted,
    Place,
    PlaceKind,
    Reply,
    Select,
    Text,
    UpdateCard,
    User,
    action,
)
from storage import cases, programmes
from storage.words import CaseState

NOTE = "/checkin P-7K2M listening 20m he told me he is going to kill himself tonight, then he laughed it off"


def lines_of(card: Card) -> str:
    """A card as plain lines."""
    return "\n".join(line for block in card.blocks for line in _lines(block))


def _lines(block: Block) -> list[str]:
    match block:
        case Text(text=text):
            return [text]
        case Fields(pairs=pairs):
            return [f"{label}: {value}" for label, value in pairs]
        case Buttons(buttons=buttons):
            return [" ".join(f"[{button.label}]" for button in buttons)]
        case Select(placeholder=placeholder):
            return [f"({placeholder})"]
        case _:
            return []


class Play:
    """Acts for the sandbox's people and prints what each of them sees."""

    def __init__(self, demo: Demo, console: Console) -> None:
        self._demo = demo
        self._console = console
        self._deeds = 0
        self._run = uuid4().hex  # a database that is used again has seen the deeds of earlier runs
        self._answered: dict[str, Card] = {}  # the last private answer in front of each
        self._shown = {user: len(self._direct(user)) for user in demo.sandbox.people}

    def _direct(self, user: str) -> list[Card]:
        messages = self._demo.sandbox.view(user, PlaceKind.DIRECT).messages.values()
        return [message.card for message in messages if message.card is not None]

    def _common(self, user: str) -> dict[str, Any]:
        self._deeds += 1
        return {
            "dedupe_key": f"script-{self._run}-{self._deeds}",
            "user": User("web", self._demo.sandbox.workspace, user),
            "place": Place(PlaceKind.DIRECT, f"direct-{user}"),
            "at": self._demo.app.clock.now(),
        }

    async def command(self, user: str, line: str) -> None:
        """Type a slash command."""
        self._say(f"{self._name(user)} types: {line}")
        name, _, text = line.removeprefix("/").partition(" ")
        await self._do(CommandUsed(**self._common(user), name=name, text=text))

    async def press(self, user: str, label: str) -> None:
        """Press a button on the latest card that has it."""
        self._say(f"{self._name(user)} presses [{label}]")
        await self._do(ButtonPressed(**self._common(user), action=self._button(user, label).action))

    async def submit(self, user: str, form: str, **values: str | tuple[str, ...]) -> None:
        """Send a form."""
        self._say(f"{self._name(user)} fills in: {', '.join(values)}")
        await self._do(FormSubmitted(**self._common(user), form=form, values=values))

    async def close(self, user: str, note: str, *, report: str, parents: str) -> bool:
        """Close the latest case with an outcome and print its timeline. Tells whether it is closed."""
        database = self._demo.app.database
        async with database.read() as tx:
            programme = (await programmes.all_programmes(tx))[0]
            case = (await cases.of_programme(tx, programme.id))[0]
        await self.submit(
            user,
            action("case.outcome", case.id),
            outcome=("support_plan",),
            done=("student_seen",),
            report=(report,),
            parents=(parents,),
            note=note,
        )
        async with database.read() as tx:
            closed = await cases.get(tx, case.id, programme.id)
            happened = await cases.timeline(tx, case.id)
        self._console.print(RichText(f"\n{case.name}, its timeline:", style="bold"))
        for line in happened:
            self._console.print(f"  {line.at.astimezone(ZONE):%H:%M:%S}  {line.kind.replace('_', ' ')}")
        return closed is not None and closed.state is CaseState.RESOLVED

    def title(self, line: str) -> None:
        """Say what is played next."""
        self._console.rule(RichText(line, style="bold"))

    def sees(self, user: str) -> list[Card]:
        """Everything that stands in somebody's direct messages."""
        return self._direct(user)

    def show_nothing(self, user: str, before: list[Card]) -> None:
        """Say whether anything has changed in front of somebody who must not know."""
        nothing = self._direct(user) == before
        self._say(f"{self._name(user)} sees {'nothing of it' if nothing else 'SOMETHING: this is wrong'}")

    async def wait(self, minutes: int) -> None:
        """Let time pass."""
        self._say(f"{minutes} minutes pass")
        await self._demo.rehearsal.advance(timedelta(minutes=minutes))
        self._show_new()

    async def _do(self, event: Event) -> None:
        began = perf_counter()
        effects = await self._demo.app.intake.receive(event)
        await self._demo.app.delivery.drain()
        took = (perf_counter() - began) * 1000
        self._show_answers(event.user.id, effects)
        if self._show_new():
            self._console.print(RichText(f"  (from received to delivered: {took:.0f} ms)", style="dim"))

    def _button(self, user: str, label: str) -> Button:
        answer = [self._answered[user]] if user in self._answered else []
        for card in [*answer, *reversed(self._direct(user))]:
            for block in card.blocks:
                if isinstance(block, Buttons):
                    for button in block.buttons:
                        if button.label == label:
                            return button
        raise LookupError(f"no button {label!r} in front of {user}")

    def _show_answers(self, user: str, effects: Sequence[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Reply | UpdateCard):
                self._answered[user] = effect.card
                self._show(user, effect.card, "privately")

    def _show_new(self) -> bool:
        new = False
        for user in self._demo.sandbox.people:
            cards = self._direct(user)
            for card in cards[self._shown[user] :]:
                self._show(user, card, "in direct messages")
                new = True
            self._shown[user] = len(cards)
        return new

    def _show(self, user: str, card: Card, where: str) -> None:
        title = RichText(f"{self._name(user)} sees {where}: {card.title}")
        self._console.print(Panel(RichText(lines_of(card)), title=title, title_align="left", width=92))

    def _name(self, user: str) -> str:
        return self._demo.sandbox.people[user].name

    def _say(self, line: str) -> None:
        self._console.print(RichText(f"\n▸ {line}", style="bold"))


async def play(settings: Settings) -> int:
    """Play three cases. Returns 0 if each came to its outcome, else 1."""
    console = Console(highlight=False)
    async with open_demo(settings, history=False) as demo:
        scene = Play(demo, console)
        closed = [await act(scene) for act in (_nobody_answers, _the_helper_herself, _about_the_coordinator)]
    console.print(
        RichText("\nResolved." if all(closed) else "\nNot resolved: something is wrong.", style="bold")
    )
    return 0 if all(closed) else 1


async def _nobody_answers(scene: Play) -> bool:
    """A disclosure in a check-in climbs until the backup has it."""
    scene.title("A disclosure in a check-in; the coordinator does not answer")
    await scene.command("maya", NOTE)
    await scene.wait(2)
    await scene.wait(3)
    await scene.press("okafor", "I've got it: going now")
    await scene.press("okafor", "Show the note")
    await scene.wait(15)
    await scene.press("okafor", "Yes, or spoken with them")
    note = "Safe at home tonight; parents came in; referral agreed. No report: not abuse."
    return await scene.close("okafor", note, report="not_required", parents="told")


async def _the_helper_herself(scene: Play) -> bool:
    """The one who writes is the one in danger."""
    scene.title("The helper is the one who needs somebody")
    await scene.command("maya", "/urgent I can't do this anymore, I want to die")
    await scene.press("maya", "Somebody is with me")
    await scene.press("rivera", "I've got it: going now")
    await scene.press("rivera", "I'm with Maya")
    note = "Talked for an hour, mother came, appointment tomorrow. No report: not abuse."
    return await scene.close("rivera", note, report="not_required", parents="told")


async def _about_the_coordinator(scene: Play) -> bool:
    """The coordinator is the one whom it is about: she is told nothing, others are."""
    scene.title("It is about the coordinator: others are told, she is not")
    before = scene.sees("rivera")
    await scene.command("leo", "/urgent he says Ms. Rivera touches him when they are alone in her office")
    scene.show_nothing("rivera", before)
    await scene.press("okafor", "I've got it: going now")
    await scene.press("okafor", "I'm with the student")
    note = "Report made with Dr. Hale; the head of school decides who tells the parents."
    done = await scene.close("okafor", note, report="made", parents="later")
    scene.show_nothing("rivera", before)
    return done and scene.sees("rivera") == before
