"""Who we are on Slack: the workspace and the account that the token belongs to, and what it may do there.

https://docs.slack.dev/reference/methods/auth.test (its answer's headers name the token's scopes)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import called
from adapters.slack.manifest import SCOPES
from adapters.slack.parse import Installed

BOT, APP = "xoxb-", "xapp-"


@dataclass(frozen=True)
class Standing:
    """Where the bot stands. ``skew``: by how many seconds this machine's clock is ahead of Slack's."""

    installed: Installed
    team_name: str
    is_bot: bool
    scopes: frozenset[str] | None
    skew: float

    @property
    def missing(self) -> list[str]:
        """Scopes that the token lacks; none where Slack did not tell."""
        return [] if self.scopes is None else sorted(set(SCOPES) - self.scopes)


async def standing(client: AsyncWebClient) -> Standing:
    """Ask Slack who we are. Raises one of :class:`adapters.base.SendError`."""
    answer = await called(client.auth_test())
    headers = {name.lower(): value for name, value in answer.headers.items()}
    scopes = headers.get("x-oauth-scopes")
    return Standing(
        installed=Installed(answer["team_id"], answer["user_id"], answer.get("enterprise_id") or ""),
        team_name=answer.get("team") or "",
        is_bot=bool(answer.get("bot_id")),
        scopes=None if scopes is None else frozenset(filter(None, map(str.strip, scopes.split(",")))),
        skew=_skew(headers),
    )


def _skew(headers: Mapping[str, str]) -> float:
    try:
        slack = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return 0.0
    return (datetime.now(UTC) - slack.astimezone(UTC)).total_seconds()


def wrong_tokens(bot_token: str, app_token: str, signing_secret: str) -> str:
    """What is wrong with the tokens as they are written, and how to mend it; empty if nothing is."""
    if bot_token and not bot_token.startswith(BOT):
        kind = " It looks like an app-level token: that one is SLACK_APP_TOKEN." * bot_token.startswith(APP)
        return (
            f"SLACK_BOT_TOKEN is not a bot token, which begins with {BOT}.{kind} At api.slack.com/apps open "
            "your app, then “OAuth & Permissions”, and copy the “Bot User OAuth Token”."
        )
    if app_token and not app_token.startswith(APP):
        return (
            f"SLACK_APP_TOKEN is not an app-level token, which begins with {APP}. At api.slack.com/apps open "
            "your app, then “Basic Information”, “App-Level Tokens”, and make one with the scope "
            "connections:write."
        )
    if bot_token and not app_token and not signing_secret:
        return (
            "Slack has no way to reach Handrail yet. Set one of these and start again:\n"
            "  SLACK_APP_TOKEN       an app-level token (xapp-...) for Socket Mode; nothing else is needed\n"
            "  SLACK_SIGNING_SECRET  the signing secret, if Slack calls this server over HTTPS\n"
            "Both stand at api.slack.com/apps under “Basic Information” of your app."
        )
    return ""
