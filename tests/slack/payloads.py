"""What Slack tells an app, as JSON: events, commands, buttons, forms and shortcuts.

Shapes: https://docs.slack.dev/reference/events and https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.slack.installed import InstalledApp
from tests.slack.mrkdwn import escape
from tests.slack.workspace import Conversation, Json, Kind, Message, User, View, Workspace

TOKEN = "a deprecated verification token"


class Payloads:
    """Payloads of one workspace for one app."""

    def __init__(self, workspace: Workspace, app: InstalledApp) -> None:
        self.workspace = workspace
        self.app = app

    # --- pieces --------------------------------------------------------------------------------

    def user(self, user: User) -> Json:
        """An account, as ``users.info`` shows it."""
        foreign = bool(user.team)
        shown: Json = {
            "id": user.id,
            "team_id": user.team or self.workspace.team,
            "name": user.handle,
            "deleted": user.deleted,
            "profile": {
                "real_name": user.real_name,
                "real_name_normalized": user.real_name,
                "display_name": user.display_name,
                "display_name_normalized": user.display_name,
                "team": user.team or self.workspace.team,
            },
            "is_bot": user.is_bot,
            "is_app_user": False,
            "updated": int(self.workspace.now()),
        }
        if foreign:
            shown |= {"is_stranger": True}
        if not user.deleted:
            # Slack tells these of nobody who is gone.
            shown |= {
                "real_name": user.real_name,
                "tz": user.tz,
                "tz_label": user.tz,
                "tz_offset": user.tz_offset(self.workspace.now()),
                "is_admin": user.is_admin,
                "is_owner": user.is_owner,
                "is_primary_owner": user.is_primary_owner,
                "is_restricted": user.is_restricted,
                "is_ultra_restricted": False,
                "who_can_share_contact_card": "EVERYONE",
            }
        return shown

    def message(self, message: Message, *, metadata: bool = False) -> Json:
        """A message, as history and events show it."""
        shown: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
        if message.subtype:
            shown["subtype"] = message.subtype
        team = self.workspace.team_of(message.user)
        shown["team"] = team
        if message.blocks:
            shown["blocks"] = escaped(message.blocks)
        if message.by_app:
            shown |= {"bot_id": self.app.bot_id, "app_id": self.app.id, "bot_profile": self._bot_profile()}
        if message.edited_at:
            shown["edited"] = {"user": message.user, "ts": message.edited_at}
        if message.thread_ts:
            shown["thread_ts"] = message.thread_ts
        if metadata and message.metadata is not None:
            shown["metadata"] = message.metadata
        return shown

    def _bot_profile(self) -> Json:
        return {
            "id": self.app.bot_id,
            "app_id": self.app.id,
            "user_id": self.app.bot_user,
            "name": self.app.name,
            "deleted": False,
            "updated": int(self.workspace.now()),
            "team_id": self.workspace.team,
        }

    def view(self, view: View) -> Json:
        """A view, as answers and interactions show it."""
        values: dict[str, Json] = {}
        for (block, action), answer in view.answers.items():
            values.setdefault(block, {})[action] = answer
        payload = {**view.payload, "blocks": escaped(view.blocks)}
        defaults = {
            "private_metadata": "",
            "callback_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "external_id": "",
            "close": None,
            "submit": None,
        }
        return {
            **defaults,
            **payload,
            "id": view.id,
            "team_id": self.workspace.team,
            "state": {"values": values},
            "hash": view.hash,
            "previous_view_id": view.previous_id or None,
            "root_view_id": view.root_id,
            "app_id": self.app.id,
            "app_installed_team_id": self.workspace.team,
            "bot_id": self.app.bot_id,
        }

    # --- events --------------------------------------------------------------------------------

    def event(self, event: Json, *, shared: bool = False) -> Json:
        """The envelope around an event."""
        number = self.workspace.number()
        return {
            "token": TOKEN,
            "team_id": self.workspace.team,
            "context_team_id": self.workspace.team,
            "context_enterprise_id": None,
            "api_app_id": self.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{number:09}",
            "event_time": int(self.workspace.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self.workspace.team,
                    "user_id": self.app.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": shared,
            "event_context": f"4-{number}",
        }

    def posted(self, message: Message, place: Conversation) -> Json:
        """Somebody wrote."""
        event = {
            **self.message(message),
            "channel": place.id,
            "event_ts": message.ts,
            "channel_type": place.kind.value,
        }
        if place.shared:
            team = self.workspace.team_of(message.user)
            event |= {"user_team": team, "source_team": team}
        return self.event(event, shared=place.shared)

    def changed(self, message: Message, before: Message, place: Conversation) -> Json:
        """A message is another one now. That something only unfurled comes like this, too."""
        return self.event(
            {
                "type": "message",
                "subtype": "message_changed",
                "message": {**self.message(message), "source_team": self.workspace.team_of(message.user)},
                "previous_message": self.message(before),
                "channel": place.id,
                "hidden": True,
                "ts": self.workspace.moment(),
                "event_ts": self.workspace.moment(),
                "channel_type": place.kind.value,
            },
            shared=place.shared,
        )

    def deleted(self, before: Message, place: Conversation) -> Json:
        """A message was taken away."""
        return self.event(
            {
                "type": "message",
                "subtype": "message_deleted",
                "previous_message": self.message(before),
                "deleted_ts": before.ts,
                "channel": place.id,
                "hidden": True,
                "ts": self.workspace.moment(),
                "event_ts": self.workspace.moment(),
                "channel_type": place.kind.value,
            },
            shared=place.shared,
        )

    def mentioned(self, message: Message, place: Conversation) -> Json:
        """The app was mentioned where it can read."""
        event = {**self.message(message), "type": "app_mention", "channel": place.id, "event_ts": message.ts}
        event.pop("subtype", None)
        if place.shared:
            event |= {"user_team": self.workspace.team_of(message.user)}
        return self.event(event, shared=place.shared)

    def home_opened(self, user: str, tab: str, view: View | None, channel: str) -> Json:
        """Somebody looks at the app's Home or Messages tab."""
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": channel,
            "tab": tab,
            "event_ts": self.workspace.moment(),
        }
        if view is not None:
            event["view"] = self.view(view)
        return self.event(event)

    def about_user(self, kind: str, user: User) -> Json:
        """``user_change`` or ``team_join``."""
        ts = self.workspace.moment()
        return self.event({"type": kind, "user": self.user(user), "event_ts": ts})

    # --- commands and interactions -------------------------------------------------------------

    def command(
        self, name: str, text: str, user: User, place: Conversation, *, trigger: str, answer_to: str
    ) -> dict[str, str]:
        """A slash command. All its values are strings."""
        return {
            "token": TOKEN,
            "team_id": self.workspace.team,
            "team_domain": self.workspace.domain,
            "channel_id": place.id,
            "channel_name": "privategroup" if place.kind is Kind.PRIVATE else place.name,
            "user_id": user.id,
            "user_name": user.handle,
            "command": name,
            "text": text,
            "api_app_id": self.app.id,
            "is_enterprise_install": "false",
            "response_url": answer_to,
            "trigger_id": trigger,
        }

    def _interaction(self, kind: str, user: User, trigger: str, *, team: str = "") -> Json:
        return {
            "type": kind,
            "team": {"id": team or self.workspace.team, "domain": self.workspace.domain},
            "user": {
                "id": user.id,
                "username": user.handle,
                "name": user.handle,
                "team_id": user.team or self.workspace.team,
            },
            "api_app_id": self.app.id,
            "token": TOKEN,
            "trigger_id": trigger,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def pressed_on_message(
        self, user: User, seen: tuple[Conversation, Message], action: Json, *, trigger: str, answer_to: str
    ) -> Json:
        """A button or list on a message. An ephemeral message is not told again."""
        place, message = seen
        fleeting = bool(message.only_for)
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": place.id,
            "is_ephemeral": fleeting,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        told = {} if fleeting else {"message": self.message(message)}
        return {
            **self._interaction("block_actions", user, trigger),
            "container": container,
            "channel": {"id": place.id, "name": place.name},
            **told,
            "state": {"values": {}},
            "response_url": answer_to,
            "actions": [{**action, "action_ts": self.workspace.moment()}],
        }

    def pressed_in_view(self, user: User, view: View, action: Json, trigger: str) -> Json:
        """A button or list in a modal or on the Home tab."""
        return {
            **self._interaction("block_actions", user, trigger),
            "container": {"type": "view", "view_id": view.id},
            "view": self.view(view),
            "actions": [{**action, "action_ts": self.workspace.moment()}],
        }

    def submitted(self, user: User, view: View, trigger: str) -> Json:
        """A filled modal. It names the workspace of whoever filled it in."""
        team = self.workspace.team_of(user.id)
        interaction = self._interaction("view_submission", user, trigger, team=team)
        return {**interaction, "view": self.view(view), "response_urls": []}

    def closed(self, user: User, view: View) -> Json:
        """A modal that was closed without being sent, where the app wants to know."""
        interaction = self._interaction("view_closed", user, "")
        del interaction["trigger_id"]
        return {**interaction, "view": self.view(view), "is_cleared": False}

    def shortcut(self, user: User, callback_id: str, trigger: str) -> Json:
        """A global shortcut."""
        interaction = self._interaction("shortcut", user, trigger)
        return {**interaction, "callback_id": callback_id, "action_ts": self.workspace.moment()}

    def message_shortcut(
        self,
        user: User,
        callback_id: str,
        seen: tuple[Conversation, Message],
        *,
        trigger: str,
        answer_to: str,
    ) -> Json:
        """A shortcut on a message."""
        place, message = seen
        return {
            **self._interaction("message_action", user, trigger),
            "callback_id": callback_id,
            "action_ts": self.workspace.moment(),
            "channel": {"id": place.id, "name": place.name},
            "message": self.message(message),
            "message_ts": message.ts,
            "response_url": answer_to,
        }


def rich_text(text: str) -> list[Json]:
    """What somebody typed, as the block that Slack's own clients make of it."""
    typed = [{"type": "text", "text": text}]
    element = {"type": "rich_text_section", "elements": typed}
    return [{"type": "rich_text", "block_id": "typed", "elements": [element]}]


def escaped(blocks: Sequence[Json]) -> list[Json]:
    """Blocks as Slack gives them back: what was not escaped is."""
    return [_escaped(block) for block in blocks]


def _escaped(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get("type") == "plain_text":
            return {**value, "text": escape(value["text"])}
        return {key: _escaped(part) for key, part in value.items()}
    return [_escaped(part) for part in value] if isinstance(value, list) else value
