"""The Slack app's manifest, made from the registry: what people can type and press is declared nowhere else.

https://docs.slack.dev/reference/app-manifest
"""

from adapters.slack.render import Json
from handlers.registry import Registry

NAME = "Handrail"
SCOPES = {
    "app_mentions:read": "reads a message that calls Handrail by its name in a channel it is in",
    "channels:history": "reads public channels that a coordinator opted in and invited it to, and no others",
    "chat:write": "sends pages and answers, and changes or takes back what it sent",
    "commands": "slash commands, and the two entries in Slack's menus",
    "files:write": "shows the chart of the weekly digest",
    "groups:history": "the same as channels:history for private channels",
    "im:history": "reads what people write to Handrail itself, and finds its own message after a time-out",
    "im:read": "finds the conversations in which somebody wrote to Handrail while it was away",
    "im:write": "opens the conversation with somebody who is paged",
    "users:read": (
        "what people are called and their time zone, where the programme does not know it; "
        "while nobody coordinates, whether somebody who types /handrail setup administers the workspace"
    ),
}
"""The fewest scopes that the features need, each with what it is for."""
EVENTS = ("app_home_opened", "app_mention", "message.channels", "message.groups", "message.im")


def manifest(registry: Registry, *, public_url: str = "") -> Json:
    """The manifest for signed HTTP at ``public_url``, or for Socket Mode if that is empty."""
    url = f"{public_url.rstrip('/')}/slack/events" if public_url else ""
    at = {"request_url": url} if url else {}
    return {
        "display_information": {
            "name": NAME,
            "description": "Check-ins for peer helpers; worries reach an adult at once.",
            "background_color": "#1f4e5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": _shortcuts(registry),
            "slash_commands": _commands(registry, url),
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**at, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **at},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def _shortcuts(registry: Registry) -> list[Json]:
    found = [
        {
            "name": entry.shortcut,
            "type": "global",
            "callback_id": entry.name,
            "description": entry.summary,
        }
        for entry in registry.commands.values()
        if entry.shortcut
    ]
    return found + [
        {"name": entry.label, "type": "message", "callback_id": entry.name, "description": entry.summary}
        for entry in registry.on_messages.values()
    ]


def _commands(registry: Registry, url: str) -> list[Json]:
    return [
        {
            "command": f"/{entry.name}",
            "description": entry.summary,
            **({"usage_hint": f"[{entry.argument}]"} if entry.argument else {}),
            "should_escape": False,
            **({"url": url} if url else {}),
        }
        for entry in sorted(registry.commands.values(), key=lambda entry: entry.name)
    ]
