"""Routes about messages in channels: writing, reading, changing and deleting them."""

from __future__ import annotations

from tests.discord.api import Refused, Request, refuse_if, route, to_snowflake
from tests.discord.core import Discord
from tests.discord.drafts import draft
from tests.discord.routes_places import need, the_channel
from tests.discord.shapes import Wrong
from tests.discord.workspace import Channel, Json, Kind, Message

REPLY = 19


@route("POST", "/channels/{channel}/messages")
async def create(discord: Discord, request: Request) -> Json:
    """Write a message. With ``enforce_nonce`` the same nonce gets the same message, not another one.

    https://docs.discord.com/developers/resources/message#create-message
    """
    channel, given = the_channel(discord, request, "send_messages"), request.form
    if request.files:
        need(discord, channel, "attach_files")
    if given.get("embeds"):
        need(discord, channel, "embed_links")
    nonce, reply_to = _nonce(given), _reply(channel, given)
    made = draft(discord, request, given, channel)
    if channel.recipient is not None and not discord.reachable(channel.recipient):
        raise Refused(50007)
    bot = discord.app.bot_user
    same = discord.same_nonce(nonce, bot) if nonce and given.get("enforce_nonce") else None
    if same is not None:
        return {**discord.payloads.message(same, channel), "nonce": nonce}
    message = Message(
        id=discord.workspace.snowflake(),
        channel=channel.id,
        author=bot,
        at=discord.now(),
        nonce=nonce,
        reply_to=reply_to,
        type=REPLY if reply_to is not None else 0,
        **vars(made),
    )
    discord.publish(channel, message)
    shown = discord.payloads.message(message, channel)
    return {**shown, "nonce": nonce} if nonce else shown


def _nonce(given: Json) -> str:
    nonce = given.get("nonce")
    wrong = Wrong()
    if not isinstance(nonce, int):
        wrong.text(nonce, ("nonce",), 25)
    refuse_if(wrong)
    return "" if nonce is None else str(nonce)


def _reply(channel: Channel, given: Json) -> int | None:
    """The message that this one answers."""
    reference = given.get("message_reference")
    if not reference:
        return None
    named = to_snowflake(str(reference.get("message_id")), "message_reference")
    if named in channel.messages:
        return named
    wrong = Wrong()
    if reference.get("fail_if_not_exists", True):
        wrong.add(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    refuse_if(wrong)
    return None


@route("GET", "/channels/{channel}/messages")
async def history(discord: Discord, request: Request) -> list[Json]:
    """A channel's messages, the newest first; none where the bot may not read back.

    https://docs.discord.com/developers/resources/message#get-channel-messages
    """
    channel = the_channel(discord, request)
    limit = request.number("limit", 50, 1, 100)
    before, after, around = (request.snowflake(each) for each in ("before", "after", "around"))
    if not discord.workspace.can(discord.app.bot_user, channel, "read_message_history"):
        return []
    ids = sorted(channel.messages)
    if around is not None:
        older = [each for each in ids if each <= around][-(limit // 2 + 1) :]
        newer = [each for each in ids if each > around][: limit // 2]
        found = [*older, *newer]
    elif before is not None:
        found = [each for each in ids if each < before][-limit:]
    elif after is not None:
        found = [each for each in ids if each > after][:limit]
    else:
        found = ids[-limit:]
    read = "message_content" in discord.app.intents
    listed = (channel.messages[each] for each in reversed(found))
    return [discord.payloads.message(each, channel, read=read) for each in listed]


def _standing(discord: Discord, request: Request, channel: Channel) -> Message:
    message = channel.messages.get(request.ids["message"])
    if message is None:
        raise Refused(10008)
    return message


@route("GET", "/channels/{channel}/messages/{message}")
async def one(discord: Discord, request: Request) -> Json:
    channel = the_channel(discord, request, "read_message_history")
    message = _standing(discord, request, channel)
    return discord.payloads.message(message, channel, read="message_content" in discord.app.intents)


@route("PATCH", "/channels/{channel}/messages/{message}")
async def edit(discord: Discord, request: Request) -> Json:
    """Change one's own message. https://docs.discord.com/developers/resources/message#edit-message"""
    channel = the_channel(discord, request)
    message = _standing(discord, request, channel)
    if message.author != discord.app.bot_user:
        raise Refused(50005)
    made = draft(discord, request, request.form, channel, before=message)
    discord.change(channel, message, **vars(made))
    return discord.payloads.message(message, channel)


@route("DELETE", "/channels/{channel}/messages/{message}")
async def delete(discord: Discord, request: Request) -> None:
    """Take a message away: one's own, or anybody's where that is allowed.

    https://docs.discord.com/developers/resources/message#delete-message
    """
    channel = the_channel(discord, request)
    message = _standing(discord, request, channel)
    if message.author != discord.app.bot_user:
        if channel.kind is Kind.DIRECT:
            raise Refused(50003)
        need(discord, channel, "manage_messages")
    discord.remove(channel, message)
