"""Discord: the suite's own server on loopback, and the real discord.py between it and the bot."""

import asyncio
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any

import discord

from adapters.discord import commands, install
from adapters.discord.app import DiscordApp
from adapters.discord.client import open_client
from adapters.discord.sender import DiscordAdapter
from bot import discord as on_discord
from bot.app import App
from bot.rehearsal import Rehearsal
from bot.settings import Settings
from handlers.chat import PlaceKind
from storage.words import Platform
from tests.discord import Answer, Channel, DiscordServer, Modal, NotPossible, Person, Seen
from tests.discord.shown import Control
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

PATIENCE = 60.0
"""Seconds of a busy computer that an answer may take here; how fast it is, is measured elsewhere."""


class DiscordDriver:
    """Everybody on one server, and the bot invited to it."""

    platform = Platform.DISCORD
    coordinators = ""
    """Whom the environment names."""

    def __init__(self, players: Sequence[Player]) -> None:
        self.server = DiscordServer()
        self.server.patience = PATIENCE
        self.workspace = str(self.server.guild.id)
        self._people = {player.name: self.server.add_user(player.name) for player in players}
        self._team = self.server.add_channel("peer-team")
        self.channel = str(self._team.id)
        self.adapter = DiscordAdapter(discord.Client(intents=discord.Intents.none()), {self.workspace})
        self._held = AsyncExitStack()
        self._front: DiscordApp | None = None
        self._listening: asyncio.Task[None] | None = None

    def user(self, person: str) -> str:
        return str(self._people[person].id)

    async def connect(self, app: App, rehearsal: Rehearsal) -> None:
        await self._leave()
        self.server.workspace.now = lambda: rehearsal.now().timestamp()
        if not self.server.url:
            await self._held.enter_async_context(self.server)
            client = open_client(self.server.app.token, self.server.api_url)
            self.adapter.client = await self._held.enter_async_context(client)
        standing = await install.standing(self.adapter.client)
        guild = next(each for each in standing.guilds if each.id == self.workspace)
        server = on_discord.DiscordServer(guild, standing.installed(guild), self.adapter)
        settings = Settings(
            discord_token=self.server.app.token,
            discord_api_url=self.server.api_url,
            handrail_coordinators=self.coordinators,
        )
        self._front = on_discord.front(server, settings, app)
        await commands.sync(self.adapter.client, standing.application, app.intake.registry)
        connected = asyncio.Event()
        listen = self._front.listen(self.server.app.token, reads_channels=True, connected=connected.set)
        self._listening = asyncio.create_task(listen)
        waiting = asyncio.create_task(connected.wait())
        await asyncio.wait({waiting, self._listening}, return_when=asyncio.FIRST_COMPLETED)
        if self._listening.done():
            self._listening.result()
        # As it does at every start: what was written while nobody listened.
        await on_discord.catch_up(server, self._front, app).look()

    async def _leave(self) -> None:
        if self._front is not None and self._listening is not None:
            await self.settled()
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
            await self._front.close()
            self._front = None

    async def close(self) -> None:
        await self._leave()
        await self._held.aclose()

    async def settled(self) -> None:
        """Wait until the bot has taken all events, and every answer has arrived."""
        assert self._front is not None, "connect comes first"
        await self.server.settled()
        await self._front.answers.settled()
        await self.server.settled()

    # --- hands ---------------------------------------------------------------------------------

    async def write(self, person: str, place: PlaceKind, text: str) -> None:
        await self._do(person, self._people[person].write(text, self._place(person, place)))

    async def command(self, person: str, place: PlaceKind, text: str) -> None:
        name, _, rest = text.removeprefix("/").partition(" ")
        where = self._place(person, place)
        given = {self._box(name.lower(), where): rest.strip()} if rest.strip() else {}
        await self._do(person, self._people[person].command(name.lower(), where, **given))

    def _box(self, name: str, where: Channel) -> str:
        """The box that takes any words, where somebody types one line."""
        guild = where.guild
        for command in self.server.app.usable(guild):
            boxes = [each["name"] for each in command.get("options") or [] if each["type"] == _TEXT]
            if command["name"] == name and boxes:
                return str(boxes[-1])
        raise CannotDo(f"/{name} takes no text here.")

    async def edit(self, person: str, message: Shown, text: str) -> None:
        await self._do(person, self._people[person].edit(self._seen(person, message).message, text))

    async def delete(self, person: str, message: Shown) -> None:
        await self._do(person, self._people[person].delete(self._seen(person, message).message))

    async def press(self, person: str, message: Shown, button: ShownButton) -> None:
        seen = self._seen(person, message)
        await self._do(person, self._people[person].act(seen, _control(seen, button.handle)))

    async def choose(self, person: str, message: Shown, select: ShownSelect, option: ShownOption) -> None:
        seen = self._seen(person, message)
        chosen = self._people[person].act(seen, _control(seen, select.handle), [option.handle])
        await self._do(person, chosen)

    async def submit(self, person: str, answers: Mapping[str, Sequence[str]]) -> None:
        modal = self._people[person].modal
        assert modal is not None, "there is no form to send"
        for question in modal.questions:
            control = question.control
            given = [each for each in answers[control.custom_id] if each]
            typed = _how(control) is Answered.TYPED
            modal.answers[control.custom_id] = "".join(given) if typed else given
        await self._do(person, modal.submit(), at=modal)
        if modal.trouble:
            raise CannotDo(f"Discord says: {modal.trouble}")
        # Discord has closed the form; who is told that it was not right opens it again.
        last = self._people[person].messages(modal.asked.channel)[-1:]
        for seen in last:
            for control in seen.controls:
                if control.custom_id.startswith("form.mend:"):
                    await self._do(person, self._people[person].act(seen, control))

    def close_form(self, person: str) -> None:
        if (modal := self._people[person].modal) is not None:
            modal.close()

    def set_reachable(self, person: str, *, reachable: bool) -> None:
        self._people[person].close_dms(closed=not reachable)

    async def _do(self, person: str, deed: Awaitable[Any], at: Modal | None = None) -> None:
        """Do something. A modal is closed by whoever turns to something else."""
        if at is None:
            self.close_form(person)
        try:
            answer = await deed
        except NotPossible as error:
            raise CannotDo(str(error)) from None
        await self.settled()
        if isinstance(answer, Answer) and not answer.taken:
            raise CannotDo(f"Discord shows that the app did not answer ({answer.reason}).")

    def _place(self, person: str, place: PlaceKind) -> Channel:
        return self._team if place is PlaceKind.CHANNEL else self._people[person].direct

    def _seen(self, person: str, message: Shown) -> Seen:
        for seen in self._people[person].everything:
            if str(seen.message.id) == message.handle:
                return seen
        raise CannotDo("That message is not there any more.")

    # --- eyes ----------------------------------------------------------------------------------

    def form(self, person: str) -> ShownForm | None:
        modal = self._people[person].modal
        if modal is None:
            return None
        return ShownForm(
            handle=modal.custom_id,
            title=modal.title,
            inputs=tuple(self._inputs(modal)),
            submit="Submit",
        )

    def _inputs(self, modal: Modal) -> Iterator[ShownInput]:
        for question in modal.questions:
            control = question.control
            value = modal.answers[control.custom_id]
            yield ShownInput(
                label=question.label,
                handle=control.custom_id,
                answered=_how(control),
                answer=tuple(value) if isinstance(value, list) else tuple(filter(None, [value])),
                options=self._options(control),
                required=not question.optional,
                longest=control.element.get("max_length", 0),
                help=question.hint,
            )

    def _options(self, control: Control) -> tuple[ShownOption, ...]:
        if control.kind == "people":
            users = self._people.items()
            return tuple(ShownOption(name, str(person.id)) for name, person in users)
        return reading.options(control)

    async def standing(self) -> Mapping[str, Sequence[Shown]]:
        await self.settled()
        return {name: list(self._in_front(person)) for name, person in self._people.items()}

    def _in_front(self, person: Person) -> Iterator[Shown]:
        yield from (_message(seen, PlaceKind.DIRECT) for seen in person.dm)
        yield from (_message(seen, PlaceKind.CHANNEL) for seen in person.messages(self._team))


_TEXT = 3
"""A command's option of text: https://docs.discord.com/developers/interactions/application-commands"""


def _message(seen: Seen, place: PlaceKind) -> Shown:
    return reading.message(seen, place, str(seen.message.id), key=lambda control: control.custom_id)


def _control(seen: Seen, handle: str) -> Control:
    for control in seen.controls:
        if control.custom_id == handle:
            return control
    raise CannotDo("That is not there any more.")


def _how(control: Control) -> Answered:
    if control.kind == "text":
        return Answered.TYPED
    return Answered.SEVERAL if control.several else Answered.ONE
