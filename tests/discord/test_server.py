"""The suite's own Discord behaves: the API against the real discord.py."""

import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import discord
import pytest

from tests.discord import DiscordServer, Message, NotPossible

NOW = 1_772_463_600.0


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as made:
        made.workspace.now = lambda: NOW
        yield made


@pytest.fixture
async def client(server: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[discord.Client]:
    """A client that is logged in and not connected: all is plain HTTP."""
    monkeypatch.setattr(discord.http.Route, "BASE", server.api_url)
    async with discord.Client(intents=discord.Intents.none(), max_ratelimit_timeout=30) as made:
        await made.login(server.app.token)
        yield made


Raw = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
async def raw(server: DiscordServer) -> AsyncIterator[Raw]:
    """Calls without a library."""
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {server.app.token}"}) as session:

        async def call(method: str, path: str, **more: Any) -> tuple[int, Any]:
            async with session.request(method, server.api_url + path, **more) as response:
                return response.status, await response.json()

        yield call


async def refused(work: Awaitable[Any]) -> tuple[int, int]:
    with pytest.raises(discord.HTTPException) as caught:
        await work
    return caught.value.status, caught.value.code


# --- who and what ---------------------------------------------------------------------------------


async def test_who_the_bot_is(server: DiscordServer, client: discord.Client) -> None:
    info = await client.application_info()
    assert (info.id, info.name, info.verify_key) == (server.app.id, "Handrail", server.app.public_key)
    assert info.flags.gateway_message_content_limited
    shards, url, limits = await client.http.get_bot_gateway()
    assert (shards, url.partition("?")[0].rstrip("/")) == (1, server.gateway.url)
    assert limits["remaining"] == 1_000


async def test_what_is_not_understood(server: DiscordServer, raw: Raw) -> None:
    assert await raw("GET", "/nowhere") == (404, {"message": "404: Not Found", "code": 0})
    assert (await raw("DELETE", "/users/@me"))[0] == 405
    status, answer = await raw("GET", "/users/@me", headers={"Authorization": "Bot x"})
    assert (status, answer) == (401, {"message": "401: Unauthorized", "code": 0})
    assert (await raw("POST", "/users/@me/channels", data="{", headers={"Content-Type": "application/json"}))[
        1
    ]["code"] == 50109
    assert (await raw("POST", "/users/@me/channels", data="x"))[1]["code"] == 50035
    status, answer = await raw("GET", "/channels/abc")
    assert answer["errors"]["channel"]["_errors"][0]["code"] == "NUMBER_TYPE_COERCE"


async def test_people_and_places_as_they_are_told(server: DiscordServer, client: discord.Client) -> None:
    maya = server.add_user("Maya", nick="M.")
    stranger = server.add_user("Stranger", outside=True)
    private = server.add_channel("own", only=(maya,), bot=False)
    team = server.add_channel("peer-team")
    guild = await client.fetch_guild(server.guild.id)
    member = await guild.fetch_member(maya.id)
    assert (member.name, member.global_name, member.nick) == ("maya", "Maya", "M.")
    assert await refused(guild.fetch_member(stranger.id)) == (404, 10007)
    assert await refused(guild.fetch_member(5)) == (404, 10013)
    with pytest.raises(discord.ClientException):
        _ = [each async for each in guild.fetch_members()]
    assert await refused(client.fetch_channel(private.id)) == (403, 50001)
    assert await refused(client.fetch_channel(5)) == (404, 10003)
    assert (await client.fetch_channel(team.id)).name == "peer-team"  # type: ignore[union-attr]
    assert await refused(client.fetch_guild(5)) == (404, 10004)
    assert await refused(client.fetch_user(5)) == (404, 10013)


async def test_the_list_of_members_needs_the_intent(server: DiscordServer, raw: Raw) -> None:
    maya = server.add_user("Maya")
    listing = f"/guilds/{server.guild.id}/members"
    assert (await raw("GET", listing))[0] == 403
    server.app.intents.add("members")
    _, first = await raw("GET", f"{listing}?limit=2")
    _, rest = await raw("GET", f"{listing}?limit=1000&after={first[-1]['user']['id']}")
    assert {int(each["user"]["id"]) for each in [*first, *rest]} >= {maya.id, server.app.bot_user}
    assert len(first) == 2
    _, found = await raw("GET", f"{listing}/search?query=may&limit=10")
    assert [int(each["user"]["id"]) for each in found] == [maya.id]


# --- messages -------------------------------------------------------------------------------------


async def test_direct_messages_open_although_nothing_can_be_sent(
    server: DiscordServer, client: discord.Client
) -> None:
    maya = server.add_user("Maya")
    user = await client.fetch_user(maya.id)
    await user.send("one")
    maya.close_dms()
    assert (await user.create_dm()).id == maya.direct.id
    assert await refused(user.send("two")) == (403, 50007)
    maya.close_dms(closed=False)
    maya.block()
    assert await refused(user.send("three")) == (403, 50007)
    assert [seen.text for seen in maya.dm] == ["one"]
    stranger = server.add_user("Stranger", outside=True)
    assert await refused((await client.fetch_user(stranger.id)).send("x")) == (403, 50007)


async def test_the_same_nonce_is_the_same_message(server: DiscordServer, client: discord.Client) -> None:
    maya = server.add_user("Maya")
    channel = await client.create_dm(discord.Object(maya.id))
    one = await channel.send("one", nonce="outbox-41")
    two = await channel.send("two", nonce="outbox-41")
    assert (one.id, two.content, one.nonce) == (two.id, "one", "outbox-41")
    [found] = [each async for each in channel.history()]
    assert found.nonce is None, "history does not tell it"
    server.workspace.now = lambda: NOW + 600
    assert (await channel.send("late", nonce="outbox-41")).id != one.id
    assert await refused(channel.send("x", nonce="x" * 26)) == (400, 50035)


async def test_the_history_keeps_ids_of_components_and_tells_no_nonce(
    server: DiscordServer, raw: Raw
) -> None:
    """The numbers that an app gave, and where it gave none, numbers from 1 on.

    https://docs.discord.com/developers/components/reference#anatomy-of-a-component
    """
    channel = server.add_user("Maya").direct.id
    button = {"type": 2, "style": 1, "label": "Yes", "custom_id": "yes"}
    rows = [{"type": 1, "id": 2**31 - 1, "components": [button]}]
    sent = {"components": rows, "nonce": "41", "enforce_nonce": True}
    await raw("POST", f"/channels/{channel}/messages", json=sent)
    _, (shown,) = await raw("GET", f"/channels/{channel}/messages")
    assert "nonce" not in shown
    assert [(row["id"], row["components"][0]["id"]) for row in shown["components"]] == [(2**31 - 1, 1)]
    too_high = {"components": [{**rows[0], "id": 2**31}]}
    assert (await raw("POST", f"/channels/{channel}/messages", json=too_high))[0] == 400


async def test_what_the_bot_may_do_in_a_channel(server: DiscordServer, client: discord.Client) -> None:
    maya = server.add_user("Maya")
    team = server.add_channel("peer-team")
    theirs = await maya.write("mine", team)
    channel = await client.fetch_channel(team.id)
    assert isinstance(channel, discord.TextChannel)
    mine = await channel.send("hello")
    assert await refused(channel.get_partial_message(theirs.id).edit(content="x")) == (403, 50005)
    assert await refused(channel.get_partial_message(theirs.id).delete()) == (403, 50013)
    await mine.edit(content="bye")
    assert maya.messages(team)[-1].text == "bye"
    await mine.delete()
    assert await refused(mine.delete()) == (404, 10008)
    assert await refused(channel.fetch_message(mine.id)) == (404, 10008)
    server.deny(team, "attach_files")
    assert await refused(channel.send(file=discord.File(io.BytesIO(b"x"), "a.txt"))) == (403, 50013)
    server.deny(team, "read_message_history")
    assert [each async for each in channel.history()] == []
    assert await refused(channel.fetch_message(theirs.id)) == (403, 50013)
    server.deny(team, "send_messages")
    assert await refused(channel.send("x")) == (403, 50013)
    server.deny(team, "view_channel")
    assert await refused(channel.send("x")) == (403, 50001)
    server.delete_channel(team)
    assert await refused(channel.send("x")) == (404, 10003)


async def test_history_is_read_in_pages_and_windows(server: DiscordServer, client: discord.Client) -> None:
    maya = server.add_user("Maya")
    sent = [await maya.write(str(number)) for number in range(5)]
    channel = await client.create_dm(discord.Object(maya.id))

    async def texts(**window: Any) -> list[str]:
        return [each.content async for each in channel.history(**window)]

    def at(number: int) -> discord.Object:
        return discord.Object(sent[number].id)

    assert await texts() == ["4", "3", "2", "1", "0"]
    assert await texts(limit=2) == ["4", "3"]
    assert await texts(after=at(1)) == ["2", "3", "4"]
    assert await texts(after=at(1), limit=2) == ["2", "3"]
    assert await texts(before=at(3), limit=2) == ["2", "1"]
    assert await texts(around=at(2), limit=3) == ["3", "2", "1"]
    assert (await channel.fetch_message(sent[0].id)).created_at.timestamp() == NOW


async def test_files_go_there_and_back(server: DiscordServer, client: discord.Client) -> None:
    maya = server.add_user("Maya")
    user = await client.fetch_user(maya.id)
    chart = discord.File(io.BytesIO(b"points"), "chart.png", description="Five check-ins")
    embed = discord.Embed(title="This week").set_image(url="attachment://chart.png")
    sent = await user.send(embed=embed, file=chart)
    assert (sent.attachments[0].content_type, await sent.attachments[0].read()) == ("image/png", b"points")
    [seen] = maya.dm
    assert seen.text == "This week\nFive check-ins"
    await sent.edit(attachments=[])
    assert maya.dm[0].text == "This week"
    big = discord.File(io.BytesIO(bytes(10 * 1024 * 1024 + 1)), "big.bin")
    assert await refused(user.send(file=big)) == (413, 40005)


class Laid(discord.ui.LayoutView):
    """A card of Components V2."""

    box: discord.ui.Container[Any] = discord.ui.Container(
        discord.ui.TextDisplay("# Urgent peer concern\n-# case **E-1**"),
        discord.ui.Separator(),
        discord.ui.Section(
            "Room 114", accessory=discord.ui.Button(label="Show the note", custom_id="note:1")
        ),
        discord.ui.ActionRow(
            discord.ui.Button(label="I've got it", custom_id="mine:1"),
            discord.ui.Button(label="Gone", custom_id="gone:1", disabled=True),
        ),
    )


async def test_a_layout_of_the_new_kind(server: DiscordServer, client: discord.Client) -> None:
    maya = server.add_user("Maya")
    user = await client.fetch_user(maya.id)
    old = await user.send("old", embed=discord.Embed(title="A title"))
    await user.send(view=Laid(timeout=None))
    [_, seen] = maya.dm
    assert seen.text == ("Urgent peer concern\ncase E-1\nRoom 114\n[Show the note]\n[I've got it]\n[Gone]")
    assert seen.buttons == ["Show the note", "I've got it"]
    assert seen.notification == "Urgent peer concern\ncase E-1 Room 114"
    with pytest.raises(NotPossible, match="sends nothing"):
        await maya.press("Gone")
    with pytest.raises(discord.HTTPException, match="cannot be used when using"):
        await old.edit(view=Laid(timeout=None))
    await old.edit(content=None, embeds=[], view=Laid(timeout=None))
    assert maya.dm[0].text == seen.text


async def test_forms_that_are_wrong_say_where(server: DiscordServer, client: discord.Client) -> None:
    user = await client.fetch_user(server.add_user("Maya").id)
    with pytest.raises(discord.HTTPException) as caught:
        await user.send("x" * 2_001, embed=discord.Embed(title="x" * 257))
    assert (caught.value.status, caught.value.code) == (400, 50035)
    assert caught.value.text == (
        "Invalid Form Body\nIn content: Must be 2000 or fewer in length."
        "\nIn embeds.0.title: Must be 256 or fewer in length."
    )
    assert await refused(user.send("  ")) == (400, 50006)


async def test_who_is_mentioned(server: DiscordServer, client: discord.Client) -> None:
    maya = server.add_user("Maya")
    team = server.add_channel("peer-team")
    channel = client.get_partial_messageable(team.id)
    text = f"{maya.mention_text} @everyone"
    assert [each.id for each in (await channel.send(text)).mentions] == [maya.id]
    nobody = await channel.send(text, allowed_mentions=discord.AllowedMentions.none())
    assert (nobody.mentions, nobody.mention_everyone) == ([], False)
    silent = await channel.send("x", silent=True)
    assert maya.see(team, team.messages[silent.id]).notification == ""


async def test_a_link_that_only_unfurls(server: DiscordServer, client: discord.Client) -> None:
    maya = server.add_user("Maya")
    message = await maya.write("https://school.example")
    server.change(maya.direct, message, edited=False, embeds=[{"type": "link", "title": "School"}])
    channel = await client.create_dm(discord.Object(maya.id))
    fetched = await channel.fetch_message(message.id)
    assert (fetched.embeds[0].title, fetched.edited_at) == ("School", None)


# --- interactions ---------------------------------------------------------------------------------


async def test_an_interaction_is_answered_once_and_in_time(server: DiscordServer, raw: Raw) -> None:
    maya = server.add_user("Maya")
    say = {"type": 4, "data": {"content": "hello", "flags": 64}}

    def asked() -> tuple[Any, str]:
        data = {"id": "1", "name": "x", "type": 1}
        made = server.ask(maya.id, maya.direct, 2, data)
        return made, f"/interactions/{made.id}/{made.token}/callback"

    first, path = asked()
    hook = f"/webhooks/{server.app.id}/{first.token}"
    assert (await raw("POST", hook, json={"content": "x"}))[1]["code"] == 10015
    assert (await raw("POST", f"/interactions/{first.id}/x/callback", json=say))[1]["code"] == 10062
    _, wrong = await raw("POST", path, json={"type": 7, "data": {}})
    assert wrong["errors"]["type"]["_errors"][0]["message"] == "Value must be one of {4, 5, 9}."
    status, told = await raw("POST", f"{path}?with_response=1", json=say)
    assert (status, told["interaction"]["response_message_ephemeral"]) == (200, True)
    assert (await raw("POST", path, json=say))[1]["code"] == 40060
    message = told["resource"]["message"]["id"]
    assert (await raw("GET", f"/channels/{maya.direct.id}/messages/{message}"))[1]["code"] == 10008
    assert (await raw("GET", f"{hook}/messages/@original"))[1]["content"] == "hello"
    assert (await raw("PATCH", f"{hook}/messages/{message}", json={"content": "bye"}))[0] == 200
    assert (await raw("GET", f"{hook}/messages/5"))[1]["code"] == 10008
    assert maya.dm[0].text == "bye"
    second, path = asked()
    server.workspace.now = lambda: NOW + 3.5
    assert (await raw("POST", path, json=say))[1]["code"] == 10062
    server.workspace.now = lambda: NOW + 901
    assert (await raw("POST", hook, json={"content": "late"})) == (
        401,
        {"message": "Invalid Webhook Token", "code": 50027},
    )
    assert not second.answer


def test_ids_tell_their_time(server: DiscordServer) -> None:
    one, two = server.workspace.snowflake(), server.workspace.snowflake()
    assert one < two
    assert discord.utils.snowflake_time(one).timestamp() == NOW
    assert json.loads(json.dumps(one)) == one
    assert isinstance(Message(id=one, channel=1, author=1, at=NOW).loading, bool)
