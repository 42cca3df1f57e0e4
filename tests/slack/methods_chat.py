"""The ``chat.*`` methods, and the rules for a message that ``response_url`` shares with them."""

from __future__ import annotations

import json
from typing import Any

from tests.slack.api import Arguments, SlackError, invalid, method
from tests.slack.blockkit import check_blocks
from tests.slack.core import Slack
from tests.slack.workspace import Conversation, Json, Kind, Message

LONGEST = 40_000
LONGEST_UPDATE = 4_000
BLOCKS_LONGEST = 13_200
"""What all blocks of a message may hold together; found by others, documented nowhere."""
METADATA_LONGEST = 16 * 1024
TYPES: dict[str, type] = {
    "channel": str,
    "text": str,
    "blocks": list,
    "thread_ts": str,
    "reply_broadcast": bool,
    "unfurl_links": bool,
    "unfurl_media": bool,
    "link_names": bool,
    "mrkdwn": bool,
    "parse": str,
    "metadata": dict,
}


@method("chat.postMessage", "chat:write", required="channel", types=TYPES)
async def post_message(slack: Slack, arguments: Arguments) -> Json:
    place = postable(slack, arguments.text("channel"))
    check_content(slack, arguments, LONGEST)
    thread = arguments.text("thread_ts")
    if thread and slack.workspace.find_message(thread, place.id) is None:
        raise SlackError("thread_not_found")
    message = made(slack, arguments, thread=thread)
    message.metadata = checked_metadata(arguments.get("metadata"))
    message.broadcast = bool(arguments.get("reply_broadcast"))
    slack.publish(place, message)
    return {"channel": place.id, "ts": message.ts, "message": slack.payloads.message(message, metadata=True)}


@method("chat.postEphemeral", "chat:write", required="channel user", types={**TYPES, "user": str})
async def post_ephemeral(slack: Slack, arguments: Arguments) -> Json:
    place, user = postable(slack, arguments.text("channel")), arguments.text("user")
    if arguments.text("channel") != place.id:
        raise SlackError("channel_not_found")
    if user not in place.members:
        raise SlackError("user_not_in_channel")
    check_content(slack, arguments, LONGEST)
    message = made(slack, arguments, only_for=user, thread=arguments.text("thread_ts"))
    slack.publish(place, message)
    return {"message_ts": message.ts}


@method("chat.update", "chat:write", required="channel ts", types={**TYPES, "ts": str})
async def update(slack: Slack, arguments: Arguments) -> Json:
    place, message = own(slack, arguments, "cant_update_message")
    if not arguments.get("text") and "blocks" not in arguments:
        raise SlackError("no_text")
    check_content(slack, arguments, LONGEST_UPDATE)
    changes: dict[str, Any] = {"text": arguments.text("text")}
    # Blocks stay only where nothing but other things change.
    changes["blocks"] = slack.workspace.with_ids(arguments.get("blocks", []))
    if "metadata" in arguments:
        changes["metadata"] = checked_metadata(arguments["metadata"] or None)
    slack.change(place, message, edited=not changes["blocks"], **changes)
    shown = slack.payloads.message(message, metadata=True)
    return {"channel": place.id, "ts": message.ts, "text": message.text, "message": shown}


@method("chat.delete", "chat:write", required="channel ts", types={"channel": str, "ts": str})
async def delete(slack: Slack, arguments: Arguments) -> Json:
    place, message = own(slack, arguments, "cant_delete_message")
    slack.remove(place, message)
    return {"channel": place.id, "ts": message.ts}


# --- rules ----------------------------------------------------------------------------------------


def postable(slack: Slack, channel: str) -> Conversation:
    """Where the app may write. A person's id means their direct messages."""
    workspace, bot = slack.workspace, slack.app.bot_user
    place = workspace.conversations.get(channel)
    if place is None:
        return _direct(slack, channel)
    if place.kind is Kind.DIRECT:
        other = next(iter(place.members - {bot}), "")
        if bot not in place.members or not other:
            raise SlackError("channel_not_found")
        return _direct(slack, other)
    if place.archived:
        raise SlackError("is_archived")
    if bot not in place.members:
        if place.kind is Kind.PRIVATE:
            raise SlackError("channel_not_found")
        if "chat:write.public" not in slack.app.scopes:
            raise SlackError("not_in_channel")
    return place


def _direct(slack: Slack, user: str) -> Conversation:
    """Somebody's direct messages with the app. Who is deactivated has them still, and reads them no more."""
    known = slack.workspace.users.get(user)
    if known is None or known.hidden or not can_meet(slack, user):
        raise SlackError("channel_not_found")
    if known.is_bot:
        raise SlackError("cannot_dm_bot")
    return slack.direct(user)


def can_meet(slack: Slack, user: str) -> bool:
    """Whether somebody is here, or of another workspace but in a channel with the app."""
    if not slack.workspace.users[user].team:
        return True
    shared = (place for place in slack.workspace.places_of(user) if place.shared)
    return any(slack.app.bot_user in place.members for place in shared)


def check_content(slack: Slack, arguments: Arguments, longest: int) -> None:
    """Refuse a message that is empty, too long, or of blocks that Slack would not show."""
    blocks = arguments.get("blocks", [])
    if not arguments.get("text") and not blocks:
        raise SlackError("no_text")
    if len(arguments.text("text")) > longest:
        raise SlackError("msg_too_long")
    if wrong := check_blocks(blocks, slack.workspace.files.__contains__):
        raise invalid("invalid_blocks", wrong)
    if sum(_length(block) for block in blocks) > BLOCKS_LONGEST:
        raise SlackError("msg_blocks_too_long")


def _length(value: Any) -> int:
    """Characters of all texts inside."""
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(_length(part) for part in value.values())
    return sum(_length(part) for part in value) if isinstance(value, list) else 0


def checked_metadata(metadata: Any) -> Json | None:
    """A message's metadata: a type and a flat payload."""
    if metadata is None:
        return None
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if (
        not isinstance(kind, str)
        or not 1 <= len(kind) <= 255
        or set(metadata) != {"event_type", "event_payload"}
    ):
        raise SlackError("invalid_metadata_format")
    if not isinstance(payload, dict) or not all(isinstance(key, str) for key in payload):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA_LONGEST:
        raise SlackError("metadata_too_large")
    return {"event_type": kind, "event_payload": payload}


def made(slack: Slack, arguments: Arguments, *, only_for: str = "", thread: str = "") -> Message:
    """The app's message."""
    return Message(
        ts=slack.workspace.moment(),
        user=slack.app.bot_user,
        text=arguments.text("text"),
        blocks=slack.workspace.with_ids(arguments.get("blocks", [])),
        by_app=True,
        only_for=only_for,
        thread_ts=thread,
    )


def own(slack: Slack, arguments: Arguments, error: str) -> tuple[Conversation, Message]:
    """A message that the app wrote and that stands in a conversation's history."""
    place = slack.workspace.conversations.get(arguments.text("channel"))
    if place is None or (place.kind is not Kind.PUBLIC and slack.app.bot_user not in place.members):
        raise SlackError("channel_not_found")
    message = place.messages.get(arguments.text("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if not message.by_app:
        raise SlackError(error)
    return place, message


# --- response_url ---------------------------------------------------------------------------------

RESPONSE_TYPES: dict[str, type] = {
    **TYPES,
    "response_type": str,
    "replace_original": bool,
    "delete_original": bool,
}


async def respond(slack: Slack, key: str, given: Json) -> tuple[int, Json]:
    """What is posted to a ``response_url``: the status and the body of the answer."""
    granted = slack.workspace.response_urls.get(key)
    if granted is None:
        return 404, {"ok": False, "error": "no_service"}
    if slack.workspace.now() - granted.issued > 1_800:
        return 404, {"ok": False, "error": "expired_url"}
    if granted.uses >= 5:
        return 404, {"ok": False, "error": "used_url"}
    place = slack.workspace.conversations[granted.conversation]
    arguments = Arguments(given)
    standing = (place.ephemeral if granted.ephemeral else place.messages).get(granted.message)
    try:
        if unknown := set(given) - set(RESPONSE_TYPES):
            raise invalid("invalid_arguments", [f"unsupported argument: {name}" for name in sorted(unknown)])
        if arguments.get("delete_original"):
            if standing is not None:
                slack.remove(place, standing)
        else:
            check_content(slack, arguments, LONGEST)
            if arguments.get("replace_original") and standing is not None:
                blocks = slack.workspace.with_ids(arguments.get("blocks", []))
                slack.change(place, standing, edited=False, text=arguments.text("text"), blocks=blocks)
            else:
                in_channel = arguments.get("response_type") == "in_channel"
                only_for = "" if in_channel else granted.user
                thread = arguments.text("thread_ts")
                slack.publish(place, made(slack, arguments, only_for=only_for, thread=thread))
    except SlackError as refused:
        return 400, refused.answer
    granted.uses += 1
    return 200, {"ok": True}
