"""The suite's own Discord behaves: a bare discord.py bot and the people who use it."""

from collections.abc import AsyncIterator

import pytest

from tests.discord import DiscordServer, NotPossible
from tests.discord.echo import Echo, running

NOW = 1_772_463_600.0


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as made:
        made.workspace.now = lambda: NOW
        yield made


@pytest.fixture
async def bot(server: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Echo]:
    async with running(server, monkeypatch) as made:
        yield made


async def test_what_is_written_arrives_and_is_answered(server: DiscordServer, bot: Echo) -> None:
    maya = server.add_user("Maya")
    await maya.write("hello **you**")
    await server.settled()
    [written, answer] = maya.dm
    assert (written.mine, written.text) == (True, "hello you")
    assert (answer.author, answer.by_app, answer.text) == ("Handrail", True, "You said: hello you")
    assert answer.notification == "You said: hello you"
    [heard] = bot.heard
    assert heard.content == "hello **you**"
    assert heard.created_at.timestamp() == NOW


async def test_a_command_is_typed_with_its_options(server: DiscordServer, bot: Echo) -> None:
    maya, leo = server.add_user("Maya"), server.add_user("Leo")
    team = server.add_channel("peer-team")
    answer = await maya.command("echo", team, text="hi ", times=2)
    assert answer.taken
    assert [seen.text for seen in leo.messages(team)] == ["echo: hihi"]
    with pytest.raises(NotPossible, match="required"):
        await maya.command("echo", team)
    with pytest.raises(NotPossible, match="from 1 to 3"):
        await maya.command("echo", team, text="x", times=4)
    with pytest.raises(NotPossible, match="no option"):
        await maya.command("echo", team, words="x")
    with pytest.raises(NotPossible, match="no command"):
        await maya.command("shout")
    assert await maya.suggestions("echo", "text", "he") == ["he!"]


async def test_a_form_is_filled_in_sent_and_closed(server: DiscordServer, bot: Echo) -> None:
    maya = server.add_user("Maya")
    await maya.command("form")
    form = maya.modal
    assert form is not None
    assert (form.title, [each.label for each in form.questions]) == ("A form", ["Note", "About"])
    assert form.text == "A form\nNote\nA word is enough\nAbout\n( ) Me\n( ) Else\n[Submit]"
    with pytest.raises(NotPossible, match="required: Note"):
        await form.submit()
    with pytest.raises(NotPossible, match="20 or fewer"):
        form.fill("Note", "x" * 21)
    with pytest.raises(NotPossible, match="No option"):
        form.choose("About", "Nobody")
    form.fill("Note", "went\nwell")
    form.choose("About", "Else")
    assert (form.value("Note"), form.value("About")) == ("went well", ["Else"])
    assert (await form.submit()).taken
    assert maya.modal is None, "a form closes whatever the app answers"
    [data] = bot.submitted
    assert data["custom_id"] == "form"
    assert [
        each["component"].get("value", each["component"].get("values")) for each in data["components"]
    ] == [
        "went well",
        ["2"],
    ]
    assert maya.dm[-1].only_me


async def test_a_form_that_nobody_takes_stays_open(server: DiscordServer, bot: Echo) -> None:
    maya = server.add_user("Maya")
    await maya.command("form")
    form = maya.modal
    assert form is not None
    form.fill("Note", "x")
    await bot.close()
    await server.gateway.disconnected()
    assert not (await form.submit()).taken
    assert form.text.endswith("Something went wrong. Try again.\n[Submit]")
    assert maya.modal is not None
    form.close()
    assert maya.modal is None


async def test_buttons_and_lists_of_a_card(server: DiscordServer, bot: Echo) -> None:
    maya, leo = server.add_user("Maya"), server.add_user("Leo")
    team = server.add_channel("peer-team")
    await maya.command("card", team)
    [card] = leo.messages(team)
    assert card.text == "A card\n[Go & see]\n(Pick one: First, Second)"
    await leo.choose("Second")
    await server.settled()
    [seen, picked] = leo.messages(team)
    assert (picked.only_me, "['2']" in picked.text) == (True, True)
    assert maya.messages(team) == [maya.see(team, seen.message)]
    assert (await maya.press("Go & see")).taken
    [gone] = maya.messages(team)
    assert (gone.text, gone.buttons) == ("Gone 7", [])
    with pytest.raises(NotPossible, match="no “Go & see”"):
        await maya.press("Go & see")
    with pytest.raises(NotPossible):
        await maya.act(card, card.controls[1], ["9"])


async def test_thinking_follow_ups_and_edits(server: DiscordServer, bot: Echo) -> None:
    maya = server.add_user("Maya")
    team = server.add_channel("peer-team")
    await maya.command("think", team)
    assert maya.messages(team)[0].only_me
    await server.settled()
    assert [(seen.text, seen.only_me) for seen in maya.messages(team)] == [
        ("Thought again", True),
        ("More", True),
    ]
    assert maya.messages(team)[0].notification == ""
    maya.dismiss(maya.messages(team)[0])
    assert [seen.text for seen in maya.messages(team)] == ["More"]


async def test_an_app_that_says_nothing(server: DiscordServer, bot: Echo) -> None:
    maya = server.add_user("Maya")
    server.patience = 0.05
    answer = await maya.command("silent")
    assert (answer.taken, answer.reason) == (False, "The application did not respond")
    assert maya.troubles == ["The application did not respond"]


async def test_an_answer_that_comes_too_late(server: DiscordServer, bot: Echo) -> None:
    maya = server.add_user("Maya")
    server.patience = 0.05
    held = server.faults.hold("POST /interactions/*/callback", about=maya.id)
    assert not (await maya.command("echo", text="x")).taken
    server.workspace.now = lambda: NOW + 4
    held.let_go.set()
    await server.settled()
    [call] = server.called("POST /interactions/*/callback")
    assert (call.answer["code"], maya.dm) == (10062, [])


async def test_commands_from_menus(server: DiscordServer, bot: Echo) -> None:
    maya, leo = server.add_user("Maya"), server.add_user("Leo")
    team = server.add_channel("peer-team")
    message = await leo.write("I am tired", team)
    await maya.use_message_command("Raise a concern", message)
    assert maya.messages(team)[-1].text == "About: I am tired"
    await maya.use_user_command("Welcome", leo, team)
    assert leo.messages(team)[-1].text == "Welcome, leo"


async def test_edits_deletions_and_mentions_in_channels(server: DiscordServer, bot: Echo) -> None:
    maya, leo = server.add_user("Maya"), server.add_user("Leo", nick="Leo B.")
    team, own = server.add_channel("peer-team"), server.add_channel("own", only=(maya,), bot=False)
    message = await maya.write(f"one for {leo.mention_text}", team)
    assert maya.messages(team)[0].text == "one for @Leo B."
    await maya.edit(message, "two")
    await maya.delete(message)
    await maya.write("unheard", own)
    await maya.mention("help", team)
    await server.settled()
    assert [each.content for each in bot.heard] == [f"one for <@{leo.id}>", f"<@{server.app.bot_user}> help"]
    assert [name for name, _ in bot.raw] == ["edit", "delete"]
    assert bot.raw[0][1].message.content == "two"
    with pytest.raises(NotPossible, match="one's own"):
        await leo.edit(message, "x")
    with pytest.raises(NotPossible, match="cannot write"):
        await leo.write("x", own)
    assert leo.messages(own) == []


async def test_who_leaves_and_what_is_gone(server: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> None:
    import discord

    server.app.intents.add("members")
    maya = server.add_user("Maya")
    team = server.add_channel("peer-team")
    async with running(server, monkeypatch, discord.Intents.all() & ~discord.Intents(presences=True)) as bot:
        assert [member.name for guild in bot.guilds for member in guild.members].count("maya") == 1
        await maya.rename("M.")
        await maya.leave()
        server.delete_channel(team)
        await server.settled()
        assert [name for name, _ in bot.raw] == ["left", "channel deleted"]
        assert bot.raw[0][1].user.display_name == "M."
        with pytest.raises(NotPossible, match="could not be delivered"):
            await maya.write("hello")
        with pytest.raises(discord.Forbidden) as refused:
            await (await bot.fetch_user(maya.id)).send("hello")
        assert refused.value.code == 50007


async def test_commands_that_need_a_permission(server: DiscordServer, bot: Echo) -> None:
    import discord

    guild = server.guild
    maya, rivera = server.add_user("Maya"), server.add_user("Ms. Rivera", may="manage_guild")
    team = server.add_channel("peer-team")

    @bot.tree.command(name="setup", description="Set up", guild=discord.Object(guild.id))
    @discord.app_commands.default_permissions(manage_guild=True)
    async def setup(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(str(interaction.permissions.manage_guild))

    await bot.tree.sync(guild=discord.Object(guild.id))
    assert [sync.guild for sync in server.app.syncs] == [None, guild.id]
    with pytest.raises(NotPossible, match="no command"):
        await maya.command("setup", team)
    with pytest.raises(NotPossible, match="no command"):
        await rivera.command("setup")
    assert (await rivera.command("setup", team)).taken
    assert maya.messages(team)[-1].text == "True"
    server.grant(maya, "manage_guild")
    assert (await maya.command("setup", team)).taken
