"""The wiring: discord.py's gateway brings what people do, the bot commits it, and only then answers them.

The gateway is one socket, held by one process at a time. Nothing here awaits a message to anybody but the
answer itself. Discord does not repeat what is missed while the socket is away;
:mod:`adapters.discord.catch_up` reads it.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence

import discord
import structlog
from discord.gateway import DiscordWebSocket
from yarl import URL

from adapters.base import Asks, AuthFailed, Receive
from adapters.discord import parse
from adapters.discord.answers import Answers, Pause
from adapters.discord.client import Client
from adapters.discord.errors import send_error
from adapters.discord.parse import Deed, Installed, Surface, Way
from adapters.discord.sender import DiscordAdapter
from handlers.chat import Effect, Option, User
from handlers.registry import Registry

log = structlog.get_logger(__name__)

CHOICES = 25
"""Suggestions that Discord takes while somebody types."""

LEAVE = 2.0
"""Seconds that closing the gateway, and its end, may take; both together less than a lease's margin."""

Complete = Callable[[User, str, str, str], Awaitable[Sequence[Option]]]
"""What could be meant: by whom, command, option, and what is typed so far."""


def intents(*, reads_channels: bool) -> discord.Intents:
    """The fewest: the server itself, messages, and their words where Discord lets us read them.

    Without the message content intent, words arrive in direct messages and where the bot is mentioned.
    https://docs.discord.com/developers/events/gateway#message-content-intent
    """
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=reads_channels)


class IntentMissing(AuthFailed):
    """The portal does not grant the message content intent; without it the gateway can be opened."""


class DiscordApp:
    """One server's front: takes what people do there and in direct messages, and answers them."""

    def __init__(
        self,
        *,
        installed: Installed,
        adapter: DiscordAdapter,
        registry: Registry,
        receive: Receive,
        complete: Complete,
        asks: Asks,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self.installed = installed
        self.answers = Answers(adapter, installed.application, pause)
        self._registry = registry
        self._receive = receive
        self._complete = complete
        self._asks = asks
        self._gateway: _Gateway | None = None

    async def listen(
        self, token: str, *, reads_channels: bool, connected: Callable[[], None] = lambda: None
    ) -> None:
        """Hold the gateway until cancelled. ``connected`` is called each time it stands (again).

        Raises :class:`IntentMissing` where the portal does not grant reading channels, and
        :class:`~adapters.base.AuthFailed` where Discord does not let the gateway be opened.
        """
        gateway = _Gateway(intents(reads_channels=reads_channels), self, connected)
        self._gateway = gateway
        # A task of its own: while it connects, the library may swallow a cancellation and go on.
        running = asyncio.create_task(gateway.start(token))
        running.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            await asyncio.wait({running})
            await running
        except discord.PrivilegedIntentsRequired:
            raise IntentMissing("the message content intent is not switched on") from None
        except discord.ConnectionClosed as error:
            raise AuthFailed(f"the gateway was closed with {error.code}") from None
        except Exception as error:  # noqa: BLE001 - whatever the library raises, it is one of our five
            raise send_error(error) from None
        finally:
            self._gateway = None
            running.cancel()
            await gateway.leave()
            await asyncio.wait({running}, timeout=LEAVE)

    @property
    def is_connected(self) -> bool:
        """Whether events arrive here now."""
        return self._gateway is not None and self._gateway.stands

    async def close(self) -> None:
        """Let the answers under way go out."""
        await self.answers.close()

    # --- what people do ------------------------------------------------------------------------

    async def take(self, deed: Deed) -> Sequence[Effect]:
        """Let the bot take a deed, then answer it."""
        effects = await self._receive(deed.event)
        await self.answers.show(deed, effects)
        return effects

    async def interaction(self, happened: discord.Interaction) -> None:
        """Somebody used a command, a button, a list, a form or a message's menu."""
        if happened.type is discord.InteractionType.autocomplete:
            await self._suggest(happened)
            return
        deed = parse.interaction(happened, self.installed, self._registry)
        if deed is not None:
            if await self._asks(deed.event):
                deed = parse.ranked(deed, happened)
            await self.take(deed)
        elif not parse.is_ours(happened, self.installed):
            await self.answers.refuse(parse.way(Surface.COMMAND, happened))

    async def message(self, message: discord.Message, *, direct: bool, edited: bool) -> None:
        """Somebody wrote, or changed what they wrote."""
        if not direct and _guild_of(message) not in ("", self.installed.guild):
            return
        deed = parse.written(message, self.installed, direct=direct, edited=edited)
        if deed is not None:
            await self.take(deed)

    async def _suggest(self, happened: discord.Interaction) -> None:
        typing = parse.typing(happened)
        found: Sequence[Option] = ()
        if typing is not None and parse.is_ours(happened, self.installed):
            found = await self._complete(self.installed.user(happened.user.id), *typing)
        way: Way = parse.way(Surface.COMMAND, happened)
        await self.answers.complete(way, [(option.label, option.value) for option in found[:CHOICES]])


class _Gateway(Client):
    """discord.py's client, which hands on what it hears."""

    def __init__(self, wanted: discord.Intents, app: DiscordApp, connected: Callable[[], None]) -> None:
        super().__init__(wanted)
        self._app = app
        self._connected = connected
        self._hears = False

    @property
    def stands(self) -> bool:
        """Whether the socket stands; the library stays "ready" while it is away."""
        return self._hears and not self.is_closed()

    async def leave(self) -> None:
        """Close the socket. One that does not close in time is let go of: another process may wait."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LEAVE):
                await self.close()

    async def setup_hook(self) -> None:
        # The library knows one address for all; Discord tells each bot its own, and so does another server.
        _, address, _ = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = URL(address)

    async def on_ready(self) -> None:
        self._hears = True
        self._connected()

    async def on_resumed(self) -> None:
        self._hears = True
        self._connected()

    async def on_disconnect(self) -> None:
        self._hears = False

    async def on_interaction(self, happened: discord.Interaction) -> None:
        await self._app.interaction(happened)

    async def on_message(self, message: discord.Message) -> None:
        direct = isinstance(message.channel, discord.DMChannel)
        await self._app.message(message, direct=direct, edited=False)

    async def on_raw_message_edit(self, edit: discord.RawMessageUpdateEvent) -> None:
        direct = edit.guild_id is None
        await self._app.message(edit.message, direct=direct, edited=True)

    async def on_error(self, event_method: str, /, *_given: object, **_more: object) -> None:
        # The library's own way prints what was given, which is what somebody wrote.
        log.error("event_failed", kind=event_method, exc_info=True)


def _guild_of(message: discord.Message) -> str:
    """The server that a message was written in, though the library may not know it; else nothing."""
    known = message.guild.id if message.guild else getattr(message.channel, "guild_id", None)
    return str(known or "")
