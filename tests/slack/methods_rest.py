"""The methods about people, the workspace, the app itself and views."""

from __future__ import annotations

import json
from typing import Any

from tests.slack.api import Arguments, SlackError, invalid, method
from tests.slack.blockkit import check_view
from tests.slack.core import Slack
from tests.slack.workspace import Json, Trigger, User, View

_UPDATE: dict[str, type] = {"view": dict, "view_id": str, "external_id": str, "hash": str}
VIEW_LONGEST = 250_000
TRIGGER_SECONDS = 3.0


# --- people, the workspace, the app ---------------------------------------------------------------


@method("auth.test", tokens="bot app")
async def auth_test(slack: Slack, _: Arguments) -> Json:
    return {
        "url": f"https://{slack.workspace.domain}.slack.com/",
        "team": slack.workspace.name,
        "user": slack.workspace.users[slack.app.bot_user].handle,
        "team_id": slack.workspace.team,
        "user_id": slack.app.bot_user,
        "bot_id": slack.app.bot_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", "connections:write", tokens="app")
async def connections_open(slack: Slack, _: Arguments) -> Json:
    if not slack.app.socket_mode:
        raise SlackError("socket_mode_not_enabled")
    return {
        "url": f"{slack.url.replace('http://', 'ws://')}/socket?ticket={slack.ticket()}&app_id={slack.app.id}"
    }


@method("team.info", "team:read", types={"team": str, "domain": str, "include_slackbot_availability": bool})
async def team_info(slack: Slack, arguments: Arguments) -> Json:
    workspace = slack.workspace
    if arguments.text("team") not in ("", workspace.team):
        raise SlackError("team_not_found")
    return {"team": {"id": workspace.team, "name": workspace.name, "domain": workspace.domain}}


@method("users.info", "users:read", required="user", types={"user": str, "include_locale": bool})
async def users_info(slack: Slack, arguments: Arguments) -> Json:
    user = slack.workspace.users.get(arguments.text("user"))
    if user is None:
        raise SlackError("user_not_found")
    if user.hidden:
        raise SlackError("user_not_visible")
    return {"user": _person(slack, user, locale=bool(arguments.get("include_locale")))}


@method("users.list", "users:read", types={"cursor": str, "include_locale": bool, "limit": int})
async def users_list(slack: Slack, arguments: Arguments) -> Json:
    everybody = [user for user in slack.workspace.users.values() if not user.hidden and not user.team]
    start = int(arguments.text("cursor") or 0)
    limit = arguments.get("limit") or len(everybody) or 1
    page = everybody[start : start + limit]
    following = str(start + limit) if start + limit < len(everybody) else ""
    members = [_person(slack, user, locale=bool(arguments.get("include_locale"))) for user in page]
    return {
        "members": members,
        "cache_ts": int(slack.workspace.now()),
        "response_metadata": {"next_cursor": following},
    }


def _person(slack: Slack, user: User, *, locale: bool) -> Json:
    return slack.payloads.user(user) | ({"locale": user.locale} if locale else {})


# --- views ----------------------------------------------------------------------------------------


@method("views.open", required="trigger_id view", types={"trigger_id": str, "view": dict})
async def views_open(slack: Slack, arguments: Arguments) -> Json:
    payload = _checked(slack, arguments["view"], "modal")
    trigger = _exchange(slack, arguments.text("trigger_id"))
    slack.workspace.modals.pop(trigger.user, None)
    return _shown(slack, slack.push(trigger.user, payload))


@method("views.push", required="trigger_id view", types={"trigger_id": str, "view": dict})
async def views_push(slack: Slack, arguments: Arguments) -> Json:
    payload = _checked(slack, arguments["view"], "modal")
    trigger = _exchange(slack, arguments.text("trigger_id"))
    stack = slack.workspace.modals.get(trigger.user, [])
    if not trigger.view or trigger.view not in {view.id for view in stack}:
        raise SlackError("not_found")
    if len(stack) >= 3:
        raise SlackError("push_limit_reached")
    return _shown(slack, slack.push(trigger.user, payload))


@method("views.update", required="view", types=_UPDATE)
async def views_update(slack: Slack, arguments: Arguments) -> Json:
    view = slack.workspace.find_view(arguments.text("view_id"), arguments.text("external_id"))
    if view is None:
        raise SlackError("not_found")
    payload = _checked(slack, arguments["view"], view.payload["type"], beside=view)
    _check_hash(arguments, view)
    return _shown(slack, slack.show_again(view, payload))


@method("views.publish", required="user_id view", types={"user_id": str, "view": dict, "hash": str})
async def views_publish(slack: Slack, arguments: Arguments) -> Json:
    if not slack.app.home_tab:
        raise SlackError("not_enabled")
    user = arguments.text("user_id")
    if user not in slack.workspace.users:
        raise SlackError("user_not_found")
    payload = _checked(slack, arguments["view"], "home", beside=slack.workspace.homes.get(user))
    standing = slack.workspace.homes.get(user)
    if standing is None:
        slack.workspace.homes[user] = standing = slack.workspace.make_view(user, payload)
    else:
        _check_hash(arguments, standing)
    return _shown(slack, slack.show_again(standing, payload))


def _checked(slack: Slack, view: Any, kind: str, *, beside: View | None = None) -> Json:
    """A view that Slack would show."""
    if len(json.dumps(view)) > VIEW_LONGEST:
        raise SlackError("view_too_large")
    if wrong := check_view(view, kind, slack.workspace.files.__contains__):
        raise invalid("invalid_arguments", wrong)
    external = view.get("external_id", "")
    same = slack.workspace.find_view(external_id=external) if external else None
    if same is not None and same is not beside:
        raise SlackError("duplicate_external_id")
    return dict(view)


def _exchange(slack: Slack, trigger_id: str) -> Trigger:
    """Use up a ``trigger_id``."""
    trigger = slack.workspace.triggers.get(trigger_id)
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if slack.workspace.now() - trigger.issued > TRIGGER_SECONDS:
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger


def _check_hash(arguments: Arguments, view: View) -> None:
    if arguments.text("hash") not in ("", view.hash):
        raise SlackError("hash_conflict")


def _shown(slack: Slack, view: View) -> Json:
    return {"view": slack.payloads.view(view)}
