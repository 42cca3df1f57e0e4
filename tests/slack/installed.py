"""An app as a workspace has it: what its manifest declares, its scopes, tokens and secret."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

EVENT_SCOPES = {
    "app_home_opened": "",
    "app_mention": "app_mentions:read",
    "app_uninstalled": "",
    "channel_rename": "channels:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "team_join": "users:read",
    "tokens_revoked": "",
    "user_change": "users:read",
}
"""The bot events that can be subscribed to here, and the scope that each needs."""
SCOPES = {
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "chat:write.public",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "metadata.message:read",
    "mpim:history",
    "team:read",
    "users:read",
}
_KNOWN_KEYS = {"_metadata", "display_information", "features", "oauth_config", "settings"}


class InvalidManifest(ValueError):
    """A manifest that Slack would not take; the text lists what is wrong."""


@dataclass(frozen=True)
class Command:
    """A slash command that the manifest declares."""

    name: str
    description: str
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True)
class Shortcut:
    """A global or a message shortcut."""

    name: str
    callback_id: str
    on_message: bool


@dataclass(kw_only=True)
class InstalledApp:
    """An app in one workspace.

    ``token_state`` is empty while the bot token works, else the error it is answered with, such as
    ``token_revoked``, ``account_inactive`` or ``token_expired``. What is granted is ``scopes``: taking one
    away takes effect at once.
    """

    name: str
    scopes: set[str]
    events: frozenset[str] = frozenset()
    commands: dict[str, Command] = field(default_factory=dict)
    shortcuts: tuple[Shortcut, ...] = ()
    home_tab: bool = False
    messages_tab: bool = False
    messages_read_only: bool = False
    interactivity: bool = False
    socket_mode: bool = False
    id: str = "A0HANDRAIL"
    bot_user: str = "U0HANDRAIL"
    bot_id: str = "B0HANDRAIL"
    bot_token: str = "xoxb-handrail-test"
    app_token: str = "xapp-1-handrail-test"
    app_scopes: set[str] = field(default_factory=lambda: {"connections:write"})
    signing_secret: str = "a secret of the tests"
    token_state: str = ""

    @classmethod
    def from_manifest(cls, manifest: Json, **more: Any) -> InstalledApp:
        """Install an app from its manifest. Raises :class:`InvalidManifest` where Slack would refuse it."""
        if wrong := problems(manifest):
            raise InvalidManifest("\n".join(wrong))
        features, settings = manifest.get("features", {}), manifest.get("settings", {})
        home = features.get("app_home", {})
        commands = [
            Command(
                each["command"],
                each["description"],
                each.get("usage_hint", ""),
                each.get("should_escape", False),
            )
            for each in features.get("slash_commands", [])
        ]
        return cls(
            name=features["bot_user"]["display_name"],
            scopes=set(manifest["oauth_config"]["scopes"]["bot"]),
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
            commands={command.name: command for command in commands},
            shortcuts=tuple(
                Shortcut(each["name"], each["callback_id"], each["type"] == "message")
                for each in features.get("shortcuts", [])
            ),
            home_tab=home.get("home_tab_enabled", False),
            messages_tab=home.get("messages_tab_enabled", False),
            messages_read_only=home.get("messages_tab_read_only_enabled", True),
            interactivity=settings.get("interactivity", {}).get("is_enabled", False),
            socket_mode=settings.get("socket_mode_enabled", False),
            **more,
        )


def everything(*, commands: Iterable[str] = (), socket_mode: bool = False) -> InstalledApp:
    """An app that may do all that is done here, with these commands and two shortcuts."""
    return InstalledApp(
        name="Handrail",
        scopes=set(SCOPES),
        events=frozenset(EVENT_SCOPES),
        commands={name: Command(name, name.strip("/")) for name in commands},
        shortcuts=(
            Shortcut("Check in", "check_in", on_message=False),
            Shortcut("Raise a concern", "raise_concern", on_message=True),
        ),
        home_tab=True,
        messages_tab=True,
        interactivity=True,
        socket_mode=socket_mode,
    )


# --- what Slack says to a manifest ----------------------------------------------------------------


def problems(manifest: Json) -> list[str]:
    """What is wrong with a manifest, one line each; empty if Slack would take it."""
    found = [f"/{key}: additional property" for key in manifest if key not in _KNOWN_KEYS]
    shown, features = manifest.get("display_information", {}), manifest.get("features", {})
    settings = manifest.get("settings", {})
    scopes = manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])
    found += _texts(shown, "/display_information", {"name": 35}, {"description": 140})
    if (length := len(shown.get("long_description", "x" * 200))) < 175 or length > 4_000:
        found.append("/display_information/long_description: 175 to 4000 characters")
    found += _texts(features.get("bot_user", {}), "/features/bot_user", {"display_name": 80}, {})
    found += [f"/oauth_config/scopes/bot: no such scope: {each}" for each in scopes if each not in SCOPES]
    if len(set(scopes)) != len(scopes):
        found.append("/oauth_config/scopes/bot: a scope stands there twice")
    socket_mode = settings.get("socket_mode_enabled", False)
    found += _events(settings, scopes, socket_mode=socket_mode)
    found += _commands(features, scopes, socket_mode=socket_mode)
    found += _shortcuts(features, settings, scopes)
    return found


def _texts(where: Json, path: str, required: dict[str, int], optional: dict[str, int]) -> list[str]:
    found = [f"{path}/{key}: missing" for key in required if not where.get(key)]
    return found + [
        f"{path}/{key}: more than {most} characters"
        for key, most in {**required, **optional}.items()
        if len(where.get(key, "")) > most
    ]


def _events(settings: Json, scopes: list[str], *, socket_mode: bool) -> list[str]:
    subscribed = settings.get("event_subscriptions", {})
    found = []
    for event in subscribed.get("bot_events", []):
        if event not in EVENT_SCOPES:
            found.append(f"/settings/event_subscriptions: no such event: {event}")
        elif EVENT_SCOPES[event] and EVENT_SCOPES[event] not in scopes:
            found.append(f"/settings/event_subscriptions: {event} needs the scope {EVENT_SCOPES[event]}")
    if subscribed.get("bot_events") and not socket_mode and not _is_url(subscribed.get("request_url")):
        found.append("/settings/event_subscriptions/request_url: missing")
    interactivity = settings.get("interactivity", {})
    if interactivity.get("is_enabled") and not socket_mode and not _is_url(interactivity.get("request_url")):
        found.append("/settings/interactivity/request_url: missing")
    return found


def _commands(features: Json, scopes: list[str], *, socket_mode: bool) -> list[str]:
    commands, path = features.get("slash_commands", []), "/features/slash_commands"
    found = []
    if len(commands) > 50:
        found.append(f"{path}: more than 50")
    if commands and "commands" not in scopes:
        found.append(f"{path}: needs the scope commands")
    names = [each.get("command", "") for each in commands]
    if len(set(names)) != len(names):
        found.append(f"{path}: a command stands there twice")
    for number, each in enumerate(commands):
        here = f"{path}/{number}"
        found += _texts(each, here, {"command": 32, "description": 2_000}, {"usage_hint": 1_000})
        name = each.get("command", "")
        if not name.startswith("/") or name != name.lower() or " " in name:
            found.append(f"{here}/command: begins with a slash, in small letters, without a space")
        if not socket_mode and not _is_url(each.get("url")):
            found.append(f"{here}/url: missing")
    return found


def _shortcuts(features: Json, settings: Json, scopes: list[str]) -> list[str]:
    shortcuts, path = features.get("shortcuts", []), "/features/shortcuts"
    found = []
    if shortcuts and "commands" not in scopes:
        found.append(f"{path}: needs the scope commands")
    if shortcuts and not settings.get("interactivity", {}).get("is_enabled"):
        found.append(f"{path}: needs interactivity")
    for kind in ("message", "global"):
        if sum(each.get("type") == kind for each in shortcuts) > 5:
            found.append(f"{path}: more than 5 of type {kind}")
    for number, each in enumerate(shortcuts):
        if each.get("type") not in ("message", "global"):
            found.append(f"{path}/{number}/type: message or global")
        required = {"name": 24, "callback_id": 255, "description": 150}
        found += _texts(each, f"{path}/{number}", required, {})
    return found


def _is_url(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://127.0.0.1"))
