"""A tiny discord.py bot that keeps all it hears and says it again, to try the suite's own Discord with."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket

from tests.discord import DiscordServer


class Form(discord.ui.Modal, title="A form"):
    """A form with every kind of answer."""

    note: discord.ui.Label[Any] = discord.ui.Label(
        text="Note",
        description="A word is enough",
        component=discord.ui.TextInput(custom_id="note", max_length=20),
    )
    about: discord.ui.Label[Any] = discord.ui.Label(
        text="About",
        component=discord.ui.Select(
            custom_id="about",
            required=False,
            min_values=0,
            options=[
                discord.SelectOption(label="Me", value="1"),
                discord.SelectOption(label="Else", value="2"),
            ],
        ),
    )

    def __init__(self, bot: Echo) -> None:
        super().__init__(custom_id="form")
        self.bot = bot

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Keep what was sent."""
        self.bot.submitted.append(interaction.data)
        await interaction.response.send_message("Thank you", ephemeral=True)


class Go(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"go:(?P<number>\d+)"):
    """A button that works after a restart."""

    def __init__(self, number: int) -> None:
        super().__init__(discord.ui.Button(label="Go & see", custom_id=f"go:{number}"))
        self.number = number

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction, _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match["number"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content=f"Gone {self.number}", view=None)


def card() -> discord.ui.View:
    """A button and a list."""
    view = discord.ui.View(timeout=None)
    view.add_item(Go(7))
    options = [
        discord.SelectOption(label="First", value="1"),
        discord.SelectOption(label="Second", value="2"),
    ]
    view.add_item(discord.ui.Select(custom_id="pick", placeholder="Pick one", options=options))
    return view


class Echo(discord.Client):
    """A tiny bot that keeps all it hears."""

    def __init__(self, server: DiscordServer, intents: discord.Intents | None = None) -> None:
        wanted = intents or discord.Intents(
            guilds=True, guild_messages=True, dm_messages=True, message_content=True
        )
        super().__init__(intents=wanted, guild_ready_timeout=0.01, max_messages=None)
        self.server = server
        self.heard: list[discord.Message] = []
        self.raw: list[tuple[str, Any]] = []
        self.submitted: list[Any] = []
        self.connection: asyncio.Task[None] | None = None
        self.tree = app_commands.CommandTree(self)
        add_commands(self)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Not wait five seconds, as discord.py does before it begins another session."""

    async def on_message(self, message: discord.Message) -> None:
        if self.user is not None and message.author.id != self.user.id:
            self.heard.append(message)
            if message.guild is None:
                await message.channel.send(f"You said: {message.content}")

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        self.raw.append(("edit", event))

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        self.raw.append(("delete", event))

    async def on_raw_member_remove(self, event: discord.RawMemberRemoveEvent) -> None:
        self.raw.append(("left", event))

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        self.raw.append(("channel deleted", channel))

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component and interaction.custom_id == "pick":
            await interaction.response.defer()
            await interaction.followup.send(f"Picked {interaction.data}", ephemeral=True)


def add_commands(bot: Echo) -> None:
    """What it can be asked."""

    @bot.tree.command(name="echo", description="Say it again")
    @app_commands.describe(text="What to say")
    async def echo(
        interaction: discord.Interaction, text: str, times: app_commands.Range[int, 1, 3] = 1
    ) -> None:
        await interaction.response.send_message(f"echo: {text * times}")

    @echo.autocomplete("text")
    async def suggest(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current}!", value=f"{current}!")]

    @bot.tree.command(name="card", description="A card")
    async def a_card(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("A card", view=card())

    @bot.tree.command(name="form", description="A form")
    async def form(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form(bot))

    @bot.tree.command(name="think", description="Think first")
    async def think(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send("Thought")
        await interaction.followup.send("More", ephemeral=True)
        await interaction.edit_original_response(content="Thought again")

    @bot.tree.command(name="silent", description="Say nothing")
    async def silent(_: discord.Interaction) -> None:
        """Say nothing."""

    @bot.tree.context_menu(name="Raise a concern")
    async def concern(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"About: {message.content}", ephemeral=True)

    @bot.tree.context_menu(name="Welcome")
    async def welcome(interaction: discord.Interaction, user: discord.User) -> None:
        await interaction.response.send_message(f"Welcome, {user.name}")


@asynccontextmanager
async def running(
    server: DiscordServer, monkeypatch: Any, intents: discord.Intents | None = None
) -> AsyncIterator[Echo]:
    """The bot, connected."""
    monkeypatch.setattr(discord.http.Route, "BASE", server.api_url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway.url))
    bot = Echo(server, intents)
    began = server.gateway.identified
    await bot.login(server.app.token)
    await bot.tree.sync()
    bot.connection = asyncio.create_task(bot.connect())
    await server.gateway.connected(began + 1)
    await bot.wait_until_ready()
    try:
        yield bot
    finally:
        await bot.close()
        await asyncio.gather(bot.connection, return_exceptions=True)
