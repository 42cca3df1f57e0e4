"""``doctor`` on Slack: tokens, scopes, the workspace, the clock, and whether each adult can be reached."""

from slack_sdk.web.async_client import AsyncWebClient

from adapters.base import AuthFailed, SendError
from adapters.slack.client import called, open_client
from adapters.slack.install import Standing, standing, wrong_tokens
from adapters.slack.names import Profiles
from adapters.slack.sender import SlackAdapter
from bot import doctor_adults
from bot.findings import Finding, Level
from bot.settings import Settings
from storage.db import Database
from storage.words import Platform

SKEW = 60.0
"""Seconds by which the clocks may differ; Slack's signatures are refused from 300 on."""
REFUSED = 240.0
AGAIN = "At api.slack.com/apps open your app"
SCOPES_AGAIN = (
    f"{AGAIN}, “App Manifest”: paste what python -m bot manifest slack prints, save, and install the "
    "app again. docs/slack.md says what each scope is for."
)
ANOTHER = "Let an owner of the workspace activate the account, or name another one with /roster add."


async def look(settings: Settings, database: Database | None, *, send: bool) -> list[Finding]:
    """What is found on Slack; nothing where the environment does not name it."""
    if not settings.slack_bot_token:
        return []
    wrong = wrong_tokens(settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
    if wrong:
        return [Finding(Level.MEND, wrong)]
    async with open_client(settings.slack_bot_token, settings.slack_api_url) as client:
        try:
            found = await standing(client)
        except AuthFailed as error:
            what = f"Slack does not accept SLACK_BOT_TOKEN ({error})."
            mend = f"{AGAIN}, “OAuth & Permissions”: install it, and copy the “Bot User OAuth Token” anew."
            return [Finding(Level.MEND, what, mend)]
        except SendError as error:
            what = f"Slack cannot be reached at {client.base_url} ({error})."
            return [
                Finding(Level.MEND, what, "Check this machine's network, and SLACK_API_URL if it is set.")
            ]
        findings = [*_standing(found), *_signing(settings)]
        if settings.slack_app_token:
            try:
                await called(client.apps_connections_open(app_token=settings.slack_app_token))
            except SendError as error:
                what = (
                    f"Slack opens no socket with SLACK_APP_TOKEN ({error}), so nothing people write arrives."
                )
                mend = (
                    f"{AGAIN}: switch “Socket Mode” on, and make an app-level token with the scope "
                    "connections:write under “Basic Information”."
                )
                findings.append(Finding(Level.MEND, what, mend))
        if database is not None and found.is_bot:
            adapter = SlackAdapter(client, {found.installed.team})
            findings += await doctor_adults.look(
                database, adapter, _place(client, found.installed.team), send=send
            )
    return findings


def _standing(found: Standing) -> list[Finding]:
    findings = []
    if not found.is_bot:
        what = "SLACK_BOT_TOKEN belongs to a person, not to an app."
        findings.append(Finding(Level.MEND, what, f"{AGAIN} and copy the “Bot User OAuth Token” (xoxb-...)."))
    else:
        name = found.team_name or found.installed.team
        findings.append(Finding(Level.FINE, f"Slack takes the token; the workspace is {name}."))
    if found.missing:
        what = f"The app lacks the scopes {', '.join(found.missing)}."
        findings.append(Finding(Level.MEND, what, SCOPES_AGAIN))
    if abs(found.skew) > SKEW:
        ahead = "ahead of" if found.skew > 0 else "behind"
        what = f"This machine's clock is {abs(found.skew):.0f} s {ahead} Slack's."
        level = Level.MEND if abs(found.skew) > REFUSED else Level.LOOK
        mend = "Set it by the network (NTP): from 300 s on nothing that Slack sends is believed."
        findings.append(Finding(level, what, mend))
    return findings


def _signing(settings: Settings) -> list[Finding]:
    if settings.slack_app_token:
        return [Finding(Level.FINE, "Slack is listened to over Socket Mode; no address is needed.")]
    if not settings.public_url:
        what = "PUBLIC_URL is not set, so it is not known whether Slack can reach Handrail."
        mend = (
            "Set it to this server's address from outside (https://...). Slack needs "
            "<that>/slack/events as the request URL; python -m bot manifest slack fills it in."
        )
        return [Finding(Level.LOOK, what, mend)]
    url = f"{settings.public_url.rstrip('/')}/slack/events"
    return [Finding(Level.FINE, f"There is a signing secret; Slack has to send to {url}.")]


def _place(client: AsyncWebClient, team: str) -> doctor_adults.Place:
    profiles = Profiles(client)

    async def gone(user: str) -> bool:
        return (await profiles.of(user)).gone

    return doctor_adults.Place(
        platform=Platform.SLACK,
        workspace=team,
        called="workspace",
        account="slack:<a member id>",
        runs="owner or admin",
        another=ANOTHER,
        refused=SCOPES_AGAIN,
        gone=gone,
    )
