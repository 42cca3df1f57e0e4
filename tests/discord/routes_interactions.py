"""Routes that answer interactions: the first answer, and what follows for fifteen minutes.

https://docs.discord.com/developers/interactions/receiving-and-responding
"""

from __future__ import annotations

from typing import Any

from tests.discord.api import Refused, Reply, Request, refuse_if, route
from tests.discord.commands import check_choices
from tests.discord.components import check_modal, numbered
from tests.discord.core import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    FIRST_ANSWER_SECONDS,
    FOLLOW_UP_SECONDS,
    SUBMITTED,
    Discord,
    Interaction,
)
from tests.discord.drafts import draft
from tests.discord.shapes import Json, Wrong
from tests.discord.workspace import Flag, Message

MESSAGE, THINKING, LATER, UPDATE, SUGGESTIONS, MODAL = 4, 5, 6, 7, 8, 9
_CHAT_INPUT, _CONTEXT_MENU = 20, 23


def _allowed(asked: Interaction) -> set[int]:
    """The types of first answers to an interaction."""
    if asked.kind == AUTOCOMPLETE:
        return {SUGGESTIONS}
    found = {MESSAGE, THINKING}
    if asked.message is not None:
        found |= {LATER, UPDATE}
    elif asked.kind == SUBMITTED:
        found |= {LATER}
    return found | ({MODAL} if asked.kind in (COMMAND, COMPONENT) else set())


# --- the first answer -----------------------------------------------------------------------------


@route("POST", "/interactions/{interaction}/{token}/callback", open=True)
async def callback(discord: Discord, request: Request) -> Reply:
    """Answer an interaction for the first time: within three seconds, and once."""
    asked = discord.interactions.get(request.ids["interaction"])
    if asked is None or asked.token != request.token:
        raise Refused(10062)
    if asked.answer:
        raise Refused(40060)
    if discord.now() - asked.at > FIRST_ANSWER_SECONDS:
        raise Refused(10062)
    kind, data = request.form.get("type"), request.form.get("data") or {}
    wrong = Wrong()
    wrong.choice(kind, ("type",), _allowed(asked))
    wrong.fields(data, ("data",))
    refuse_if(wrong)
    message = _obey(discord, request, asked, int(kind or 0), data)
    asked.answer, asked.given = int(kind or 0), data
    asked.answered.set()
    if request.query.get("with_response") not in ("1", "true"):
        return Reply(204)
    return Reply(200, _told(discord, asked, message))


def _obey(discord: Discord, request: Request, asked: Interaction, kind: int, data: Json) -> Message | None:
    match kind:
        case 4:
            return _say(discord, request, asked, data)
        case 5:
            asked.thinking = True
            return _think(discord, asked, data)
        case 6 | 7:
            message = asked.message
            asked.original = None if message is None else message.id
            if kind == UPDATE and message is not None:
                _rewrite(discord, request, asked, message, data)
            return message if kind == UPDATE else None
        case 8:
            wrong = Wrong()
            listed = wrong.items(data.get("choices"), ("data", "choices"), 25)
            check_choices(wrong, listed, _focused(asked.data), ("data", "choices"))
            refuse_if(wrong)
        case _:
            _open(discord, asked, data)
    return None


def _focused(data: Json) -> int:
    """The type of the option that somebody is typing."""
    for option in data.get("options") or []:
        if option.get("focused"):
            return int(option["type"])
        if option.get("options"):
            return _focused(option)
    return 3


def _open(discord: Discord, asked: Interaction, data: Json) -> None:
    """Open a modal in front of whoever asked. It takes the place of one that is open."""
    wrong = Wrong()
    wrong.text(data.get("title"), ("data", "title"), 45, 1)
    wrong.text(data.get("custom_id"), ("data", "custom_id"), 100, 1)
    check_modal(wrong, data.get("components"), ("data", "components"))
    refuse_if(wrong)
    components = numbered(data["components"])
    discord.modals[asked.user] = {**data, "components": components, "asked": asked}


def _told(discord: Discord, asked: Interaction, message: Message | None) -> Json:
    """https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback"""
    told: Json = {"id": str(asked.id), "type": asked.kind}
    resource: Json = {"type": asked.answer}
    if message is not None:
        told |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.loading,
            "response_message_ephemeral": message.only_for is not None,
        }
        resource["message"] = discord.payloads.message(message, asked.channel)
    return {"interaction": told, "resource": resource}


# --- messages of an interaction -------------------------------------------------------------------


def _message(discord: Discord, asked: Interaction, *, follows: bool = False, **what: Any) -> Message:
    user = discord.payloads.user(discord.workspace.users[asked.user])
    told = {**asked.metadata, "user": user, "authorizing_integration_owners": {"0": "0"}}
    if asked.channel.guild is not None:
        told["authorizing_integration_owners"] = {"0": str(asked.channel.guild)}
    kind = 0
    if asked.kind == COMMAND and not follows:
        kind = _CHAT_INPUT if asked.data["type"] == 1 else _CONTEXT_MENU
        told |= {"name": asked.data["name"]}
    flags: int = what.get("flags", 0)
    made = Message(
        id=discord.workspace.snowflake(),
        channel=asked.channel.id,
        author=discord.app.bot_user,
        at=discord.now(),
        only_for=asked.user if flags & Flag.EPHEMERAL else None,
        type=kind,
        interaction=told,
        **what,
    )
    return discord.publish(asked.channel, made)


def _say(
    discord: Discord, request: Request, asked: Interaction, given: Json, *, follows: bool = False
) -> Message:
    made = draft(discord, request, given, asked.channel, ephemeral=True)
    message = _message(discord, asked, follows=follows, **vars(made))
    if not follows:
        asked.original = message.id
    return message


def _think(discord: Discord, asked: Interaction, data: Json) -> Message:
    flags = Flag.LOADING | int(data.get("flags") or 0) & Flag.EPHEMERAL
    message = _message(discord, asked, flags=int(flags))
    asked.original = message.id
    return message


def _rewrite(
    discord: Discord, request: Request, asked: Interaction, message: Message, given: Json
) -> Message:
    """Change one of an interaction's messages. One that was loading is loading no more."""
    made = draft(discord, request, given, asked.channel, before=message)
    discord.change(asked.channel, message, edited=not message.loading, **vars(made))
    return message


# --- afterwards -----------------------------------------------------------------------------------


def _asked(discord: Discord, request: Request) -> Interaction:
    """The interaction that a webhook's token belongs to."""
    if request.ids["app"] != discord.app.id:
        raise Refused(10015)
    asked = next((each for each in discord.interactions.values() if each.token == request.token), None)
    if asked is None or discord.now() - asked.at > FOLLOW_UP_SECONDS:
        raise Refused(50027)
    if not asked.answer:
        raise Refused(10015)
    return asked


@route("POST", "/webhooks/{app}/{token}", open=True)
async def follow_up(discord: Discord, request: Request) -> Reply:
    """Say something more. Right after “thinking” it is what was thought about, as visible as that was.

    https://docs.discord.com/developers/interactions/receiving-and-responding#create-followup-message
    """
    asked = _asked(discord, request)
    thinking = _find(discord, asked, asked.original) if asked.thinking else None
    if thinking is not None and thinking.loading:
        message = _rewrite(discord, request, asked, thinking, request.form)
    else:
        message = _say(discord, request, asked, request.form, follows=True)
    asked.thinking = False
    return Reply(200, discord.payloads.message(message, asked.channel))


def _find(discord: Discord, asked: Interaction, message: int | None) -> Message | None:
    return None if message is None else discord.find_message(asked.channel, message)


def _one(discord: Discord, request: Request) -> tuple[Interaction, Message]:
    """A message that an interaction's token opens: the app's own, in the same place."""
    asked = _asked(discord, request)
    message = _find(discord, asked, request.ids.get("message", asked.original))
    if message is None or message.author != discord.app.bot_user:
        raise Refused(10008)
    own = message.interaction is not None and message.interaction["id"] == str(asked.id)
    if not own and message.id != asked.original:
        raise Refused(10008)
    return asked, message


@route("GET", "/webhooks/{app}/{token}/messages/@original", open=True)
@route("GET", "/webhooks/{app}/{token}/messages/{message}", open=True)
async def look(discord: Discord, request: Request) -> Json:
    asked, message = _one(discord, request)
    return discord.payloads.message(message, asked.channel)


@route("PATCH", "/webhooks/{app}/{token}/messages/@original", open=True)
@route("PATCH", "/webhooks/{app}/{token}/messages/{message}", open=True)
async def edit(discord: Discord, request: Request) -> Json:
    asked, message = _one(discord, request)
    _rewrite(discord, request, asked, message, request.form)
    return discord.payloads.message(message, asked.channel)


@route("DELETE", "/webhooks/{app}/{token}/messages/@original", open=True)
@route("DELETE", "/webhooks/{app}/{token}/messages/{message}", open=True)
async def delete(discord: Discord, request: Request) -> None:
    asked, message = _one(discord, request)
    discord.remove(asked.channel, message)
