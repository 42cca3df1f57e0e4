"""What people are called on Slack, which clock they live by, and who administers the workspace."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.base import SendError, Unreachable
from adapters.slack.client import called
from adapters.slack.parse import Installed
from handlers.chat import Membership, Rank

log = structlog.get_logger(__name__)

FRESH = 3600.0
"""Seconds for which what Slack said is believed; people are renamed now and then."""
KEPT = 2_000
_TITLES = ("is_admin", "is_owner", "is_primary_owner")


@dataclass(frozen=True)
class Profile:
    """Somebody as Slack knows them. All empty where it does not tell.

    ``gone``: deactivated, or nobody in the workspace.
    """

    name: str = ""
    time_zone: str = ""
    gone: bool = False


class Profiles:
    """Looks people up, at most once an hour each."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: OrderedDict[str, tuple[float, Profile]] = OrderedDict()

    async def of(self, user: str) -> Profile:
        """Somebody's profile; what was known before, or an empty one, where Slack does not answer."""
        at, known = self._known.get(user, (0.0, None))
        if known is not None and time.monotonic() - at < FRESH:
            return known
        try:
            answer = await called(self._client.users_info(user=user))
        except SendError as error:
            log.info("profile_not_found", reason=str(error))
            return known or Profile(gone=isinstance(error, Unreachable))
        looked_up = _profile(answer["user"])
        self._known[user] = (time.monotonic(), looked_up)
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return looked_up


async def membership(client: AsyncWebClient, installed: Installed, user: str) -> Membership:
    """Whether somebody is an admin or owner of our workspace, as Slack says now.

    Being one elsewhere (Slack Connect) counts for nothing here.
    https://docs.slack.dev/reference/objects/user-object
    """
    try:
        answer = await called(client.users_info(user=user))
    except SendError as error:
        log.info("rank_not_told", reason=str(error))
        return Membership(Rank.UNKNOWN)
    found = answer["user"]
    about = _profile(found)
    teams = {found.get("team_id"), *((found.get("enterprise_user") or {}).get("teams") or ())}
    ours = installed.team in teams and not found.get("is_stranger") and not about.gone
    ranked = any(found.get(title) for title in _TITLES) and not found.get("is_bot")
    rank = Rank.ADMINISTRATOR if ours and ranked else Rank.MEMBER
    return Membership(rank, about.name, about.time_zone)


def _profile(found: Mapping[str, Any]) -> Profile:
    profile = found.get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or found.get("real_name") or ""
    return Profile(name[:80], found.get("tz") or "", bool(found.get("deleted", False)))
