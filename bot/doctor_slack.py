"""``doctor`` on Slack: tokens, scopes, the workspace, the clock, and whether each adult can be reached."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from adapters.base import AuthFailed, SendError
from adapters.slack.client import called, open_client
from adapters.slack.install import Standing, standing, wrong_tokens
from adapters.slack.names import Profiles
from adapters.slack.sender import SlackAdapter
from bot.app import assemble
from bot.clock import SystemClock
from bot.findings import Finding, Level
from bot.settings import Settings
from handlers import cardjson
from handlers.cards import fallbacks as test_cards
from handlers.languages import say_in
from storage import delivered, outbox, programmes
from storage.db import Database
from storage.delivered import Reached
from storage.outbox import NewMessage
from storage.words import Lane, OutboxState, Platform

SKEW = 60.0
"""Seconds by which the clocks may differ; Slack's signatures are refused from 300 on."""
REFUSED = 240.0
QUIET_FOR = timedelta(days=30)
"""A coordinator who got nothing for so long may have left without anybody telling the bot."""
WAIT = 15.0
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
            findings += await _adults(database, adapter, found.installed.team, send=send)
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


async def _adults(database: Database, adapter: SlackAdapter, team: str, *, send: bool) -> list[Finding]:
    """When each adult last got something; with ``send``, whether a harmless message reaches them now."""
    now = SystemClock().now()
    async with database.read() as tx:
        talks = await programmes.at(tx, Platform.SLACK, team)
        adults = await delivered.adults(tx, Platform.SLACK, [team])
    if talks is None:
        what = "No programme talks in this workspace yet."
        mend = "Set HANDRAIL_COORDINATORS to slack:<your member id> and start: python -m bot run"
        return [Finding(Level.MEND, what, mend)]
    if not adults:
        what = "Nobody in this workspace can be paged."
        mend = "Set HANDRAIL_COORDINATORS to slack:<a member id>, start the bot, and type /handrail setup."
        return [Finding(Level.MEND, what, mend)]
    if send:
        return await _send(database, adapter, adults, now, talks[1].locale)
    profiles = Profiles(adapter.client)
    return [
        _gone(number, adult) if (await profiles.of(adult.user)).gone else _last(number, adult, now)
        for number, adult in enumerate(adults, 1)
    ]


def _gone(number: int, adult: Reached) -> Finding:
    what = f"{_who(number, adult)}: the account is deactivated, or not of this workspace."
    return Finding(Level.MEND, what, ANOTHER)


def _last(number: int, adult: Reached, now: datetime) -> Finding:
    who = _who(number, adult)
    if adult.last is None:
        mend = "To prove that one would: python -m bot doctor --send"
        return Finding(Level.LOOK, f"{who} has never got a message from Handrail.", mend)
    days = (now - adult.last).days
    said = f"{who}: the last message arrived {f'{days} days ago' if days else 'today'}."
    if now - adult.last > QUIET_FOR:
        return Finding(Level.LOOK, said, "To prove that one would today: python -m bot doctor --send")
    return Finding(Level.FINE, said)


async def _send(
    database: Database, adapter: SlackAdapter, adults: Sequence[Reached], now: datetime, language: str
) -> list[Finding]:
    keys = {f"doctor:{int(now.timestamp())}:{adult.connection_id}:{adult.user}": adult for adult in adults}
    messages = [
        NewMessage(
            key=key,
            lane=Lane.REST,
            connection_id=adult.connection_id,
            user=adult.user,
            person_id=adult.person_id,
            card=cardjson.dump(test_cards.test(say_in(adult.locale or language))),
            due_at=now,
        )
        for key, adult in keys.items()
    ]
    async with database.write() as tx:
        await outbox.add(tx, messages, now)
    app = assemble(database, SystemClock(), [adapter])
    # The bot that runs may take one of them first; it is waited for as well.
    until = time.monotonic() + WAIT
    while True:
        await app.delivery.drain()
        async with database.read() as tx:
            found = await delivered.states(tx, keys)
        if not any(_may_still_arrive(*each) for each in found.values()) or time.monotonic() > until:
            break
        await asyncio.sleep(1)
    return [_sent(number, adult, found.get(key)) for number, (key, adult) in enumerate(keys.items(), 1)]


def _may_still_arrive(state: OutboxState, error: str) -> bool:
    """A message that was not let in is kept for a better token, which nobody waits for here."""
    return state is OutboxState.QUEUED and error != "auth_failed"


def _sent(number: int, adult: Reached, state: tuple[OutboxState, str] | None) -> Finding:
    who = _who(number, adult)
    if state is not None and state[0] is OutboxState.SENT:
        return Finding(Level.FINE, f"{who}: a test message has arrived.")
    error = (state[1] if state else "") or f"not within {WAIT:.0f} s"
    mend = SCOPES_AGAIN if error == "auth_failed" else ANOTHER
    return Finding(Level.MEND, f"{who}: the test message did not arrive ({error}).", mend)


def _who(number: int, adult: Reached) -> str:
    return f"Adult {number} ({adult.role.value.replace('_', ' ')})"
