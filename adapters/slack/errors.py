"""What Slack answers when it does not do what it was asked, as one of the :class:`SendError` family.

Codes: https://docs.slack.dev/reference/methods/chat.postMessage#errors and those of conversations.open,
chat.update, chat.delete and conversations.history. What stands in no table is ambiguous where Slack may have
taken it (it is looked for before it is sent again), so an unknown code never loses a page.
"""

import asyncio
from collections.abc import Mapping

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from adapters.base import Ambiguous, AuthFailed, RateLimited, Rejected, SendError, Unreachable

WAIT = 30.0
"""Seconds to wait where Slack names none; its own limits count by the minute."""
AGAIN = 2.0
"""Seconds until a try that certainly did not arrive is made again."""

UNREACHABLE = frozenset(
    {
        "channel_not_found",
        "user_not_found",
        "users_not_found",
        "user_not_visible",
        "user_disabled",
        "cannot_dm_bot",
        "cannot_message_user",
        "messages_tab_disabled",
        "is_archived",
        "not_in_channel",
        "user_not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel",
        "as_user_not_supported",
        "slack_connect_canvas_sharing_blocked",
        "slack_connect_blocked",
        "external_channel_migrating",
        "team_not_found",
    }
)
"""This person or conversation cannot be reached; others can."""
AUTH = frozenset(
    {
        "token_revoked",
        "token_expired",
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "missing_scope",
        "no_permission",
        "access_denied",
        "not_allowed_token_type",
        "team_access_not_granted",
        "org_login_required",
        "ekm_access_denied",
        "two_factor_setup_required",
        "accesslimited",
        "team_disabled",
        "enterprise_is_restricted",
    }
)
"""Our token is not accepted: nobody can be reached. ``account_inactive`` is the account of the token; that of
somebody who is written to comes as ``user_disabled``, or as a conversation that is not found."""
LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
REJECTED = frozenset(
    {
        "msg_too_long",
        "no_text",
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "too_many_attachments",
        "invalid_arguments",
        "invalid_arg_name",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "metadata_must_be_sent_from_app",
        "invalid_json",
        "json_not_object",
        "invalid_form_data",
        "invalid_post_type",
        "missing_post_type",
        "invalid_charset",
        "missing_charset",
        "message_not_found",
        "cant_update_message",
        "cant_delete_message",
        "edit_window_closed",
        "compliance_exports_prevent_deletion",
        "expired_trigger_id",
        "exchanged_trigger_id",
        "trigger_expired",
        "trigger_exchanged",
        "invalid_trigger",
        "invalid_trigger_id",
        "push_limit_reached",
        "hash_conflict",
        "view_too_large",
        "duplicate_external_id",
        "unknown_method",
        "method_deprecated",
        "method_not_supported_for_channel_type",
    }
)
"""This very message or change is refused, and would be again."""


def send_error(error: BaseException) -> SendError:
    """What a failed call means for what was to be sent."""
    match error:
        case SendError():
            return error
        case SlackApiError():
            return _of_answer(error)
        case aiohttp.ClientConnectorError():
            # No connection, so nothing was handed over; a page is tried again without being called a repeat.
            return RateLimited(AGAIN)
        case TimeoutError() | asyncio.IncompleteReadError() | aiohttp.ClientError() | SlackClientError():
            return Ambiguous(type(error).__name__)
        case OSError():
            return Ambiguous(type(error).__name__)
        case _:
            return Rejected(type(error).__name__)


def code_of(error: BaseException) -> str:
    """Slack's word for what went wrong (never a text of a person); the error's type where it said none."""
    if isinstance(error, SlackApiError):
        body = _body(error)
        code = str(body.get("error", "")) if body else ""
        return code if code.replace("_", "").isalnum() else f"http_{_status(error)}"
    return type(error).__name__


def _of_answer(error: SlackApiError) -> SendError:
    status, body = _status(error), _body(error)
    code = str(body.get("error", "")) if body else ""
    if status == 429 or code in LIMITED:
        return RateLimited(_retry_after(error))
    if code in AUTH:
        return AuthFailed(code)
    if code in UNREACHABLE:
        return Unreachable(code)
    if code in REJECTED:
        return Rejected(code)
    # 5xx, fatal_error, internal_error, service_unavailable, request_timeout, and what nobody knows yet.
    return Ambiguous(code if code.replace("_", "").isalnum() else f"http_{status}")


def _status(error: SlackApiError) -> int:
    response = error.response
    found = getattr(response, "status_code", None) or getattr(response, "status", None)
    return found if isinstance(found, int) else 0


def _body(error: SlackApiError) -> Mapping[str, object]:
    data = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}


def _retry_after(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", None) or {}
    value = next((text for name, text in headers.items() if name.lower() == "retry-after"), "")
    try:
        # At least one second: a server that says zero is asked no more often for it.
        return max(float(value), 1.0)
    except ValueError:
        return WAIT
