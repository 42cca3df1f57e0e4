"""Somebody in the workspace: what they can do in Slack's own client, and what they see there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.slack import mrkdwn, shown
from tests.slack.api import Arguments
from tests.slack.core import SLACKBOT, Slack, answered
from tests.slack.deliver import Answer, What, as_json
from tests.slack.methods_chat import LONGEST, made
from tests.slack.modal import Modal, NotPossible
from tests.slack.payloads import escaped, rich_text
from tests.slack.shown import Control, Piece, Question
from tests.slack.workspace import Conversation, Json, Kind, Message, User, View

__all__ = ["Home", "NotPossible", "Person", "Seen"]


_TOLD = ("text", "value", "style", "placeholder")
"""What of an element an interaction tells again."""


class _Surface:
    """Something that can be read and pressed."""

    pieces: tuple[Piece, ...]

    @property
    def controls(self) -> list[Control]:
        """What can be pressed or chosen from."""
        found = (piece.control if isinstance(piece, Question) else piece for piece in self.pieces)
        return [piece for piece in found if isinstance(piece, Control)]

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons."""
        return [control.label for control in self.controls if control.kind == "button"]

    @property
    def lines(self) -> list[str]:
        """All that is read on it but for buttons and lists."""
        return [piece for piece in self.pieces if isinstance(piece, str) and piece]

    @property
    def text(self) -> str:
        """All that is read on it, from top to bottom, a button as ``[label]``."""
        found = (piece.control if isinstance(piece, Question) else piece for piece in self.pieces)
        return "\n".join(piece if isinstance(piece, str) else piece.text for piece in found)


@dataclass(frozen=True, kw_only=True)
class Seen(_Surface):
    """A message as it stands in front of somebody. ``only_me`` marks an ephemeral one."""

    place: Conversation
    message: Message
    pieces: tuple[Piece, ...]
    author: str
    notification: str
    mine: bool

    @property
    def only_me(self) -> bool:
        return bool(self.message.only_for)

    @property
    def by_app(self) -> bool:
        return self.message.by_app


@dataclass(frozen=True, kw_only=True)
class Home(_Surface):
    """The Home tab as it stands in front of somebody."""

    view: View
    pieces: tuple[Piece, ...]


class Person:
    """One account's hands and eyes."""

    def __init__(self, slack: Slack, user: str) -> None:
        self.slack = slack
        self.id = user

    @property
    def account(self) -> User:
        return self.slack.workspace.users[self.id]

    # --- eyes ----------------------------------------------------------------------------------

    @property
    def dm(self) -> list[Seen]:
        """The direct messages with the app, the oldest first."""
        return self.messages(self.slack.direct(self.id))

    def channel(self, channel: str) -> list[Seen]:
        """A channel's messages, threads included, the oldest first."""
        return self.messages(self.slack.workspace.conversations[channel])

    def messages(self, place: Conversation) -> list[Seen]:
        """What this person sees in a conversation."""
        return [self.see(place, message) for message in self.slack.workspace.visible_to(self.id, place)]

    def see(self, place: Conversation, message: Message) -> Seen:
        """A message in this person's eyes."""
        name = self.slack.name
        written = mrkdwn.shown(message.text, name)
        pieces = tuple(shown.pieces(message.blocks, name)) if message.blocks else (written,)
        return Seen(
            place=place,
            message=message,
            pieces=(*pieces, *message.file_alts),
            author=self.slack.workspace.users[message.user].name,
            notification=written or shown.words(message.blocks, name),
            mine=message.user == self.id,
        )

    @property
    def home(self) -> Home | None:
        """The app's Home tab, as it was published last."""
        view = self.slack.workspace.homes.get(self.id)
        return (
            None
            if view is None
            else Home(view=view, pieces=tuple(shown.pieces(view.blocks, self.slack.name)))
        )

    @property
    def modal(self) -> Modal | None:
        """The modal that is open, the topmost of several."""
        stack = self.slack.workspace.modals.get(self.id)
        return Modal(self.slack, self.id, stack[-1]) if stack else None

    @property
    def everything(self) -> list[Seen]:
        """All messages in front of this person in all conversations, the oldest first."""
        self.slack.direct(self.id)
        places = list(self.slack.workspace.places_of(self.id))
        return sorted(
            (seen for place in places for seen in self.messages(place)), key=lambda seen: seen.message.ts
        )

    # --- writing -------------------------------------------------------------------------------

    async def write(self, text: str, place: str = "", *, thread: str = "") -> Message:
        """Post a message: to the app, or in a channel, or as an answer in a thread."""
        return await self._post(mrkdwn.escape(text), text, place, thread)

    async def mention(self, text: str, place: str, *, thread: str = "") -> Message:
        """Post a message that begins with the app's name."""
        typed = f"@{self.slack.app.name} {text}"
        return await self._post(f"<@{self.slack.app.bot_user}> {mrkdwn.escape(text)}", typed, place, thread)

    async def _post(self, wire: str, typed: str, place: str, thread: str) -> Message:
        where = self._place(place)
        self._check_writable(where)
        if len(typed) > LONGEST:
            raise NotPossible("Your message is too long.")
        message = Message(
            ts=self.slack.workspace.moment(),
            user=self.id,
            text=wire,
            blocks=rich_text(typed),
            thread_ts=thread,
        )
        mentioned = f"<@{self.slack.app.bot_user}>" in wire
        await self.slack.tell(self.slack.publish(where, message, tell=False))
        if mentioned and where.kind is not Kind.DIRECT and self.slack.hears("app_mention", where):
            await self.slack.tell(self.slack.payloads.mentioned(message, where))
        return message

    async def edit(self, message: Message, text: str) -> None:
        """Change one's own message."""
        place = self._own(message)
        payload = self.slack.change(
            place, message, tell=False, text=mrkdwn.escape(text), blocks=rich_text(text)
        )
        await self.slack.tell(payload)

    async def delete(self, message: Message) -> None:
        """Take one's own message away."""
        place = self._own(message)
        await self.slack.tell(self.slack.remove(place, message, tell=False))

    def _own(self, message: Message) -> Conversation:
        for place in self.slack.workspace.places_of(self.id):
            if place.messages.get(message.ts) is message and message.user == self.id:
                self._check_active()
                return place
        raise NotPossible("Only one's own message can be changed, and only while it stands there.")

    # --- commands and shortcuts ----------------------------------------------------------------

    async def command(self, name: str, text: str = "", place: str = "") -> Answer:
        """Use a slash command: in the direct messages with the app, or in a channel."""
        where = self._place(place)
        self._check_active()
        declared = self.slack.app.commands.get(name)
        if declared is None or self.account.team:
            raise NotPossible(f"{name} is not a valid command.")
        trigger = self.slack.workspace.trigger(self.id)
        answer_to = self.slack.answer_url(self.id, where)
        payload = self.slack.payloads.command(
            name, mrkdwn.escape(text), self.account, where, trigger=trigger, answer_to=answer_to
        )
        answer = await self.slack.deliverer.bring(What.COMMAND, payload)
        if not answer.taken:
            error = "operation_timeout" if answer.reason == "http_timeout" else "dispatch_failed"
            self._slackbot(where, f"{name} failed with the error “{error}”")
        elif given := as_json(answer):
            only_for = "" if given.get("response_type") == "in_channel" else self.id
            self.slack.publish(where, made(self.slack, Arguments(given), only_for=only_for))
        return answer

    def _slackbot(self, place: Conversation, text: str) -> None:
        moment = self.slack.workspace.moment()
        self.slack.publish(place, Message(ts=moment, user=SLACKBOT, text=text, only_for=self.id))

    async def use_shortcut(self, name: str) -> Answer:
        """Use a global shortcut."""
        callback = self._shortcut(name, on_message=False)
        trigger = self.slack.workspace.trigger(self.id)
        payload = self.slack.payloads.shortcut(self.account, callback, trigger)
        return await self.slack.deliverer.bring(What.INTERACTION, payload)

    async def use_message_shortcut(self, name: str, message: Message) -> Answer:
        """Use a shortcut on a message, anybody's."""
        callback = self._shortcut(name, on_message=True)
        place = next(each for each in self.slack.workspace.places_of(self.id) if message.ts in each.messages)
        trigger = self.slack.workspace.trigger(self.id)
        answer_to = self.slack.answer_url(self.id, place)
        payload = self.slack.payloads.message_shortcut(
            self.account, callback, (place, message), trigger=trigger, answer_to=answer_to
        )
        return await self.slack.deliverer.bring(What.INTERACTION, payload)

    def _shortcut(self, name: str, *, on_message: bool) -> str:
        self._check_active()
        for each in self.slack.app.shortcuts:
            if each.name == name and each.on_message is on_message and not self.account.team:
                return each.callback_id
        raise NotPossible(f"There is no shortcut “{name}”.")

    # --- pressing and choosing -----------------------------------------------------------------

    async def open_home(self) -> Home | None:
        """Look at the app's Home tab."""
        return await self._open_tab("home", self.slack.app.home_tab)

    async def open_messages(self) -> None:
        """Look at the app's Messages tab."""
        await self._open_tab("messages", self.slack.app.messages_tab)

    async def _open_tab(self, tab: str, there: bool) -> Home | None:
        self._check_active()
        if not there:
            raise NotPossible(f"The app has no {tab} tab.")
        if self.slack.hears("app_home_opened"):
            view = self.slack.workspace.homes.get(self.id) if tab == "home" else None
            channel = self.slack.direct(self.id).id
            await self.slack.tell(self.slack.payloads.home_opened(self.id, tab, view, channel))
        return self.home

    async def press(self, label: str, *, on: Seen | Home | Modal | None = None) -> Answer:
        """Press a button; the newest visible one with this label unless it is said where."""
        surface, control = self._find(lambda each: each.kind == "button" and each.label == label, label, on)
        return await self.act(surface, control, {})

    async def choose(self, label: str, *, on: Seen | Home | Modal | None = None) -> Answer:
        """Choose an option of a list, by its label."""

        def offers(control: Control) -> bool:
            return any(choice.label == label for choice in control.choices)

        surface, control = self._find(offers, label, on)
        option = next(choice.payload for choice in control.choices if choice.label == label)
        return await self.act(surface, control, _state(control, option))

    async def choose_person(self, user: str, *, on: Seen | Home | Modal | None = None) -> Answer:
        """Choose somebody from a list of people."""
        surface, control = self._find(lambda each: each.kind == "users_select", "a list of people", on)
        return await self.act(surface, control, _state(control, user))

    def _find(
        self, wanted: Callable[[Control], bool], label: str, on: Seen | Home | Modal | None
    ) -> tuple[Seen | Home | Modal, Control]:
        for surface in [on] if on is not None else self._surfaces():
            pieces = (each.control if isinstance(each, Question) else each for each in surface.pieces)
            for control in pieces:
                if isinstance(control, Control) and wanted(control):
                    return surface, control
        raise NotPossible(f"There is no “{label}” in front of {self.account.name}.")

    def _surfaces(self) -> Iterable[Seen | Home | Modal]:
        if self.modal is not None:
            yield self.modal
        yield from reversed(self.everything)
        if self.home is not None:
            yield self.home

    async def act(self, surface: Seen | Home | Modal, control: Control, state: Json) -> Answer:
        """Use a control. What was on a message comes with where to answer."""
        self._check_active()
        if not self.slack.app.interactivity:
            raise NotPossible("This app is not configured to handle interactive responses.")
        element = escaped([control.element])[0]
        kept: Json = {
            key: element[key] for key in ("text", "value", "style", "placeholder") if key in element
        }
        ids: Json = {"type": control.kind, "action_id": control.action_id, "block_id": control.block_id}
        action: Json = ids | kept | state
        if isinstance(surface, Seen):
            place, message = surface.place, surface.message
            trigger = self.slack.workspace.trigger(self.id)
            answer_to = self.slack.answer_url(self.id, place, message.ts, ephemeral=bool(message.only_for))
            payload = self.slack.payloads.pressed_on_message(
                self.account, (place, message), action, trigger=trigger, answer_to=answer_to
            )
            if state:
                changed = {"type": control.kind, **state}
                payload["state"] = {"values": {control.block_id: {control.action_id: changed}}}
        else:
            view = surface.view
            if state and isinstance(surface, Modal):
                view.answers[control.block_id, control.action_id] = {"type": control.kind, **state}
            trigger = self.slack.workspace.trigger(self.id, view.id if isinstance(surface, Modal) else "")
            payload = self.slack.payloads.pressed_in_view(self.account, view, action, trigger)
        return await self.slack.deliverer.bring(What.INTERACTION, payload)

    # --- what is possible ----------------------------------------------------------------------

    def _place(self, channel: str) -> Conversation:
        place = self.slack.workspace.conversations[channel] if channel else self.slack.direct(self.id)
        if self.id not in place.members:
            raise NotPossible(f"{self.account.name} is not in {place.name}.")
        return place

    def _check_active(self) -> None:
        if self.account.deleted:
            raise NotPossible(f"{self.account.name}'s account is deactivated.")

    def _check_writable(self, place: Conversation) -> None:
        self._check_active()
        app = self.slack.app
        if place.kind is Kind.DIRECT and (not app.messages_tab or app.messages_read_only):
            raise NotPossible("Sending messages to this app has been turned off.")
        if place.archived:
            raise NotPossible("This channel is archived.")


def _state(control: Control, value: object) -> Json:
    if control.kind == "overflow":
        return {"selected_option": value}
    several = control.kind.startswith("multi_") or control.kind == "checkboxes"
    state = answered(control.element, [value] if several else value)
    del state["type"]
    return state
