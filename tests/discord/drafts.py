"""Messages as the app writes them: what is checked, and what then stands there.

https://docs.discord.com/developers/resources/message#create-message
"""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass, field
from typing import Any

from tests.discord.api import Refused, Request, refuse_if
from tests.discord.components import check_components, numbered
from tests.discord.core import SIZE_LIMIT, Discord
from tests.discord.embeds import check_embeds, kept
from tests.discord.shapes import Wrong
from tests.discord.workspace import Attachment, Channel, Flag, Json, Message

CONTENT = 2_000
_SETTABLE = Flag.SUPPRESS_EMBEDS | Flag.SUPPRESS_NOTIFICATIONS | Flag.IS_COMPONENTS_V2
_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")


@dataclass
class Draft:
    """What a message is to hold."""

    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    mentions: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False

    @property
    def empty(self) -> bool:
        return not (self.content or self.embeds or self.components or self.attachments)


def draft(
    discord: Discord,
    request: Request,
    given: Json,
    channel: Channel,
    *,
    before: Message | None = None,
    ephemeral: bool = False,
) -> Draft:
    """A message from a form; with ``before`` only what the form names is changed."""
    wrong = Wrong()
    flags = given.get("flags") or 0
    if not wrong.number(flags, ("flags",), 0, 2**31 - 1):
        flags = 0
    old = 0 if before is None else before.flags & ~Flag.LOADING
    flags = old | flags & (_SETTABLE | (Flag.EPHEMERAL if ephemeral else 0))
    made = Draft(flags=flags)
    made.attachments = _attachments(
        discord, wrong, request, given, before=before, ephemeral=bool(flags & Flag.EPHEMERAL)
    )
    new = bool(flags & Flag.IS_COMPONENTS_V2)
    files = frozenset(each.filename for each in made.attachments)
    if wrong.text(given.get("content"), ("content",), CONTENT):
        made.content = (given.get("content") or "").strip()
    check_embeds(wrong, given.get("embeds"), ("embeds",))
    check_components(wrong, given.get("components"), ("components",), new=new, files=files)
    _check_mentions(wrong, given.get("allowed_mentions"))
    refuse_if(wrong)
    made.embeds = [kept(each) for each in given.get("embeds") or []]
    made.components = numbered(given.get("components") or [])
    if before is not None:
        _keep(made, before, given)
    if new:
        _refuse_old_fields(made, given)
    _mention(discord, made, given.get("allowed_mentions"), channel)
    if made.empty:
        raise Refused(50006)
    return made


def _keep(made: Draft, before: Message, given: Json) -> None:
    """What was not named stays as it was."""
    if "content" not in given:
        made.content = before.content
    if "embeds" not in given:
        made.embeds = before.embeds
    if "components" not in given:
        made.components = before.components


def _refuse_old_fields(made: Draft, given: Json) -> None:
    wrong = Wrong()
    for name, value in (("content", made.content), ("embeds", made.embeds)):
        if value:
            message = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            wrong.add((name,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
    refuse_if(wrong)


# --- files ----------------------------------------------------------------------------------------


def _attachments(
    discord: Discord,
    wrong: Wrong,
    request: Request,
    given: Json,
    *,
    before: Message | None,
    ephemeral: bool,
) -> list[Attachment]:
    """What is kept of what stood there, and what came with the form."""
    if sum(len(each.data) for each in request.files.values()) > SIZE_LIMIT:
        raise Refused(40005)
    standing = {each.id: each for each in before.attachments} if before is not None else {}
    named = given.get("attachments")
    if named is None:
        named = [{"id": number} for number in request.files]
        found = list(standing.values())
    else:
        found = []
    seen = set()
    for number, each in enumerate(wrong.items(named, ("attachments",), 10)):
        listed = wrong.fields(each, ("attachments", number))
        if listed is None:
            continue
        key = int(listed.get("id", -1))
        upload = request.files.get(key)
        description = listed.get("description")
        wrong.text(description, ("attachments", number, "description"), 1_024)
        if upload is not None:
            seen.add(key)
            name = re.sub(r"[^\w.-]", "_", str(listed.get("filename") or upload.name))
            guessed = mimetypes.guess_type(name)[0] or upload.content_type
            found.append(
                Attachment(
                    id=discord.workspace.snowflake(),
                    filename=name,
                    data=upload.data,
                    content_type=guessed,
                    description=description or "",
                    ephemeral=ephemeral,
                )
            )
        elif key in standing:
            found.append(standing[key])
        else:
            message = f"Attachment data with id {key} was not found"
            wrong.add(("attachments", number), "ATTACHMENT_NOT_FOUND", message)
    if set(request.files) - seen:
        wrong.add(("attachments",), "ATTACHMENT_NOT_FOUND", "A file is not listed in attachments")
    return found


# --- mentions -------------------------------------------------------------------------------------


def _check_mentions(wrong: Wrong, allowed: Any) -> None:
    """https://docs.discord.com/developers/resources/message#allowed-mentions-object"""
    here = ("allowed_mentions",)
    if allowed is None or wrong.fields(allowed, here) is None:
        return
    parsed = wrong.items(allowed.get("parse"), (*here, "parse"), 3)
    for number, each in enumerate(parsed):
        wrong.choice(each, (*here, "parse", number), {"users", "roles", "everyone"})
    for name in ("users", "roles"):
        if wrong.items(allowed.get(name), (*here, name), 100) and name in parsed:
            message = f'parse:["{name}"] and {name}: [ids...] are mutually exclusive.'
            wrong.add(here, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)


def _mention(discord: Discord, made: Draft, allowed: Json | None, channel: Channel) -> None:
    """Find out who is mentioned, as far as it is allowed."""
    texts = [made.content, *_texts(made.components)]
    parsed = {"users", "roles", "everyone"} if allowed is None else set(allowed.get("parse") or [])
    users = {int(each) for each in (allowed or {}).get("users") or []}
    roles = {int(each) for each in (allowed or {}).get("roles") or []}
    guild = discord.workspace.guild_of(channel)
    for text in texts:
        for found in map(int, _USER.findall(text)):
            known = found in discord.workspace.users and found not in made.mentions
            if known and ("users" in parsed or found in users):
                made.mentions.append(found)
        for found in map(int, _ROLE.findall(text)):
            known = guild is not None and found in guild.roles and found not in made.mention_roles
            if known and ("roles" in parsed or found in roles):
                made.mention_roles.append(found)
        if "everyone" in parsed and ("@everyone" in text or "@here" in text):
            made.mention_everyone = discord.workspace.can(discord.app.bot_user, channel, "mention_everyone")


def _texts(components: list[Json]) -> list[str]:
    found: list[str] = []
    for each in components:
        if isinstance(each.get("content"), str):
            found.append(each["content"])
        found += _texts(each.get("components") or [])
    return found
