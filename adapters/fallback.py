"""Pages outside of chat, through Apprise: mail, push, SMS and calls. Nobody writes back from there.

Apprise is loaded once there is an address: it brings the senders of more than a hundred providers with it.
Its addresses hold passwords and phone numbers, so nothing that it or what it uses would log is kept.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from adapters.base import Address, Outgoing, Rejected, Sent, Unreachable
from handlers.chat import Card, Text
from storage.words import Channel, Platform

if TYPE_CHECKING:
    from apprise import NotifyBase

ResolveUrl = Callable[[str, str], Awaitable[str | None]]
"""From a workspace and a user to the address behind them; ``None`` if there is none any more."""

LinkLine = Callable[[int], Awaitable[str]]
"""From an outbox row to a line with a link for its reader to answer by; empty where there is none."""

ENOUGH = 6.0
"""Seconds for a provider to answer, its second chance included; delivery itself gives a message 8."""
SECOND_CHANCE = 1.0
"""Seconds after which what a provider did not take is tried once more."""
_ANY = "json://localhost"
_TALKATIVE = ("apprise", "urllib3", "requests_oauthlib")
# These show a message on the screen of the machine that the bot runs on, where no adult sits.
_OWN_SCREEN = frozenset(
    {"blink1", "dbus", "gio", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows"}
)


_MAIL = frozenset({"mailto", "mailtos", "ses", "sendgrid", "mailgun", "sparkpost", "brevo", "resend"})
_PUSH = frozenset(
    {"ntfy", "ntfys", "gotify", "gotifys", "pover", "pbul", "prowl", "bark", "barks", "join", "pushy"}
)


def channel_of(url: str) -> Channel:
    """By what an address reaches people. What is not known to be mail or push counts as a text that costs."""
    scheme = url.partition("://")[0].lower()
    if scheme in _MAIL:
        return Channel.EMAIL
    if scheme in _PUSH:
        return Channel.PUSH
    return Channel.VOICE if re.search(r"[?&]method=call\b", url, re.IGNORECASE) else Channel.SMS


class Fallback:
    """Sends to fallback addresses. ``workspaces``: the connections that the app last saw in the database."""

    platform: str = Platform.FALLBACK.value

    def __init__(self, resolve: ResolveUrl, link: LinkLine | None = None) -> None:
        self.workspaces: frozenset[str] = frozenset()
        self._resolve = resolve
        self._link = link

    async def send(self, message: Outgoing) -> Sent:
        """Hand a message over, in at most two tries.

        A provider tells only that it took a message or that it did not. What it did not take counts as
        unreachable, also where it never answered and may have taken it after all: the ladder's next step
        pages again anyway, while trying on until one is sure could call somebody twenty times.
        """
        url = await self._resolve(message.to.workspace, message.to.user)
        if url is None:
            raise Unreachable("this address was removed")
        service = await asyncio.to_thread(_service, url)
        if service is None:
            raise Rejected("this address cannot be read")
        # Made now and kept nowhere: the outbox does not hold what answers a page.
        link = await self._link(message.id) if self._link is not None else ""
        if not await _notify(service, message.card, link):
            raise Unreachable("the provider did not take it")
        return Sent(f"fallback-{message.id}")

    async def update(self, to: Address, reference: str, card: Card) -> None:
        """What went out by mail or text stays as it was said; it says nothing that could become untrue."""

    async def delete(self, to: Address, reference: str) -> None:
        """Nothing to take back, either: it names nobody and opens nothing."""

    async def find(self, to: Address, outbox_id: int) -> Sent | None:  # noqa: ARG002
        """No provider lets us look; what may have gone goes once more, marked."""
        return None

    # --- for the form in which an address is typed ---------------------------------------------

    def get_ready(self) -> None:
        """Load Apprise beside the event loop, so that neither reading an address nor a page waits for it."""
        asyncio.get_running_loop().run_in_executor(None, _service, _ANY)

    async def takes(self, url: str) -> bool:
        """Whether Apprise knows such an address, and it reaches more than this very machine."""
        if url.partition("://")[0].lower() in _OWN_SCREEN:
            return False
        return await asyncio.to_thread(_service, url) is not None


def _service(url: str) -> "NotifyBase | None":
    """What sends to one address; ``None`` if it is not one. Takes a second when it is first called."""
    import apprise  # noqa: PLC0415 - a second and 28 MB, which a bot without fallback addresses never needs

    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    asset = apprise.AppriseAsset(
        app_id="Handrail",
        app_desc="Handrail",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        body_format=apprise.NotifyFormat.TEXT,
        default_service_retry=1,
        default_service_wait=SECOND_CHANCE,
        allow_templates=False,
    )
    return apprise.Apprise.instantiate(url, asset=asset)


async def _notify(service: "NotifyBase", card: Card, link: str) -> bool:
    import apprise  # noqa: PLC0415

    lines = [block.text for block in card.blocks if isinstance(block, Text)]
    text = "\n".join(filter(None, (*lines, link)))
    sender = apprise.Apprise(asset=service.asset)
    sender.add(service)
    return bool(await sender.async_notify(title=card.title, body=text, timeout=ENOUGH))
