"""The ``conversations.*`` methods."""

from __future__ import annotations

import base64

from tests.slack.api import Arguments, SlackError, method, need
from tests.slack.core import Slack
from tests.slack.methods_chat import can_meet
from tests.slack.workspace import Conversation, Json, Kind, Message

_READS = {Kind.PUBLIC: "channels:history", Kind.PRIVATE: "groups:history", Kind.DIRECT: "im:history"}
_LOOKS = {Kind.PUBLIC: "channels:read", Kind.PRIVATE: "groups:read", Kind.DIRECT: "im:read"}
_TYPES = {"public_channel": Kind.PUBLIC, "private_channel": Kind.PRIVATE, "im": Kind.DIRECT}
_LIST: dict[str, type] = {
    "types": str,
    "user": str,
    "cursor": str,
    "limit": int,
    "exclude_archived": bool,
}
_OPEN: dict[str, type] = {"channel": str, "users": str, "return_im": bool, "prevent_creation": bool}
_INFO: dict[str, type] = {"channel": str, "include_locale": bool, "include_num_members": bool}
_WINDOW: dict[str, type] = {
    "channel": str,
    "cursor": str,
    "inclusive": bool,
    "include_all_metadata": bool,
    "latest": str,
    "oldest": str,
    "limit": int,
}


@method("conversations.open", "im:write", types=_OPEN)
async def open_direct(slack: Slack, arguments: Arguments) -> Json:
    if channel := arguments.text("channel"):
        place = slack.workspace.conversations.get(channel)
        if place is None or slack.app.bot_user not in place.members:
            raise SlackError("channel_not_found")
        if place.kind is not Kind.DIRECT:
            raise SlackError("method_not_supported_for_channel_type")
        return {"no_op": True, "already_open": True, "channel": {"id": place.id}}
    users = [each for each in arguments.text("users").split(",") if each]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("too_many_users")  # group messages are not played here
    user = slack.workspace.users.get(users[0])
    if user is None:
        raise SlackError("user_not_found")
    if user.hidden or not can_meet(slack, user.id):
        raise SlackError("user_not_visible")
    if user.deleted:
        raise SlackError("user_disabled")
    if user.is_bot:
        raise SlackError("cannot_dm_bot")
    place = slack.direct(user.id)
    if not arguments.get("return_im"):
        return {"channel": {"id": place.id}}
    return {"channel": shown(slack, place)}


@method("conversations.info", required="channel", types=_INFO)
async def info(slack: Slack, arguments: Arguments) -> Json:
    place = visible(slack, arguments.text("channel"))
    need(slack, _LOOKS[place.kind])
    return {"channel": shown(slack, place)}


@method("conversations.list", types=_LIST)
async def list_all(slack: Slack, arguments: Arguments) -> Json:
    return _listed(slack, arguments, member=False)


@method("users.conversations", types=_LIST)
async def list_own(slack: Slack, arguments: Arguments) -> Json:
    return _listed(slack, arguments, member=True)


def _listed(slack: Slack, arguments: Arguments, *, member: bool) -> Json:
    """Conversations of some types that the app can know of, or is in."""
    wanted = (arguments.text("types") or "public_channel").split(",")
    if unknown := set(wanted) - {*_TYPES, "mpim"}:
        raise SlackError("invalid_types", types=sorted(unknown))
    kinds = {_TYPES[each] for each in wanted if each in _TYPES}
    for kind in sorted(kinds):
        need(slack, _LOOKS[kind])
    bot = slack.app.bot_user
    if arguments.text("user") not in ("", bot):
        raise SlackError("user_not_found")  # only its own are asked for here
    found = [
        place
        for place in slack.workspace.conversations.values()
        if place.kind in kinds
        and (bot in place.members or (place.kind is Kind.PUBLIC and not member))
        and not (place.archived and arguments.get("exclude_archived"))
    ]
    start, limit = _start(arguments.text("cursor")), arguments.get("limit", 100)
    if not 1 <= limit <= 1_000:
        raise SlackError("invalid_limit")
    more = len(found) > start + limit
    cursor = _cursor(start + limit) if more else ""
    page = [shown(slack, place) for place in found[start : start + limit]]
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


@method("conversations.join", "channels:join", required="channel", types={"channel": str})
async def join(slack: Slack, arguments: Arguments) -> Json:
    place = visible(slack, arguments.text("channel"))
    if place.kind is not Kind.PUBLIC:
        raise SlackError("method_not_supported_for_channel_type")
    if place.archived:
        raise SlackError("is_archived")
    already = slack.app.bot_user in place.members
    place.members.add(slack.app.bot_user)
    warning = {"warning": "already_in_channel"} if already else {}
    return {"channel": shown(slack, place), **warning}


@method("conversations.history", required="channel", types=_WINDOW)
async def history(slack: Slack, arguments: Arguments) -> Json:
    place = readable(slack, arguments)
    return _page(slack, place, place.history(), arguments)


@method("conversations.replies", required="channel ts", types={**_WINDOW, "ts": str})
async def replies(slack: Slack, arguments: Arguments) -> Json:
    place = readable(slack, arguments)
    thread = place.thread(arguments.text("ts"))
    if not thread:
        raise SlackError("thread_not_found")
    return _page(slack, place, thread, arguments)


# --- rules ----------------------------------------------------------------------------------------


def visible(slack: Slack, channel: str) -> Conversation:
    """A conversation that the app can know of."""
    place = slack.workspace.conversations.get(channel)
    if place is None or (place.kind is not Kind.PUBLIC and slack.app.bot_user not in place.members):
        raise SlackError("channel_not_found")
    return place


def readable(slack: Slack, arguments: Arguments) -> Conversation:
    """A conversation whose messages the app may read."""
    place = visible(slack, arguments.text("channel"))
    need(slack, _READS[place.kind])
    if slack.app.bot_user not in place.members:
        raise SlackError("not_in_channel")
    return place


def shown(slack: Slack, place: Conversation) -> Json:
    """A conversation as Slack describes it."""
    common: Json = {"id": place.id, "created": 0, "is_archived": place.archived, "is_org_shared": False}
    if place.kind is Kind.DIRECT:
        other = next(iter(place.members - {slack.app.bot_user}), "")
        deleted = slack.workspace.users[other].deleted if other else False
        return {**common, "is_im": True, "user": other, "is_open": True, "is_user_deleted": deleted}
    return {
        **common,
        "name": place.name,
        "name_normalized": place.name,
        "is_channel": place.kind is Kind.PUBLIC,
        "is_group": place.kind is Kind.PRIVATE,
        "is_im": False,
        "is_private": place.kind is Kind.PRIVATE,
        "is_member": slack.app.bot_user in place.members,
        "is_ext_shared": place.shared,
        "is_shared": place.shared,
        "num_members": len(place.members),
        "context_team_id": slack.workspace.team,
    }


def _page(slack: Slack, place: Conversation, found: list[Message], arguments: Arguments) -> Json:
    """The part of some messages that was asked for, with where to go on."""
    limit = arguments.get("limit", 100)
    if not 1 <= limit <= 999:
        raise SlackError("invalid_limit")
    for name in ("oldest", "latest"):
        bound = arguments.text(name)
        if bound and not bound.replace(".", "", 1).isdigit():
            raise SlackError(f"invalid_ts_{name}")
    oldest, latest = _number(arguments.text("oldest")), _number(arguments.text("latest"))
    inclusive = bool(arguments.get("inclusive"))
    found = [each for each in found if _within(each, oldest, latest, inclusive=inclusive)]
    start = _start(arguments.text("cursor"))
    page = found[start : start + limit]
    more = len(found) > start + limit
    metadata = bool(arguments.get("include_all_metadata"))
    answer: Json = {
        "messages": [_told(slack, place, each, metadata=metadata) for each in page],
        "has_more": more,
        "pin_count": 0,
    }
    if more:
        answer["response_metadata"] = {"next_cursor": _cursor(start + limit)}
    return answer


def _told(slack: Slack, place: Conversation, message: Message, *, metadata: bool) -> Json:
    """A message with what is told of its thread; another app's metadata only with the scope for it."""
    allowed = message.by_app or "metadata.message:read" in slack.app.scopes
    told = slack.payloads.message(message, metadata=metadata and allowed)
    replies = [each for each in place.thread(message.ts) if each is not message]
    if replies and message.thread_ts in ("", message.ts):
        told |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": sorted({each.user for each in replies}),
            "latest_reply": replies[-1].ts,
        }
    return told


def _number(ts: str) -> float | None:
    return float(ts) if ts else None


def _within(message: Message, oldest: float | None, latest: float | None, *, inclusive: bool) -> bool:
    at = float(message.ts)
    if oldest is not None and (at < oldest or (at == oldest and not inclusive)):
        return False
    return latest is None or at < latest or (at == latest and inclusive)


def _cursor(start: int) -> str:
    return base64.b64encode(f"next:{start}".encode()).decode()


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor).decode().removeprefix("next:"))
    except ValueError:
        raise SlackError("invalid_cursor") from None
