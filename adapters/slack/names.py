"""What people are called on Slack, and which clock they live by, for whom the programme does not tell."""

import time
from collections import OrderedDict
from dataclasses import dataclass

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.base import SendError, Unreachable
from adapters.slack.client import called

log = structlog.get_logger(__name__)

FRESH = 3600.0
"""Seconds for which what Slack said is believed; people are renamed now and then."""
KEPT = 2_000


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
        found = answer["user"]
        profile = found.get("profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or found.get("real_name") or ""
        looked_up = Profile(name[:80], found.get("tz") or "", bool(found.get("deleted", False)))
        self._known[user] = (time.monotonic(), looked_up)
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return looked_up
