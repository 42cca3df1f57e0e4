"""Somebody on Discord: what they can do in Discord's own client, and what they see there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.discord.commanding import Typed, filled, typed
from tests.discord.components import Type
from tests.discord.core import AUTOCOMPLETE, COMMAND, COMPONENT, SUBMITTED, Interaction
from tests.discord.eyes import Eyes, Seen
from tests.discord.modal import Modal, NotPossible
from tests.discord.shown import Choice, Control
from tests.discord.workspace import Attachment, Channel, Guild, Json, Kind, Message

if TYPE_CHECKING:
    from tests.discord.server import DiscordServer

__all__ = ["Answer", "NotPossible", "Person", "Seen"]

LONGEST = 2_000
FAILED = "The application did not respond"


@dataclass(frozen=True)
class Answer:
    """How the app answered first: the callback's type, or 0 and why not."""

    asked: Interaction
    type: int
    reason: str = ""

    @property
    def taken(self) -> bool:
        return not self.reason


class Person(Eyes):
    """One account's hands and eyes."""

    def __init__(self, discord: DiscordServer, user: int) -> None:
        super().__init__(discord, user)
        self.troubles: list[str] = []
        """What Discord itself told this person, such as that the app did not respond."""

    @property
    def modal(self) -> Modal | None:
        """The modal that is open."""
        payload = self.discord.modals.get(self.id)
        return Modal(self, payload) if payload is not None else None

    # --- writing -------------------------------------------------------------------------------

    async def write(
        self, text: str, channel: Channel | None = None, *, files: dict[str, bytes] | None = None
    ) -> Message:
        """Post a message: to the app, or in a channel."""
        where = channel or self.direct
        self._check_writable(where)
        if len(text) > LONGEST:
            raise NotPossible("Your message is too long.")
        if not text.strip() and not files:
            raise NotPossible("There is nothing to send.")
        workspace = self.discord.workspace
        bot = self.discord.app.bot_user
        message = Message(
            id=workspace.snowflake(),
            channel=where.id,
            author=self.id,
            at=workspace.now(),
            content=text.strip(),
            mentions=[
                user for user in workspace.users if f"<@{user}>" in text and (user == bot or where.guild)
            ],
            attachments=[
                Attachment(id=workspace.snowflake(), filename=name, data=data)
                for name, data in (files or {}).items()
            ],
        )
        self.discord.publish(where, message)
        await self.discord.gateway.taken()
        return message

    async def mention(self, text: str, channel: Channel) -> Message:
        """Post a message that begins with the app's name."""
        return await self.write(f"<@{self.discord.app.bot_user}> {text}", channel)

    async def edit(self, message: Message, text: str) -> None:
        """Change one's own message."""
        channel = self._own(message)
        self.discord.change(channel, message, content=text.strip())
        await self.discord.gateway.taken()

    async def delete(self, message: Message) -> None:
        """Take one's own message away."""
        self.discord.remove(self._own(message), message)
        await self.discord.gateway.taken()

    def dismiss(self, seen: Seen) -> None:
        """Put away a message that only this person sees. The app is not told."""
        if not seen.only_me:
            raise NotPossible("Only what nobody else sees can be dismissed.")
        seen.channel.ephemeral.pop(seen.message.id, None)

    def _own(self, message: Message) -> Channel:
        for channel in self.places:
            if channel.messages.get(message.id) is message and message.author == self.id:
                return channel
        raise NotPossible("Only one's own message can be changed, and only while it stands there.")

    def _check_writable(self, channel: Channel) -> None:
        workspace = self.discord.workspace
        if channel.kind is Kind.DIRECT:
            if self.account.blocks_app or not workspace.shared_guilds(self.id, self.discord.app.bot_user):
                raise NotPossible("Your message could not be delivered.")
        elif not workspace.can(self.id, channel, "send_messages"):
            raise NotPossible(f"{self.account.name} cannot write in #{channel.name}.")

    # --- commands ------------------------------------------------------------------------------

    async def command(self, name: str, channel: Channel | None = None, /, **options: Any) -> Answer:
        """Use a slash command, with words for sub-commands: in the direct messages, or in a channel."""
        where = channel or self.direct
        first, *words = name.split()
        data = filled(Typed(self, self._offered(first, 1, where), words, where), options)
        return await self._ask(where, COMMAND, data)

    async def suggestions(
        self, name: str, option: str, text: str, channel: Channel | None = None, /, **options: Any
    ) -> list[str]:
        """What is offered while somebody types into an option."""
        where = channel or self.direct
        first, *words = name.split()
        data = typed(Typed(self, self._offered(first, 1, where), words, where), (option, text), options)
        answer = await self._ask(where, AUTOCOMPLETE, data)
        return [choice["name"] for choice in answer.asked.given.get("choices") or []]

    async def use_message_command(self, name: str, message: Message) -> Answer:
        """Use a command from a message's menu, anybody's message."""
        where = next(each for each in self.places if message.id in each.messages)
        command = self._offered(name, 3, where)
        payload = self.discord.payloads.message(message, where)
        found: Json = {"messages": {str(message.id): payload}}
        data = _menu(command, message.id, found)
        return await self._ask(where, COMMAND, data)

    async def use_user_command(self, name: str, person: Person, channel: Channel | None = None) -> Answer:
        """Use a command from somebody's menu."""
        where = channel or self.direct
        command = self._offered(name, 2, where)
        return await self._ask(
            where, COMMAND, _menu(command, person.id, self.resolved([str(person.id)], where))
        )

    def _offered(self, name: str, kind: int, channel: Channel) -> Json:
        """A command as it is offered there to this person."""
        discord = self.discord
        guild = discord.workspace.guild_of(channel)
        if guild is not None and not discord.workspace.can(self.id, channel, "use_application_commands"):
            raise NotPossible(f"{self.account.name} cannot use commands in #{channel.name}.")
        if guild is None and not discord.workspace.shared_guilds(self.id, discord.app.bot_user):
            raise NotPossible("There is no server in common with the app.")
        for command in discord.app.usable(None if guild is None else guild.id, kind):
            needed = command["default_member_permissions"]
            if command["name"] != name:
                continue
            if guild is not None and needed is not None:
                held = discord.workspace.in_guild(self.id, guild)
                if held & int(needed) != int(needed) or (
                    needed == "0" and held != discord.workspace.in_guild(guild.owner, guild)
                ):
                    break
            return command
        raise NotPossible(f"There is no command “{name}” for {self.account.name} here.")

    def known(self, name: str) -> str:
        """The id of somebody, by id or by name."""
        for user in self.discord.workspace.users.values():
            if name in (str(user.id), user.name):
                return str(user.id)
        raise NotPossible(f"There is nobody called {name}.")

    def resolved(self, people: list[str], channel: Channel) -> Json:
        """What an interaction tells of the people that it names."""
        payloads, workspace = self.discord.payloads, self.discord.workspace
        guild = workspace.guild_of(channel)
        found: Json = {"users": {each: payloads.user(workspace.users[int(each)]) for each in people}}
        members = {each: guild.members[int(each)] for each in people if guild and int(each) in guild.members}
        if guild is not None and members:
            found["members"] = {
                each: {**payloads.member(guild, member, with_user=False), "permissions": "0"}
                for each, member in members.items()
            }
        return found

    # --- pressing and choosing -----------------------------------------------------------------

    async def press(self, label: str, *, on: Seen | None = None) -> Answer:
        """Press a button; the newest visible one with this label unless it is said where."""
        seen, control = self._find(lambda each: each.type == Type.BUTTON and each.label == label, label, on)
        return await self.act(seen, control)

    async def choose(self, *labels: str, on: Seen | None = None) -> Answer:
        """Choose one option of a list, or several together, by their labels."""

        def offers(control: Control) -> bool:
            return {*labels} <= {choice.label for choice in control.choices}

        seen, control = self._find(offers, " and ".join(labels), on)
        values = {choice.label: choice.value for choice in control.choices}
        return await self.act(seen, control, [values[label] for label in labels])

    async def choose_person(self, *names: str, on: Seen | None = None) -> Answer:
        """Choose people from a list of everybody."""
        seen, control = self._find(lambda each: each.type == Type.USER_SELECT, "a list of people", on)
        return await self.act(seen, control, [self.known(each) for each in names])

    def _find(self, wanted: Callable[[Control], bool], label: str, on: Seen | None) -> tuple[Seen, Control]:
        for seen in [on] if on is not None else reversed(self.everything):
            for control in seen.controls:
                if wanted(control):
                    return seen, control
        raise NotPossible(f"There is no “{label}” in front of {self.account.name}.")

    async def act(self, seen: Seen, control: Control, values: list[str] | None = None) -> Answer:
        """Use a control of a message that still stands there."""
        if seen.message not in self.discord.workspace.visible_to(self.id, seen.channel):
            raise NotPossible("That message is not there any more.")
        if control.disabled or control.kind == "link":
            raise NotPossible(f"“{control.label}” sends nothing to the app.")
        data: Json = {
            "component_type": control.type,
            "custom_id": control.custom_id,
            "id": control.element["id"],
        }
        if control.type != Type.BUTTON:
            data["values"] = _chosen(control, values or [])
            if control.type == Type.USER_SELECT:
                data["resolved"] = self.resolved(data["values"], seen.channel)
        return await self._ask(seen.channel, COMPONENT, data, seen.message)

    async def submit(self, opened_by: Interaction, data: Json) -> Answer:
        """Send what a modal holds."""
        return await self._ask(opened_by.channel, SUBMITTED, data, opened_by.message)

    async def _ask(self, channel: Channel, kind: int, data: Json, message: Message | None = None) -> Answer:
        """Bring an interaction, and wait for the first answer as long as Discord does."""
        if not self.discord.workspace.can(self.id, channel, "view_channel"):
            raise NotPossible(f"{self.account.name} cannot see that channel.")
        asked = self.discord.ask(self.id, channel, kind, data, message)
        if self.discord.gateway.live:
            waiting = asyncio.create_task(asked.answered.wait())
            await asyncio.wait({waiting}, timeout=self.discord.patience)
            waiting.cancel()
        if not asked.answer:
            self.troubles.append(FAILED)
            return Answer(asked, 0, FAILED)
        await self.discord.gateway.taken()
        return Answer(asked, asked.answer)

    # --- settings ------------------------------------------------------------------------------

    def close_dms(self, *, closed: bool = True) -> None:
        """Take no direct messages from members of the server, or take them again."""
        self.account.dms_open = not closed

    def block(self, *, blocked: bool = True) -> None:
        """Block the app, or let it be."""
        self.account.blocks_app = blocked

    async def leave(self, guild: Guild | None = None) -> None:
        """Leave a guild."""
        self.discord.leave(guild or self.discord.guild, self.id)
        await self.discord.gateway.taken()

    async def rename(self, nick: str, guild: Guild | None = None) -> None:
        """Take another nickname."""
        where = guild or self.discord.guild
        member = replace(where.members[self.id], nick=nick)
        where.members[self.id] = member
        self.discord.changed_member(where, member)
        await self.discord.gateway.taken()


def _menu(command: Json, target: int, found: Json) -> Json:
    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"], "resolved": found}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return {**data, "target_id": str(target)}


def _chosen(control: Control, values: list[str]) -> list[str]:
    """The values of a list, as many as it takes."""
    least = control.element.get("min_values")
    most = control.element.get("max_values") or 1
    if not (1 if least is None else least) <= len(values) <= most:
        raise NotPossible(f"“{control.label}” takes from {least} to {most} options.")
    offered: list[Choice] = list(control.choices)
    if offered and not {*values} <= {choice.value for choice in offered}:
        raise NotPossible(f"“{control.label}” does not offer that.")
    return values
