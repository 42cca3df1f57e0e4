"""What Discord tells of people, places and messages, as JSON.

Shapes: https://docs.discord.com/developers/resources/message, .../user, .../guild, .../channel
"""

from __future__ import annotations

from typing import Any

from tests.discord.portal import Application
from tests.discord.workspace import (
    Attachment,
    Channel,
    Guild,
    Json,
    Kind,
    Member,
    Message,
    Role,
    User,
    Workspace,
    stamp,
)

HIDDEN: Json = {"content": "", "embeds": [], "attachments": [], "components": []}
"""What of a message is empty for an app without the intent to read it."""


class Payloads:
    """Payloads of one workspace for one app. ``url`` is where attachments are fetched from."""

    def __init__(self, workspace: Workspace, app: Application) -> None:
        self.workspace = workspace
        self.app = app
        self.url = ""

    # --- people --------------------------------------------------------------------------------

    def user(self, user: User) -> Json:
        """An account."""
        shown: Json = {
            "id": str(user.id),
            "username": user.username,
            "discriminator": "0",
            "global_name": None if user.bot else user.name,
            "avatar": None,
            "public_flags": 0,
        }
        if user.bot:
            shown["bot"] = True
        return shown

    def member(self, guild: Guild, member: Member, *, with_user: bool = True) -> Json:
        """Somebody in a guild."""
        shown: Json = {
            "nick": member.nick or None,
            "avatar": None,
            "roles": [str(role) for role in member.roles],
            "joined_at": stamp(member.joined_at),
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
            "communication_disabled_until": None,
        }
        if with_user:
            shown["user"] = self.user(self.workspace.users[member.user])
        return shown

    def asking_member(self, guild: Guild, user: int, channel: Channel) -> Json:
        """Somebody in a guild, with what they may do in a channel, as interactions show them."""
        shown = self.member(guild, guild.members[user])
        return {**shown, "permissions": str(self.workspace.may(user, channel))}

    # --- places --------------------------------------------------------------------------------

    def role(self, role: Role) -> Json:
        """A role."""
        shown: Json = {
            "id": str(role.id),
            "name": role.name,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "icon": None,
            "unicode_emoji": None,
            "position": role.position,
            "permissions": str(role.permissions),
            "managed": role.managed_by is not None,
            "mentionable": False,
            "flags": 0,
        }
        if role.managed_by is not None:
            shown["tags"] = {"bot_id": str(role.managed_by)}
        return shown

    def channel(self, channel: Channel) -> Json:
        """A channel as its own route shows it."""
        last = channel.last_message
        shown: Json = {
            "id": str(channel.id),
            "type": int(channel.kind),
            "last_message_id": None if last is None else str(last),
            "flags": 0,
        }
        if channel.recipient is not None:
            return {**shown, "recipients": [self.user(self.workspace.users[channel.recipient])]}
        guild = self.workspace.guild_of(channel)
        return {
            **shown,
            "guild_id": str(channel.guild),
            "name": channel.name,
            "position": channel.position,
            "parent_id": None,
            "topic": None,
            "nsfw": False,
            "rate_limit_per_user": 0,
            "permission_overwrites": [
                {
                    "id": str(each.target),
                    "type": 0 if guild is not None and each.target in guild.roles else 1,
                    "allow": str(each.allow),
                    "deny": str(each.deny),
                }
                for each in channel.overwrites
            ],
        }

    def guild(self, guild: Guild) -> Json:
        """A guild as its own route shows it."""
        return {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "splash": None,
            "discovery_splash": None,
            "owner_id": str(guild.owner),
            "region": "us-east",
            "afk_channel_id": None,
            "afk_timeout": 300,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "roles": [self.role(each) for each in guild.roles.values()],
            "emojis": [],
            "stickers": [],
            "features": [],
            "mfa_level": 0,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
            "safety_alerts_channel_id": None,
            "vanity_url_code": None,
            "description": None,
            "banner": None,
            "premium_tier": 0,
            "premium_progress_bar_enabled": False,
            "preferred_locale": guild.locale,
            "nsfw_level": 0,
            "max_members": 500_000,
        }

    def guild_created(self, guild: Guild, *, everybody: bool) -> Json:
        """A guild as a session is told of it, with channels that the bot cannot see, too.

        ``everybody`` tells of all its members, not of the bot alone.
        """
        bot = self.app.bot_user
        members = [each for each in guild.members.values() if everybody or each.user == bot]
        return {
            **self.guild(guild),
            "joined_at": stamp(guild.members[bot].joined_at),
            "large": len(guild.members) > 250,
            "unavailable": False,
            "member_count": len(guild.members),
            "members": [self.member(guild, each) for each in members],
            "channels": [self.channel(each) for each in guild.channels.values()],
            "threads": [],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }

    def application(self) -> Json:
        """The app as it sees itself."""
        owner: Json = {"id": "80351110224678912", "username": "portal", "discriminator": "0", "avatar": None}
        return {
            "id": str(self.app.id),
            "name": self.app.name,
            "icon": None,
            "description": "",
            "summary": "",
            "bot_public": False,
            "bot_require_code_grant": False,
            "verify_key": self.app.public_key,
            "owner": {**owner, "global_name": None},
            "team": None,
            "flags": self.app.flags,
            "hook": True,
            "interactions_endpoint_url": None,
            "redirect_uris": [],
            "integration_types_config": {"0": {}},
            "approximate_guild_count": len(self.workspace.guilds),
            "bot": self.user(self.workspace.users[self.app.bot_user]),
        }

    # --- messages ------------------------------------------------------------------------------

    def attachment(self, attachment: Attachment) -> Json:
        """A file."""
        url = f"{self.url}/attachments/{attachment.id}/{attachment.filename}"
        shown: Json = {
            "id": str(attachment.id),
            "filename": attachment.filename,
            "size": len(attachment.data),
            "url": url,
            "proxy_url": url,
            "content_type": attachment.content_type,
        }
        if attachment.description:
            shown["description"] = attachment.description
        if attachment.ephemeral:
            shown["ephemeral"] = True
        return shown

    def message(self, message: Message, channel: Channel, *, read: bool = True) -> Json:
        """A message as the API shows it; emptied where ``read`` is false."""
        users = self.workspace.users
        shown: Json = {
            "id": str(message.id),
            "channel_id": str(message.channel),
            "type": message.type,
            "author": self.user(users[message.author]),
            "content": message.content,
            "timestamp": stamp(message.at),
            "edited_timestamp": stamp(message.edited_at),
            "tts": False,
            "mention_everyone": message.mention_everyone,
            "mentions": [self.user(users[each]) for each in message.mentions],
            "mention_roles": [str(each) for each in message.mention_roles],
            "attachments": [self.attachment(each) for each in message.attachments],
            "embeds": message.embeds,
            "components": message.components,
            "pinned": False,
            "flags": message.flags,
        }
        if message.interaction is not None:
            shown["application_id"] = shown["webhook_id"] = str(self.app.id)
            shown["interaction_metadata"] = message.interaction
        if message.reply_to is not None:
            standing = channel.messages.get(message.reply_to)
            shown["message_reference"] = {
                "type": 0,
                "message_id": str(message.reply_to),
                "channel_id": str(message.channel),
                **({"guild_id": str(channel.guild)} if channel.guild is not None else {}),
            }
            shown["referenced_message"] = (
                None if standing is None else self.message(standing, channel, read=read)
            )
        return shown if read or not self.hides(message, channel) else {**shown, **HIDDEN}

    def event(self, message: Message, channel: Channel, *, read: bool = True) -> Json:
        """A message as the gateway tells of it: with where it is and who wrote it."""
        shown = self.message(message, channel, read=read)
        if message.nonce:
            shown["nonce"] = message.nonce
        shown["channel_type"] = int(channel.kind)
        guild = self.workspace.guild_of(channel)
        if guild is None:
            return shown
        shown["guild_id"] = str(guild.id)
        member = guild.members.get(message.author)
        if member is not None:
            shown["member"] = self.member(guild, member, with_user=False)
        for mention in shown["mentions"]:
            named = guild.members.get(int(mention["id"]))
            if named is not None:
                mention["member"] = self.member(guild, named, with_user=False)
        return shown

    def hides(self, message: Message, channel: Channel) -> bool:
        """Whether a message is emptied without the intent: but not the app's own, nor where it is meant.

        https://docs.discord.com/developers/events/gateway#message-content-intent
        """
        own = message.author == self.app.bot_user
        return not own and channel.kind is not Kind.DIRECT and self.app.bot_user not in message.mentions

    def deleted(self, message: Message, channel: Channel) -> Json:
        """A message that is gone."""
        where = {} if channel.guild is None else {"guild_id": str(channel.guild)}
        return {"id": str(message.id), "channel_id": str(channel.id), **where}

    def ready(self, session: str, resume_url: str) -> Json:
        """What a new session is told first."""
        guilds = [
            {"id": str(each.id), "unavailable": True}
            for each in self.workspace.guilds.values()
            if self.app.bot_user in each.members
        ]
        me: Any = self.me()
        return {
            "v": 10,
            "user": me,
            "guilds": guilds,
            "session_id": session,
            "session_type": "normal",
            "resume_gateway_url": resume_url,
            "application": {"id": str(self.app.id), "flags": self.app.flags},
            "private_channels": [],
            "presences": [],
            "relationships": [],
            "user_settings": {},
            "geo_ordered_rtc_regions": [],
            "_trace": [],
        }

    def me(self) -> Json:
        """The bot's own account."""
        shown = self.user(self.workspace.users[self.app.bot_user])
        return {**shown, "verified": True, "mfa_enabled": True, "email": None, "locale": "en-US", "bio": ""}
