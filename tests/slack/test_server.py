"""The suite's own Slack behaves: the Web API against the real SDK."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack import Kind, Message, SlackServer, everything

NOW = 1_772_463_600.0
BLOCKS = [{"type": "section", "text": {"type": "plain_text", "text": "hello"}}]


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer(everything(socket_mode=True)) as server:
        server.workspace.now = lambda: NOW
        server.add_user("U1", "Maya")
        server.add_user("U2", "Ms. Rivera", display_name="rivera", tz="Europe/Paris", locale="fr-FR")
        server.workspace.add_channel("C1", "peer-team", "U1", "U2", server.app.bot_user)
        server.workspace.add_channel("C2", "other", "U1")
        server.workspace.add_channel("G1", "secret", "U1", private=True)
        yield server


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    return AsyncWebClient(slack.app.bot_token, base_url=slack.api_url, timeout=5)


async def refused(work: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        await work
    answer = caught.value.response.data
    assert isinstance(answer, dict)
    return answer


# --- tokens, scopes, arguments --------------------------------------------------------------------


async def test_who_the_token_is(slack: SlackServer, client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == (
        "T0HARBOR",
        "U0HANDRAIL",
        "B0HANDRAIL",
    )
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")
    assert answer.headers["Date"]


@pytest.mark.parametrize(
    ("token", "error"), [("xoxb-other", "invalid_auth"), ("", "not_authed"), ("xapp-1-x", "invalid_auth")]
)
async def test_a_token_that_is_none(slack: SlackServer, token: str, error: str) -> None:
    client = AsyncWebClient(token, base_url=slack.api_url)
    assert (await refused(client.auth_test()))["error"] == error


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "token_expired"])
async def test_a_token_that_worked_once(slack: SlackServer, client: AsyncWebClient, error: str) -> None:
    await client.auth_test()
    slack.app.token_state = error
    assert (await refused(client.auth_test()))["error"] == error


async def test_the_wrong_kind_of_token(slack: SlackServer, client: AsyncWebClient) -> None:
    answer = await refused(client.chat_postMessage(channel="U1", text="x", token=slack.app.app_token))
    assert answer["error"] == "not_allowed_token_type"
    answer = await refused(client.apps_connections_open(app_token=slack.app.bot_token))
    assert answer["error"] == "not_allowed_token_type"


async def test_a_scope_that_is_missing(slack: SlackServer, client: AsyncWebClient) -> None:
    slack.app.scopes.remove("chat:write")
    answer = await refused(client.chat_postMessage(channel="U1", text="x"))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert "im:write" in answer["provided"]


async def test_what_is_not_understood(slack: SlackServer, client: AsyncWebClient) -> None:
    answer = await refused(client.api_call("chat.shout", json={}))
    assert (answer["error"], answer["req_method"]) == ("unknown_method", "chat.shout")
    call = client.api_call("chat.postMessage", json={"channel": "U1", "text": 5})
    answer = await refused(call)
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] must be a str [json-pointer:/text]"]
    answer = await refused(client.api_call("chat.postMessage", json={"channel": "U1", "txt": "x"}))
    assert answer["error"] == "invalid_arguments"
    answer = await refused(client.api_call("users.info", params={}))
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: user"]
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {slack.app.bot_token}"}) as session:
        for body, kind, error in [
            ("{", "application/json", "invalid_json"),
            ("[]", "application/json", "json_not_object"),
            ("x", "text/plain", "invalid_post_type"),
        ]:
            given = session.post(f"{slack.api_url}auth.test", data=body, headers={"Content-Type": kind})
            async with given as response:
                assert (await response.json())["error"] == error


async def test_json_inside_a_form(slack: SlackServer, client: AsyncWebClient) -> None:
    data = {"channel": "U1", "blocks": json.dumps(BLOCKS)}
    answer = await client.api_call("chat.postMessage", data=data)
    assert answer["message"]["blocks"][0]["text"]["text"] == "hello"
    wrong = await refused(client.api_call("chat.postMessage", data={"channel": "U1", "blocks": "no"}))
    assert wrong["error"] == "invalid_blocks_format"


# --- messages -------------------------------------------------------------------------------------


async def test_a_message_to_a_person_stands_in_their_direct_messages(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    answer = await client.chat_postMessage(channel="U1", text="a &lt; b *c*")
    again = await client.chat_postMessage(channel=answer["channel"], text="two", blocks=BLOCKS)
    assert answer["channel"] == again["channel"] == "D0U1"
    assert answer["ts"] < again["ts"]
    first, second = slack.user("U1").dm
    assert (first.text, first.author, first.by_app, first.mine) == ("a < b c", "Handrail", True, False)
    assert (second.text, second.notification) == ("hello", "two")
    assert slack.user("U2").dm == []


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("U9", "channel_not_found"),
        ("C9", "channel_not_found"),
        ("C2", "not_in_channel"),
        ("G1", "channel_not_found"),
        ("U0HANDRAIL", "cannot_dm_bot"),
    ],
)
async def test_where_a_message_cannot_go(
    slack: SlackServer, client: AsyncWebClient, channel: str, error: str
) -> None:
    slack.app.scopes.remove("chat:write.public")
    assert (await refused(client.chat_postMessage(channel=channel, text="x")))["error"] == error


async def test_nothing_to_say_or_too_much(client: AsyncWebClient) -> None:
    long = "x" * 40_001
    assert (await refused(client.chat_postMessage(channel="U1", text=long)))["error"] == "msg_too_long"
    assert (await refused(client.api_call("chat.postMessage", json={"channel": "U1"})))["error"] == "no_text"
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": "x" * 2_900}}] * 5
    answer = await refused(client.chat_postMessage(channel="U1", text="x", blocks=blocks))
    assert answer["error"] == "msg_blocks_too_long"


async def test_whoever_is_deactivated_gets_messages_all_the_same(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    """Slack posts into the conversation; only opening it says that nobody is there."""
    await client.conversations_open(users="U1")
    slack.workspace.users["U1"].deleted = True
    assert (await client.chat_postMessage(channel="D0U1", text="x"))["ok"]
    assert (await refused(client.conversations_open(users="U1")))["error"] == "user_disabled"
    assert (await client.users_info(user="U1"))["user"]["deleted"] is True


async def test_opening_direct_messages(slack: SlackServer, client: AsyncWebClient) -> None:
    slack.add_user("U3", "Hidden", hidden=True)
    slack.add_user("U4", "Far", team="T0OTHER")
    assert (await client.conversations_open(users="U1"))["channel"]["id"] == "D0U1"
    for users, error in [
        ("U9", "user_not_found"),
        ("U3", "user_not_visible"),
        ("U4", "user_not_visible"),
        ("U0HANDRAIL", "cannot_dm_bot"),
        ("", "users_list_not_supplied"),
    ]:
        assert (await refused(client.conversations_open(users=users)))["error"] == error
    slack.workspace.add_channel("C3", "shared", "U4", slack.app.bot_user, shared=True)
    assert (await client.conversations_open(users="U4"))["ok"]


async def test_changing_and_deleting(slack: SlackServer, client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel="U1", text="one", blocks=BLOCKS)
    channel, ts = sent["channel"], sent["ts"]
    await client.chat_update(channel=channel, ts=ts, text="two")
    assert [seen.text for seen in slack.user("U1").dm] == ["two"]
    assert (await refused(client.chat_update(channel="U1", ts=ts, text="x")))["error"] == "channel_not_found"
    answer = await refused(client.chat_update(channel=channel, ts="1.0", text="x"))
    assert answer["error"] == "message_not_found"
    place = slack.workspace.conversations[channel]
    slack.publish(place, Message(ts="2.000001", user="U1", text="mine"))
    theirs = {"channel": channel, "ts": "2.000001"}
    assert (await refused(client.chat_update(**theirs, text="x")))["error"] == "cant_update_message"
    assert (await refused(client.chat_delete(**theirs)))["error"] == "cant_delete_message"
    await client.chat_delete(channel=channel, ts=ts)
    assert (await refused(client.chat_delete(channel=channel, ts=ts)))["error"] == "message_not_found"
    assert [seen.text for seen in slack.user("U1").dm] == ["mine"]


async def test_only_one_sees_what_is_ephemeral(slack: SlackServer, client: AsyncWebClient) -> None:
    answer = await client.chat_postEphemeral(channel="C1", user="U1", text="psst")
    [seen] = slack.user("U1").channel("C1")
    assert (seen.text, seen.only_me) == ("psst", True)
    assert slack.user("U2").channel("C1") == []
    assert (await client.conversations_history(channel="C1"))["messages"] == []
    ts = answer["message_ts"]
    assert (await refused(client.chat_update(channel="C1", ts=ts, text="x")))["error"] == "message_not_found"
    slack.add_user("U3", "Elsewhere")
    elsewhere = await refused(client.chat_postEphemeral(channel="C1", user="U3", text="x"))
    assert elsewhere["error"] == "user_not_in_channel"


async def test_metadata_comes_back_when_asked_for(client: AsyncWebClient) -> None:
    metadata = {"event_type": "handrail", "event_payload": {"outbox": 41}}
    sent = await client.chat_postMessage(channel="U1", text="x", metadata=metadata)
    await client.chat_update(channel=sent["channel"], ts=sent["ts"], text="y")
    [bare] = (await client.conversations_history(channel="D0U1"))["messages"]
    assert "metadata" not in bare
    [full] = (await client.conversations_history(channel="D0U1", include_all_metadata=True))["messages"]
    assert full["metadata"] == metadata
    answer = await refused(client.chat_postMessage(channel="U1", text="x", metadata={"event_type": "a"}))
    assert answer["error"] == "invalid_metadata_format"


async def test_history_is_read_in_pages_and_windows(slack: SlackServer, client: AsyncWebClient) -> None:
    sent = [(await client.chat_postMessage(channel="C1", text=str(n)))["ts"] for n in range(5)]
    reply = await client.chat_postMessage(channel="C1", text="reply", thread_ts=sent[1])

    async def texts(**window: Any) -> list[str]:
        answer = await client.conversations_history(channel="C1", **window)
        return [message["text"] for message in answer["messages"]]

    assert await texts() == ["4", "3", "2", "1", "0"]
    assert await texts(oldest=sent[2]) == ["4", "3"]
    assert await texts(oldest=sent[2], latest=sent[3], inclusive=True) == ["3", "2"]
    first = await client.conversations_history(channel="C1", limit=3)
    assert first["has_more"]
    assert await texts(limit=3, cursor=first["response_metadata"]["next_cursor"]) == ["1", "0"]
    parent = await client.conversations_history(channel="C1", latest=sent[1], inclusive=True, limit=1)
    assert [(each["reply_count"], each["latest_reply"]) for each in parent["messages"]] == [(1, reply["ts"])]
    thread = await client.conversations_replies(channel="C1", ts=sent[1])
    assert [message["ts"] for message in thread["messages"]] == [sent[1], reply["ts"]]
    assert (await refused(client.conversations_history(channel="C2")))["error"] == "not_in_channel"
    await client.conversations_join(channel="C2")
    assert (await client.conversations_history(channel="C2"))["messages"] == []
    slack.app.scopes.remove("channels:history")
    assert (await refused(client.conversations_history(channel="C1")))["needed"] == "channels:history"


async def test_people_and_places_as_they_are_told(slack: SlackServer, client: AsyncWebClient) -> None:
    user = (await client.users_info(user="U2", include_locale=True))["user"]
    assert (user["tz"], user["tz_offset"], user["locale"]) == ("Europe/Paris", 3_600, "fr-FR")
    assert user["profile"]["display_name"] == "rivera"
    listed = await client.users_list(limit=2)
    more = await client.users_list(limit=2, cursor=listed["response_metadata"]["next_cursor"])
    names = [each["id"] for each in [*listed["members"], *more["members"]]]
    assert names == ["USLACKBOT", "U0HANDRAIL", "U1", "U2"]
    assert (await client.team_info())["team"]["name"] == "Harbor School"
    assert (await client.conversations_info(channel="C2"))["channel"]["is_member"] is False
    assert (await refused(client.conversations_info(channel="G1")))["error"] == "channel_not_found"
    await client.conversations_open(users="U1")
    mine = (await client.users_conversations(types="im,public_channel"))["channels"]
    assert [each["id"] for each in mine] == ["C1", "D0U1"]
    assert slack.workspace.conversations["D0U1"].kind is Kind.DIRECT


# --- what goes wrong on request -------------------------------------------------------------------


async def test_a_rate_limit_for_one_conversation(slack: SlackServer, client: AsyncWebClient) -> None:
    await client.conversations_open(users="U1")
    slack.faults.limit("chat.*", channel="U1", after=7, times=2)
    for channel in ("U1", "D0U1"):
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=channel, text="x")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "7"
    assert (await client.chat_postMessage(channel="U2", text="x"))["ok"]
    assert (await client.chat_postMessage(channel="U1", text="x"))["ok"]
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    slack.faults.limit("auth.test", after=0)
    assert (await client.auth_test())["ok"]


async def test_broken_answers_and_connections(slack: SlackServer, client: AsyncWebClient) -> None:
    client.retry_handlers.clear()
    slack.faults.status(503, "chat.postMessage")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="U1", text="one")
    assert caught.value.response.status_code == 503
    slack.faults.drop("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="U1", text="two")
    assert slack.user("U1").dm == []
    slack.faults.drop("chat.postMessage", done_first=True)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="U1", text="three")
    assert [seen.text for seen in slack.user("U1").dm] == ["three"]
    slack.faults.refuse("chat.postMessage", "restricted_action")
    assert (await refused(client.chat_postMessage(channel="U1", text="x")))["error"] == "restricted_action"
    assert [call.ok for call in slack.called("chat.postMessage")] == [False] * 4


async def test_a_call_that_is_held(slack: SlackServer, client: AsyncWebClient) -> None:
    held = slack.faults.hold("chat.postMessage")
    sending = slack.deliverer.spawn(client.chat_postMessage(channel="U1", text="x"))
    await held.arrived.wait()
    assert slack.user("U1").dm == []
    held.let_go.set()
    assert (await sending)["ok"]
