"""Slack's payloads to events. Pure: a payload in, an event and the ways to answer it out.

``None`` means that nobody did anything which the bot has to know: another bot wrote, somebody joined, a link
was unfurled, or it came from a workspace that is not ours. People of other workspaces (Slack Connect) and
guests are people like any others here: their words count, and they are on nobody's roster.

Payloads: https://docs.slack.dev/reference/events/message, https://docs.slack.dev/reference/interaction-payloads
and https://docs.slack.dev/interactivity/implementing-slash-commands
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from adapters import base
from adapters.slack import render
from handlers.chat import (
    CUSTOM_ID,
    ButtonPressed,
    CommandUsed,
    FormSubmitted,
    MessageRaised,
    Place,
    PlaceKind,
    TextPosted,
    User,
)

PLATFORM = "slack"
Payload = Mapping[str, Any]

NOWHERE = render.Origin(PlaceKind.DIRECT)
_WRITTEN = frozenset({None, "file_share", "thread_broadcast", "me_message", "message_share"})
"""Subtypes of messages that a person wrote."""
_SLACKBOT = "USLACKBOT"
_ENTITY = re.compile(r"<([^<>]*)>")


class Surface(StrEnum):
    """Where a deed was done, which decides how it can be answered."""

    TEXT = "text"
    COMMAND = "command"
    MESSAGE = "message"
    HOME = "home"
    MODAL = "modal"
    FORM = "form"
    SHORTCUT = "shortcut"


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a deed can be answered. What does not apply is empty.

    ``trigger`` opens a view once, within 3 s. ``respond`` is Slack's own address for answers to this deed,
    for 30 minutes. ``message`` is the message that was used or written, ``fleeting`` if it stands in no
    history; ``view`` is the view that it was done in, ``origin`` where a form had been opened.
    """

    surface: Surface
    user: str
    channel: str = ""
    thread: str = ""
    trigger: str = ""
    respond: str = ""
    message: str = ""
    fleeting: bool = False
    view: str = ""
    origin: render.Origin = NOWHERE


@dataclass(frozen=True)
class Deed(base.Deed):
    """Something a person did, and how to answer it."""

    way: Way


@dataclass(frozen=True)
class Installed:
    """Where and as whom the bot stands: the workspace, its enterprise (or ""), and its own user there."""

    team: str
    bot_user: str
    enterprise: str = ""

    def user(self, user_id: str) -> User:
        """Somebody as seen from our workspace, wherever they are at home."""
        return User(PLATFORM, self.team, user_id)


# --- what people do ----------------------------------------------------------------------------


def command(body: Payload, installed: Installed, now: datetime) -> Deed | None:
    """A slash command."""
    if not _is_ours(body, installed, body.get("team_id"), body.get("enterprise_id")):
        return None
    user, channel = body["user_id"], body.get("channel_id", "")
    event = CommandUsed(
        dedupe_key=f"command:{body['trigger_id']}",
        user=installed.user(user),
        place=_place(channel, user),
        at=now,
        name=body["command"].removeprefix("/").lower(),
        text=readable(body.get("text", ""), installed),
    )
    way = Way(
        surface=Surface.COMMAND,
        user=user,
        channel=channel,
        trigger=body["trigger_id"],
        respond=body.get("response_url", ""),
    )
    return Deed(event, way)


def pressed(body: Payload, installed: Installed, now: datetime) -> Deed | None:
    """A button or a list's option, on a message, in App Home or in a modal."""
    if not _is_ours_to_answer(body, installed):
        return None
    action, user = body["actions"][0], body["user"]["id"]
    custom_id = action["action_id"]
    if len(custom_id) > CUSTOM_ID:
        return None
    container, view = body.get("container", {}), body.get("view") or {}
    channel = (body.get("channel") or {}).get("id", "") or container.get("channel_id", "")
    surface = Surface.MESSAGE
    opened = NOWHERE
    if view:
        surface = Surface.HOME if view.get("type") == "home" else Surface.MODAL
        opened = render.origin(view.get("private_metadata", ""))
    event = ButtonPressed(
        dedupe_key=f"button:{user}:{action['action_ts']}:{custom_id}",
        user=installed.user(user),
        place=_place(channel, user),
        at=_moment(action["action_ts"], now),
        action=custom_id,
        value=_chosen(action),
    )
    way = Way(
        surface=surface,
        user=user,
        channel=channel,
        thread=container.get("thread_ts", "") or "",
        trigger=body.get("trigger_id", ""),
        respond=body.get("response_url", ""),
        message=container.get("message_ts", ""),
        fleeting=bool(container.get("is_ephemeral", False)),
        view=view.get("id", ""),
        origin=opened,
    )
    return Deed(event, way)


def submitted(body: Payload, installed: Installed, now: datetime) -> Deed | None:
    """A filled form.

    The key is made of the view and of what was filled in: pressing the button again after a lost answer is
    the same deed, a corrected form another one.
    """
    if not _is_ours_to_answer(body, installed):
        return None
    view, user = body["view"], body["user"]["id"]
    state = view.get("state", {}).get("values", {})
    opened = render.origin(view.get("private_metadata", ""))
    values = {name: _filled(next(iter(elements.values()), {})) for name, elements in state.items()}
    written = json.dumps(values, sort_keys=True, ensure_ascii=True)
    event = FormSubmitted(
        dedupe_key=f"form:{view['id']}:{sha256(written.encode()).hexdigest()}",
        user=installed.user(user),
        place=Place(opened.kind, opened.channel or user),
        at=now,
        form=view["callback_id"],
        values=values,
    )
    way = Way(
        surface=Surface.FORM,
        user=user,
        channel=opened.channel,
        trigger=body.get("trigger_id", ""),
        message=opened.message,
        view=view["id"],
        origin=opened,
    )
    return Deed(event, way)


def shortcut(body: Payload, installed: Installed, now: datetime) -> Deed | None:
    """A shortcut from the composer: the command that it stands for, typed nowhere."""
    if not _is_ours_to_answer(body, installed):
        return None
    user = body["user"]["id"]
    event = CommandUsed(
        dedupe_key=f"shortcut:{body['trigger_id']}",
        user=installed.user(user),
        place=Place(PlaceKind.DIRECT, user),
        at=_moment(body.get("action_ts", ""), now),
        name=body["callback_id"],
    )
    return Deed(event, Way(surface=Surface.SHORTCUT, user=user, trigger=body["trigger_id"]))


def raised(body: Payload, installed: Installed, now: datetime) -> Deed | None:
    """A message that somebody points out, whoever wrote it."""
    if not _is_ours_to_answer(body, installed):
        return None
    user, channel, about = body["user"]["id"], body["channel"]["id"], body["message"]
    event = MessageRaised(
        dedupe_key=f"raised:{body['trigger_id']}",
        user=installed.user(user),
        place=_place(channel, user),
        at=_moment(body.get("action_ts", ""), now),
        name=body["callback_id"],
        text=readable(_whole(about), installed),
        message_id=about.get("ts", body.get("message_ts", "")),
        author=about.get("user", ""),
    )
    way = Way(
        surface=Surface.SHORTCUT,
        user=user,
        channel=channel,
        trigger=body["trigger_id"],
        respond=body.get("response_url", ""),
    )
    return Deed(event, way)


def posted(body: Payload, installed: Installed, now: datetime) -> Deed | None:
    """A message, an edit of one, or a mention of the bot, as the Events API brings it."""
    teams = [grant.get("team_id") for grant in body.get("authorizations") or ()]
    enterprises = [grant.get("enterprise_id") for grant in body.get("authorizations") or ()]
    if not (
        _is_ours(body, installed, body.get("team_id"), body.get("enterprise_id"))
        or installed.team in teams
        or (installed.enterprise and installed.enterprise in enterprises)
    ):
        return None
    return written(body["event"], installed, now)


def written(event: Payload, installed: Installed, now: datetime, *, channel: str = "") -> Deed | None:
    """A message, from the Events API or from a conversation's history (``channel`` tells whose).

    The key is the message's own place and time, which both ways of reading it have: what was brought as
    an event and is read again after a downtime, or comes as a mention too, is one deed.
    """
    channel = channel or event.get("channel", "")
    message, edited = event, False
    if event.get("subtype") == "message_changed":
        message, edited = event.get("message", {}), True
    key = f"message:{channel}:{message.get('ts', '')}"
    at = message.get("ts", "")
    changed = (message.get("edited") or {}).get("ts", "")
    if edited and not changed:
        return None  # a link was unfurled or a reply counted: its words are the same
    if edited:
        key, at = f"{key}:{changed}", changed
    if not _by_a_person(message, installed) or not channel or not message.get("ts"):
        return None
    text = message.get("text") or ""
    mentioned = f"<@{installed.bot_user}>" in text or event.get("type") == "app_mention"
    plain = readable(_whole(message), installed)
    if not plain and not mentioned:
        return None
    place = _place(channel, message["user"])
    event_in = TextPosted(
        dedupe_key=key,
        user=installed.user(message["user"]),
        place=place,
        at=_moment(at, now),
        text=plain,
        message_id=message["ts"],
        edited=edited,
        to_bot=mentioned or place.kind is PlaceKind.DIRECT,
    )
    thread = message.get("thread_ts", "")
    way = Way(
        surface=Surface.TEXT,
        user=message["user"],
        channel=channel,
        thread="" if thread == message["ts"] else thread,
        message=message["ts"],
    )
    return Deed(event_in, way)


def home_opened(body: Payload, installed: Installed) -> User | None:
    """Who opened App Home; ``None`` for the tab with the messages."""
    event = body["event"]
    if event.get("tab", "home") != "home" or not _is_ours(
        body, installed, body.get("team_id"), body.get("enterprise_id")
    ):
        return None
    return installed.user(event["user"])


# --- reading -----------------------------------------------------------------------------------


def _whole(message: Payload) -> str:
    """All words of a message, with those that it forwards: whoever does so passes them on.

    A forwarded message is an attachment of the one that forwards it, whose own text may be empty.
    https://docs.slack.dev/reference/messaging/attachments
    """
    shared = (
        each.get("text") or each.get("fallback") or ""
        for each in message.get("attachments") or ()
        if each.get("is_share") or each.get("is_msg_unfurl")
    )
    return "\n".join(filter(None, (message.get("text"), *shared)))


def readable(text: str, installed: Installed) -> str:
    """What stands on the screen for a message's text, without the mention of the bot itself.

    https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages
    """
    without = text.replace(f"<@{installed.bot_user}>", " ") if installed.bot_user else text
    shown = _ENTITY.sub(lambda found: _entity(found[1]), without)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _entity(inside: str) -> str:
    target, _, label = inside.partition("|")
    match target[:1]:
        case "@":
            return f"@{label.removeprefix('@')}" if label else target
        case "#":
            return f"#{label.removeprefix('#')}" if label else target
        case "!":
            return label or f"@{target[1:].partition('^')[0]}"
        case _:
            return label or target.removeprefix("mailto:")


def _by_a_person(message: Payload, installed: Installed) -> bool:
    return (
        message.get("subtype") in _WRITTEN
        and not message.get("bot_id")
        and bool(message.get("user"))
        and message["user"] not in (_SLACKBOT, installed.bot_user)
    )


def _place(channel: str, user: str) -> Place:
    """A direct message's id begins with D, everything else's does not."""
    if not channel or channel.startswith("D"):
        return Place(PlaceKind.DIRECT, channel or user)
    return Place(PlaceKind.CHANNEL, channel)


def _is_ours(body: Payload, installed: Installed, team: object, enterprise: object) -> bool:
    """Whether the app of our workspace is meant; the same app may be installed in others."""
    if team:
        return team == installed.team
    org_wide = bool(body.get("is_enterprise_install")) and bool(installed.enterprise)
    return org_wide and enterprise == installed.enterprise


def _is_ours_to_answer(body: Payload, installed: Installed) -> bool:
    """The same for interactions, which name the workspace of whoever acts where a channel is shared."""
    team = (body.get("team") or {}).get("id")
    app_team = (body.get("view") or {}).get("app_installed_team_id")
    acting = (body.get("user") or {}).get("team_id")
    enterprise = (body.get("enterprise") or {}).get("id")
    return (
        _is_ours(body, installed, team, enterprise)
        or app_team == installed.team
        or (acting == installed.team and team is None)
    )


def _moment(ts: str, now: datetime) -> datetime:
    """Slack's timestamp, seconds with a fraction that is a number of its own; ``now`` where it is none."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return now


def _chosen(action: Payload) -> str:
    option = action.get("selected_option") or {}
    value: str = option.get("value", "") if action.get("type") == "static_select" else ""
    return value


def _filled(element: Payload) -> str | tuple[str, ...]:
    """What an input holds: typed text as it is, everything chosen as a tuple."""
    match element.get("type"):
        case "static_select" | "radio_buttons":
            option = element.get("selected_option")
            return (option["value"],) if option else ()
        case "checkboxes" | "multi_static_select":
            return tuple(option["value"] for option in element.get("selected_options") or ())
        case "users_select":
            return (element["selected_user"],) if element.get("selected_user") else ()
        case _:
            return element.get("value") or ""
