"""What Discord answers when it does not do what it was asked, as one of the :class:`SendError` family.

Codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json-json-error-codes. What stands
in no table is ambiguous where Discord may have taken it, so an unknown code never loses a page.
"""

import aiohttp
import discord

from adapters.base import Ambiguous, AuthFailed, RateLimited, Rejected, SendError, Unreachable

AGAIN = 2.0
"""Seconds until a try that certainly did not arrive is made again."""
UNKNOWN_MESSAGE = 10008
UNREACHABLE = frozenset(
    {
        10003,  # no such channel
        10004,  # no such server
        10007,  # no such member
        10013,  # no such user
        50001,  # no access
        50007,  # direct messages closed, or the bot is blocked
        50009,  # the channel asks for more verification
        50013,  # no permission there
        50033,  # no such person to write to
        50278,  # no server in common
    }
)
"""This person or channel cannot be reached; others can."""
AUTH = frozenset({20026, 40001, 40002, 50014})
"""The bot is not accepted, or is barred from writing to anybody."""
OPENING_TOO_FAST = 40003


def send_error(error: BaseException) -> SendError:
    """What a failed call means for what was to be sent."""
    match error:
        case SendError():
            return error
        case discord.RateLimited():
            return RateLimited(max(error.retry_after, 1.0))
        case discord.LoginFailure():
            return AuthFailed("the token is not accepted")
        case discord.HTTPException():
            return _of_answer(error)
        case aiohttp.ClientConnectorError():
            # No connection, so nothing was handed over; a page is tried again without being called a repeat.
            return RateLimited(AGAIN)
        case TimeoutError() | aiohttp.ClientError() | OSError():
            return Ambiguous(type(error).__name__)
        case _:
            return Rejected(type(error).__name__)


def _of_answer(error: discord.HTTPException) -> SendError:
    code, said = error.code, f"http_{error.status} code_{error.code}"
    if error.status == 429 or code == OPENING_TOO_FAST:
        return RateLimited(AGAIN)
    if error.status == 401 or code in AUTH:
        return AuthFailed(said)
    if code in UNREACHABLE:
        return Unreachable(said)
    if error.status >= 500:
        return Ambiguous(said)
    return Rejected(said)
