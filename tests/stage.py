"""A stage for flow tests: people act, time passes, and one reads what each of them sees.

Everything real runs: intake, handlers, storage, the ladder and delivery. Only the clock is ours, and the
platform is the recording one below.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from adapters.base import Address, Outgoing, SendError, Sent, Unreachable
from bot.app import App, assemble
from handlers.chat import (
    Button,
    ButtonPressed,
    Buttons,
    Card,
    Choice,
    CommandUsed,
    Effect,
    Event,
    Fields,
    Form,
    FormErrors,
    FormSubmitted,
    Link,
    OpenForm,
    Place,
    PlaceKind,
    Reply,
    Select,
    Text,
    TextPosted,
    UpdateCard,
    User,
    UserInput,
)
from handlers.due import next_due
from storage import people, programmes
from storage.db import Database
from storage.words import Platform, Role

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


class StillClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment


def words_of(card: Card) -> str:
    """Everything a person can read on a card."""
    lines = [card.title]
    for block in card.blocks:
        match block:
            case Text(text=text):
                lines.append(text)
            case Fields(pairs=pairs):
                lines += [f"{label}: {value}" for label, value in pairs]
            case Link(label=label, url=url):
                lines.append(f"{label}: {url}")
            case Buttons(buttons=buttons):
                lines.append(" ".join(f"[{button.label}]" for button in buttons))
            case Select(placeholder=placeholder, options=options):
                lines.append(f"({placeholder}: {', '.join(option.label for option in options)})")
            case _:
                pass
    return "\n".join(lines)


def select_of(card: Card, label: str) -> tuple[str, str]:
    """The action and the value of an option that a person would choose from a list on a card."""
    found = [
        (block.action, option.value)
        for block in card.blocks
        if isinstance(block, Select)
        for option in block.options
        if option.label.startswith(label)
    ]
    assert found, f"no option {label!r} on:\n{words_of(card)}"
    return found[0]


def button_of(card: Card, label: str) -> Button:
    """The button of a card that a person would press."""
    found = [
        button
        for block in card.blocks
        if isinstance(block, Buttons)
        for button in block.buttons
        if button.label.startswith(label)
    ]
    assert found, f"no button {label!r} on:\n{words_of(card)}"
    return found[0]


@dataclass
class Message:
    """A message that stands in somebody's direct messages."""

    reference: str
    outbox_id: int
    card: Card


class RecordingPlatform:
    """A platform that keeps what it is sent. ``fails`` holds what sending to a user raises."""

    platform = "web"
    workspaces = frozenset({"sandbox"})

    def __init__(self) -> None:
        self.inboxes: dict[str, list[Message]] = {}
        self.fails: dict[str, SendError] = {}
        self._numbers = count(1)

    async def send(self, message: Outgoing) -> Sent:
        if error := self.fails.get(message.to.user):
            raise error
        sent = Message(f"m{next(self._numbers)}", message.id, message.card)
        self.inboxes.setdefault(message.to.user, []).append(sent)
        return Sent(sent.reference)

    async def update(self, to: Address, reference: str, card: Card) -> None:
        for message in self.inboxes.get(to.user, []):
            if message.reference == reference:
                message.card = card
                return
        raise Unreachable("no such message")

    async def delete(self, to: Address, reference: str) -> None:
        self.inboxes[to.user] = [m for m in self.inboxes.get(to.user, []) if m.reference != reference]

    async def find(self, to: Address, outbox_id: int) -> Sent | None:
        found = [m for m in self.inboxes.get(to.user, []) if m.outbox_id == outbox_id]
        return Sent(found[0].reference) if found else None


@dataclass
class Stage:
    """One programme. Users: maya and leo (helpers), rivera (coordinator), okafor (backup)."""

    app: App
    clock: StillClock
    platform: RecordingPlatform
    answers: dict[str, list[Effect]] = field(default_factory=dict)
    workspace: str = "sandbox"
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    @classmethod
    async def open(
        cls,
        database: Database,
        *,
        adults: bool = True,
        platform: RecordingPlatform | None = None,
        locale: str = "en",
    ) -> "Stage":
        clock, platform = StillClock(), platform or RecordingPlatform()
        app = assemble(database, clock, [platform])
        async with database.write() as tx:
            programme = await programmes.add(
                tx,
                name="Test school",
                time_zone="America/New_York",
                locale=locale,
                room="Room 114",
                phone="555-0114",
                emergency_number="911",
                crisis_line="988",
                services=("tutoring", "listening"),
                now=START,
            )
            connection = await programmes.connect(tx, programme.id, Platform.WEB, "sandbox")
            await programmes.watch(tx, connection.id, "team", START)
            cast = [("maya", "Maya", Role.HELPER), ("leo", "Leo", Role.HELPER)]
            if adults:
                cast += [
                    ("rivera", "Ms. Rivera", Role.COORDINATOR),
                    ("okafor", "Mr. Okafor", Role.BACKUP),
                ]
            for user, name, role in cast:
                person = await people.add(tx, programme_id=programme.id, name=name, roles=[role])
                await people.add_account(tx, person, connection.id, user)
        return cls(app, clock, platform)

    async def elsewhere(self) -> "Stage":
        """A second programme in the same bot, elsewhere: nina (helper) and tanaka (coordinator)."""
        self.platform.workspaces |= {"elsewhere"}
        async with self.app.database.write() as tx:
            programme = await programmes.add(
                tx,
                name="Another school",
                time_zone="Europe/Berlin",
                locale="en",
                room="",
                phone="",
                emergency_number="112",
                crisis_line="",
                services=("mentoring",),
                now=START,
            )
            connection = await programmes.connect(tx, programme.id, Platform.WEB, "elsewhere")
            for user, name, role in (
                ("nina", "Nina", Role.HELPER),
                ("tanaka", "Dr. Tanaka", Role.COORDINATOR),
            ):
                person = await people.add(tx, programme_id=programme.id, name=name, roles=[role])
                await people.add_account(tx, person, connection.id, user)
        return Stage(self.app, self.clock, self.platform, workspace="elsewhere")

    async def add(self, user: str, name: str, role: Role, *, phone: str = "") -> int:
        """Put somebody more on the roster, with an account. Returns the person's id."""
        async with self.app.database.write() as tx:
            person = await people.add(tx, programme_id=1, name=name, phone=phone, roles=[role])
            await people.add_account(tx, person, 1, user)
        return person

    async def outside_contact(self) -> int:
        """Let there be somebody outside the team: hale, whose phone is 555-0199."""
        return await self.add("hale", "Dr. Hale", Role.OUTSIDE_CONTACT, phone="555-0199")

    # --- what people do ------------------------------------------------------------------------

    async def command(
        self, user: str, text: str, *, channel: bool = False, key: str = ""
    ) -> Sequence[Effect]:
        """Type a slash command, such as ``/checkin P-7K2M tutoring 30m``."""
        name, _, rest = text.removeprefix("/").partition(" ")
        common = self._common(user, key)
        if channel:
            common["place"] = Place(PlaceKind.CHANNEL, "team")
        return await self.receive(CommandUsed(**common, name=name, text=rest))

    async def write(
        self,
        user: str,
        text: str,
        *,
        message: str = "",
        edited: bool = False,
        channel: bool = False,
        key: str = "",
    ) -> Sequence[Effect]:
        """Write to the bot, or into the team channel."""
        common = self._common(user, key)
        if channel:
            common["place"] = Place(PlaceKind.CHANNEL, "team")
        number = message or f"t{next(self._numbers)}"
        return await self.receive(TextPosted(**common, text=text, message_id=number, edited=edited))

    async def press(
        self, user: str, button: Button | str, *, value: str = "", key: str = ""
    ) -> Sequence[Effect]:
        """Press a button."""
        custom_id = button if isinstance(button, str) else button.action
        return await self.receive(ButtonPressed(**self._common(user, key), action=custom_id, value=value))

    async def press_last(self, user: str, label: str) -> Sequence[Effect]:
        """Press a button on the last message in somebody's direct messages."""
        return await self.press(user, button_of(self.inbox(user)[-1], label))

    async def choose(self, user: str, card: Card, label: str) -> Sequence[Effect]:
        """Choose an option from a list on a card."""
        action, value = select_of(card, label)
        return await self.press(user, action, value=value)

    async def submit(
        self, user: str, form: Form | str, *, key: str = "", **values: object
    ) -> Sequence[Effect]:
        """Send a form; inputs that are not named keep what they were opened with."""
        if isinstance(form, Form):
            opened = {item.name: getattr(item, "values", getattr(item, "value", "")) for item in form.inputs}
            values, form_id = {**opened, **values}, form.id
            chosen = {item.name for item in form.inputs if isinstance(item, Choice | UserInput)}
            values = {name: (value,) if name in chosen and value else value for name, value in values.items()}
        else:
            form_id = form
        return await self.receive(FormSubmitted(**self._common(user, key), form=form_id, values=values))

    async def wishes(
        self,
        user: str,
        *,
        pause: str = "none",
        weeks: str = "1",
        quiet: tuple[str, str] = ("20", "8"),
        **more: str,
    ) -> Sequence[Effect]:
        """Say how one wants to be asked; ``quiet`` hours are from one to the other."""
        given = {"pause": (pause,), "weeks": (weeks,), "quiet_from": (quiet[0],), "quiet_until": (quiet[1],)}
        return await self.submit(user, "prompts.wishes", **given, **more)

    async def receive(self, event: Event) -> Sequence[Effect]:
        """Let the bot take an event and send what follows at once."""
        effects = await self.app.intake.receive(event)
        self.answers.setdefault(event.user.id, []).extend(effects)
        await self.app.delivery.drain()
        return effects

    def _common(self, user: str, key: str) -> dict[str, object]:
        return {
            "dedupe_key": key or f"k{next(self._numbers)}",
            "user": User("web", self.workspace, user),
            "place": Place(PlaceKind.DIRECT, user),
            "at": self.clock.now(),
        }

    # --- time ----------------------------------------------------------------------------------

    async def wait(self, minutes: float) -> None:
        """Let time pass; what falls due on the way happens at its time."""
        until = self.clock.now() + timedelta(minutes=minutes)
        while (due := await next_due(self.app.database)) is not None and due <= until:
            self.clock.moment = max(due, self.clock.moment)
            await self.tick()
        self.clock.moment = until
        await self.tick()

    async def jump(self, minutes: float) -> None:
        """Let time pass while the bot is away: it looks only at the end."""
        self.clock.moment += timedelta(minutes=minutes)
        await self.tick()

    async def tick(self) -> None:
        """One tick, and sending what follows."""
        await self.app.tick()
        await self.app.delivery.drain()

    # --- what people see -----------------------------------------------------------------------

    def inbox(self, user: str) -> list[Card]:
        """The messages that the bot has sent somebody, as they stand now."""
        return [message.card for message in self.platform.inboxes.get(user, [])]

    def sees(self, user: str) -> str:
        """Everything somebody can read: messages and private answers."""
        cards = self.inbox(user)
        for effect in self.answers.get(user, []):
            match effect:
                case Reply(card=card) | UpdateCard(card=card):
                    cards.append(card)
                case OpenForm(form=form) | FormErrors(form=form):
                    cards.append(Card(form.title, (), "form"))
        return "\n---\n".join(words_of(card) for card in cards)


def only_card(effects: Sequence[Effect]) -> Card:
    """The one card of an answer."""
    cards = [effect.card for effect in effects if isinstance(effect, Reply | UpdateCard)]
    assert len(cards) == 1, cards
    return cards[0]


def only_form(effects: Sequence[Effect]) -> Form:
    """The one form that an answer opens."""
    forms = [effect.form for effect in effects if isinstance(effect, OpenForm)]
    assert len(forms) == 1, effects
    return forms[0]
