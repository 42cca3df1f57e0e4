"""Slack: the suite's own workspace on loopback, and the real slack-bolt between it and the bot."""

from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette

from adapters.slack.app import SlackApp
from adapters.slack.client import open_client
from adapters.slack.install import standing
from adapters.slack.manifest import manifest
from adapters.slack.sender import SlackAdapter
from bot import slack as on_slack
from bot.app import App
from bot.rehearsal import Rehearsal
from bot.settings import Settings
from handlers.chat import PlaceKind
from handlers.registry import load
from storage.words import Platform
from tests.scenarios.driver import (
    Answered,
    CannotDo,
    Player,
    Shown,
    ShownButton,
    ShownForm,
    ShownInput,
    ShownOption,
    ShownSelect,
)
from tests.scenarios.drivers import reading
from tests.slack import Answer, InstalledApp, Modal, NotPossible, Person, Seen, SlackServer
from tests.slack.core import answered, held
from tests.slack.shown import Control

CHANNEL = "C0TEAM"
PATIENCE = 60.0
"""Seconds of a busy computer that an answer may take here; how fast it is, is measured elsewhere."""


class SlackDriver:
    """Everybody in one workspace, and the app installed from the manifest that Handrail itself makes."""

    platform = Platform.SLACK
    channel = CHANNEL
    socket_mode = False
    coordinators = ""
    """Whom the environment names."""

    def __init__(self, players: Sequence[Player]) -> None:
        url = "" if self.socket_mode else "https://handrail.example"
        app = InstalledApp.from_manifest(manifest(load(), public_url=url))
        self.server = SlackServer(app)
        self.server.deliverer.patience = PATIENCE
        self.workspace = self.server.workspace.team
        self._ids = {player.name: f"U{number:03}" for number, player in enumerate(players, 1)}
        for name, user in self._ids.items():
            self.server.add_user(user, name)
        self.server.workspace.add_channel(CHANNEL, "peer-team", *self._ids.values(), app.bot_user)
        # Its client is another one once the server's address is known.
        self.adapter = SlackAdapter(AsyncWebClient(), {self.workspace})
        self._held = AsyncExitStack()
        self._front: SlackApp | None = None

    def user(self, person: str) -> str:
        return self._ids[person]

    async def connect(self, app: App, rehearsal: Rehearsal) -> None:
        await self._leave()
        self.server.workspace.now = lambda: rehearsal.now().timestamp()
        if not self.server.url:
            await self._held.enter_async_context(self.server)
            client = open_client(self.server.app.bot_token, self.server.api_url)
            self.adapter.client = await self._held.enter_async_context(client)
        settings = Settings(
            slack_bot_token=self.server.app.bot_token,
            slack_api_url=self.server.api_url,
            slack_signing_secret="" if self.socket_mode else self.server.app.signing_secret,
            slack_app_token=self.server.app.app_token if self.socket_mode else "",
            handrail_coordinators=self.coordinators,
        )
        found = await standing(self.adapter.client)
        connection = on_slack.SlackConnection(self.adapter.client, found, self.adapter)
        self._front = on_slack.front(connection, settings, app)
        if self.socket_mode:
            opened = self.server.sockets.opened
            await self._front.connect(settings.slack_app_token, lambda: None)
            await self.server.sockets.connected(opened + 1)
        else:
            await self.server.connect(Starlette(routes=self._front.routes()))
        # As it does at every start: what was written while nobody listened.
        await on_slack.catch_up(connection, self._front, app).look()

    async def _leave(self) -> None:
        if self._front is not None:
            await self.settled()
            await self.server.disconnect()
            await self._front.close()
            self._front = None

    async def close(self) -> None:
        await self._leave()
        await self._held.aclose()

    async def settled(self) -> None:
        """Wait until every answer has arrived, and the bot was told of its own messages."""
        assert self._front is not None, "connect comes first"
        await self._front.answers.settled()
        await self.server.settled()

    # --- hands ---------------------------------------------------------------------------------

    async def write(self, person: str, place: PlaceKind, text: str) -> None:
        await self._do(person, self._person(person).write(text, _channel(place)))

    async def command(self, person: str, place: PlaceKind, text: str) -> None:
        name, _, rest = text.partition(" ")
        await self._do(person, self._person(person).command(name.lower(), rest.strip(), _channel(place)))

    async def edit(self, person: str, message: Shown, text: str) -> None:
        await self._do(person, self._person(person).edit(self._seen(person, message).message, text))

    async def delete(self, person: str, message: Shown) -> None:
        await self._do(person, self._person(person).delete(self._seen(person, message).message))

    async def press(self, person: str, message: Shown, button: ShownButton) -> None:
        surface = self._surface(person, message)
        control = _control(surface, button.handle)
        await self._do(person, self._person(person).act(surface, control, {}), at=surface)

    async def choose(self, person: str, message: Shown, select: ShownSelect, option: ShownOption) -> None:
        surface = self._surface(person, message)
        control = _control(surface, select.handle)
        state = answered(control.element, _value(control, option.handle))
        await self._do(person, self._person(person).act(surface, control, state), at=surface)

    async def submit(self, person: str, answers: Mapping[str, Sequence[str]]) -> None:
        modal = self._person(person).modal
        assert modal is not None, "there is no form to send"
        for question in modal.questions:
            control = question.control
            given = [each for each in answers[control.block_id] if each]
            modal.view.answers[control.block_id, control.action_id] = _answer(control, given)
        await self._do(person, modal.submit(), at=modal)
        if modal.view.trouble:
            raise CannotDo(f"Slack says: {modal.view.trouble}")

    def close_form(self, person: str) -> None:
        self.server.workspace.modals.pop(self._ids[person], None)

    def set_reachable(self, person: str, *, reachable: bool) -> None:
        self.server.workspace.users[self._ids[person]].hidden = not reachable

    async def _do(self, person: str, deed: Awaitable[Any], at: Seen | Modal | None = None) -> None:
        """Do something. A modal is closed by whoever turns to something else."""
        if not isinstance(at, Modal):
            self.close_form(person)
        try:
            answer = await deed
        except NotPossible as error:
            raise CannotDo(str(error)) from None
        await self.settled()
        if isinstance(answer, Answer) and not answer.taken:
            raise CannotDo(f"Slack shows that the app did not answer ({answer.reason}).")

    def _person(self, name: str) -> Person:
        return self.server.user(self._ids[name])

    def _surface(self, person: str, message: Shown) -> Seen | Modal:
        modal = self._person(person).modal
        if modal is not None and modal.view.id == message.handle:
            return modal
        return self._seen(person, message)

    def _seen(self, person: str, message: Shown) -> Seen:
        for seen in self._person(person).everything:
            if _handle(seen) == message.handle:
                return seen
        raise CannotDo("That message is not there any more.")

    # --- eyes ----------------------------------------------------------------------------------

    def form(self, person: str) -> ShownForm | None:
        modal = self._person(person).modal
        if modal is None or not modal.questions:
            return None
        return ShownForm(
            handle=modal.view.id,
            title=modal.title,
            inputs=tuple(self._inputs(modal)),
            submit=modal.submit_label,
        )

    def _inputs(self, modal: Modal) -> Iterator[ShownInput]:
        for question in modal.questions:
            control = question.control
            value = held(modal.state(control))
            several = isinstance(value, list)
            yield ShownInput(
                label=question.label,
                handle=control.block_id,
                answered=Answered.SEVERAL if several else _how(control),
                answer=tuple(_raw(each) for each in (value if several else [value]) if each),
                options=self._options(control),
                required=not question.optional,
                longest=control.element.get("max_length", 0),
                help=question.hint,
                error=modal.view.errors.get(control.block_id, ""),
            )

    def _options(self, control: Control) -> tuple[ShownOption, ...]:
        if control.kind == "users_select":
            people = (user for user in self.server.workspace.users.values() if not user.is_bot)
            return tuple(ShownOption(user.name, user.id) for user in people)
        return reading.options(control)

    async def standing(self) -> Mapping[str, Sequence[Shown]]:
        await self.settled()
        return {name: list(self._in_front(name)) for name in self._ids}

    def _in_front(self, name: str) -> Iterator[Shown]:
        person = self._person(name)
        yield from (_message(seen, PlaceKind.DIRECT) for seen in person.dm)
        yield from (_message(seen, PlaceKind.CHANNEL) for seen in person.channel(CHANNEL))
        modal = person.modal
        if modal is not None and not modal.questions:
            title = "" if any(modal.title == piece for piece in modal.pieces) else modal.title
            pieces = [title, *modal.pieces]
            yield Shown(
                handle=modal.view.id, place=PlaceKind.DIRECT, author="", **reading.parts(pieces, _key)
            )


class SocketDriver(SlackDriver):
    """The same over Socket Mode."""

    socket_mode = True


def _channel(place: PlaceKind) -> str:
    return CHANNEL if place is PlaceKind.CHANNEL else ""


def _handle(seen: Seen) -> str:
    return f"{seen.place.id}:{seen.message.ts}"


def _message(seen: Seen, place: PlaceKind) -> Shown:
    return reading.message(seen, place, _handle(seen), _key)


def _key(control: Control) -> str:
    return f"{control.block_id}/{control.action_id}"


def _control(surface: Seen | Modal, handle: str) -> Control:
    for piece in surface.pieces:
        if isinstance(piece, Control) and _key(piece) == handle:
            return piece
    raise CannotDo("That is not there any more.")


def _how(control: Control) -> Answered:
    return Answered.ONE if control.choices or control.kind == "users_select" else Answered.TYPED


def _raw(value: Any) -> str:
    """An answer's handle: an option's value, or the text itself."""
    return str(value["value"]) if isinstance(value, dict) else str(value)


def _value(control: Control, handle: str) -> Any:
    if not control.choices:
        return handle
    return next(choice.payload for choice in control.choices if choice.value == handle)


def _answer(control: Control, given: Sequence[str]) -> dict[str, Any]:
    """An input's state with these answers in it."""
    if control.kind in ("checkboxes", "multi_static_select", "multi_users_select"):
        return answered(control.element, [_value(control, each) for each in given])
    if _how(control) is Answered.TYPED:
        return answered(control.element, "".join(given) or None)
    return answered(control.element, _value(control, given[0]) if given else None)
