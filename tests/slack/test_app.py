"""The suite's own Slack behaves: a bare slack-bolt app in it, over signed HTTP and over a socket."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn

from tests.slack import NotPossible, SlackServer, everything
from tests.slack.deliver import Http
from tests.slack.echo import Echo, make_echo


@pytest.fixture(params=["http", "socket"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def slack(mode: str) -> AsyncIterator[SlackServer]:
    commands = ("/echo", "/card", "/form", "/broken")
    async with SlackServer(everything(commands=commands, socket_mode=mode == "socket")) as server:
        server.add_user("U1", "Maya")
        server.add_user("U2", "Leo")
        server.workspace.add_channel("C1", "peer-team", "U1", "U2", server.app.bot_user)
        server.workspace.add_channel("C2", "elsewhere", "U1")
        yield server


@pytest.fixture
async def echo(slack: SlackServer, mode: str) -> AsyncIterator[Echo]:
    echo = make_echo(slack)
    if mode == "http":
        await slack.connect(echo.site())
        yield echo
        return
    async with echo.over_socket(slack):
        yield echo


async def test_what_is_written_arrives_escaped_and_is_answered(slack: SlackServer, echo: Echo) -> None:
    maya = slack.user("U1")
    await maya.write("1 < 2 & *so* on")
    await slack.settled()
    [written, answer] = maya.dm
    assert (written.mine, written.text) == (True, "1 < 2 & *so* on")
    assert (answer.author, answer.text) == ("Handrail", "You said: 1 < 2 & so on")
    assert slack.user("U2").everything == []
    [body] = echo.heard
    assert body["event"]["text"] == "1 &lt; 2 &amp; *so* on"
    assert (body["event"]["channel_type"], body["event"]["channel"]) == ("im", "D0U1")
    assert (body["team_id"], body["type"]) == ("T0HARBOR", "event_callback")
    assert len(slack.deliverer.attempts) == 2, "its own message came back to it, and Bolt ignored it"


async def test_edits_deletions_threads_and_mentions_in_a_channel(slack: SlackServer, echo: Echo) -> None:
    maya = slack.user("U1")
    message = await maya.write("one", "C1")
    reply = await maya.write("in a thread", "C1", thread=message.ts)
    await maya.edit(message, "two")
    await maya.mention("help", "C1")
    await maya.delete(message)
    await maya.write("unheard", "C2")
    await slack.settled()
    events = [body["event"] for body in echo.heard]
    kinds = [(each["type"], each.get("subtype")) for each in events]
    assert kinds == [
        ("message", None),
        ("message", None),
        ("message", "message_changed"),
        ("message", None),
        ("app_mention", None),
        ("message", "message_deleted"),
    ]
    assert events[1]["thread_ts"] == message.ts
    assert (events[2]["message"]["text"], events[2]["previous_message"]["text"]) == ("two", "one")
    assert events[2]["message"]["edited"]["user"] == "U1"
    assert events[3]["ts"] == events[4]["ts"]
    assert events[4]["text"] == "<@U0HANDRAIL> help"
    texts = [seen.text for seen in slack.user("U2").channel("C1")]
    assert texts == [
        "You said: one",
        "in a thread",
        "You said: in a thread",
        "@Handrail help",
        "You said: @Handrail help",
    ]
    with pytest.raises(NotPossible):
        await slack.user("U2").edit(reply, "not mine")
    with pytest.raises(NotPossible):
        await slack.user("U2").write("not in there", "C2")


async def test_a_command_is_answered_for_one_person(slack: SlackServer, echo: Echo) -> None:
    maya = slack.user("U1")
    await maya.command("/echo", "a & b", "C2")
    [answer] = maya.channel("C2")
    assert (answer.text, answer.only_me, answer.author) == ("echo: a & b", True, "Handrail")
    assert echo.heard[0]["command"] == "/echo"
    assert echo.heard[0]["channel_id"] == "C2"
    with pytest.raises(NotPossible, match="not a valid command"):
        await maya.command("/nothing")


async def test_a_command_that_fails_is_told_by_slackbot(slack: SlackServer, echo: Echo) -> None:
    slack.deliverer.patience = 0.3
    maya = slack.user("U1")
    answer = await maya.command("/broken")
    assert not answer.taken
    [seen] = maya.dm
    assert seen.author == "Slackbot"
    assert seen.text.startswith("/broken failed with the error")
    assert slack.deliverer.waiting == [], "a command is never brought again"


async def test_buttons_and_lists_on_a_message(slack: SlackServer, echo: Echo) -> None:
    maya = slack.user("U1")
    await maya.command("/card")
    [card] = maya.dm
    assert card.text == "A card for @Maya\n[Go & see]\n(Pick one: First)"
    assert card.notification == "A card"
    await maya.choose("First")
    await maya.press("Go & see")
    picked, pressed = echo.heard
    assert picked["actions"][0]["selected_option"]["value"] == "1"
    assert pressed["actions"][0]["value"] == "7"
    assert pressed["actions"][0]["text"]["text"] == "Go &amp; see"
    assert pressed["container"]["is_ephemeral"] is True
    assert "message" not in pressed
    assert [seen.text for seen in maya.dm] == ["Gone"]
    with pytest.raises(NotPossible):
        await maya.press("Go & see")


async def test_a_form_that_comes_back_and_is_taken(slack: SlackServer, echo: Echo) -> None:
    maya = slack.user("U1")
    await maya.command("/form")
    form = maya.modal
    assert form is not None
    assert form.text == ("A form\nNote\nA word is enough\nDone\n( ) Walked\n( ) Talked\nWho\n[Send]")
    with pytest.raises(NotPossible, match="required field: Note"):
        await form.submit()
    with pytest.raises(NotPossible, match="less than 21"):
        form.fill("Note", "x" * 21)
    form.fill("Note", "a & b")
    form.fill("Done", ["Talked"])
    form.fill("Who", "U2")
    echo.refuse = "Not that."
    await form.submit()
    assert form.errors == {"Note": "Not that."}
    assert "Not that." in form.text
    assert "Not that." in maya.modal.text if maya.modal else False
    echo.refuse = ""
    await form.submit()
    assert not slack.workspace.modals["U1"]
    values = echo.submitted[-1]["view"]["state"]["values"]
    assert values["note"]["note"]["value"] == "a & b"
    assert [each["value"] for each in values["done"]["done"]["selected_options"]] == ["talked"]
    assert values["who"]["who"]["selected_user"] == "U2"


async def test_the_home_tab(slack: SlackServer, echo: Echo) -> None:
    maya = slack.user("U1")
    assert maya.home is None
    home = await maya.open_home()
    assert home is not None
    assert home.buttons == ["Go & see"]
    await maya.choose("First", on=home)
    body = echo.heard[-1]
    assert body["view"]["type"] == "home"
    assert "response_url" not in body


async def test_shortcuts(slack: SlackServer, echo: Echo) -> None:
    leo, maya = slack.user("U2"), slack.user("U1")
    message = await maya.write("something", "C1")
    await leo.use_shortcut("Check in")
    await leo.use_message_shortcut("Raise a concern", message)
    shortcut, raised = echo.heard[-2:]
    assert (shortcut["type"], shortcut["callback_id"]) == ("shortcut", "check_in")
    assert raised["type"] == "message_action"
    assert (raised["message"]["user"], raised["message"]["text"]) == ("U1", "something")
    assert (raised["user"]["id"], raised["channel"]["id"]) == ("U2", "C1")


async def test_an_event_that_is_not_taken_is_brought_three_times_more(slack: SlackServer, echo: Echo) -> None:
    slack.deliverer.patience = 0.3
    echo.fail = True
    await slack.user("U1").write("hello")
    for number in (1, 2, 3):
        [waiting] = slack.deliverer.waiting
        assert waiting.number == number
        await slack.deliverer.again()
    assert slack.deliverer.waiting == []
    assert len(slack.deliverer.given_up) == 1
    assert len({body["event_id"] for body in echo.heard}) == 1
    numbers = [headers.get("x-slack-retry-num", ["0"])[0] for headers in echo.headers]
    assert [int(number) for number in numbers] == [0, 1, 2, 3]


async def test_an_answer_that_is_lost_is_another_delivery(slack: SlackServer, echo: Echo) -> None:
    slack.deliverer.lose_answers = 1
    await slack.user("U1").write("hello")
    assert [each.reason for each in slack.deliverer.waiting] == ["http_timeout"]
    [answer] = await slack.deliverer.again(due_only=True)
    assert answer.taken
    assert len(echo.heard) == 2


async def test_people_of_another_workspace(slack: SlackServer, echo: Echo) -> None:
    visitor = slack.add_user("U8", "Visitor", team="T0OTHER")
    slack.workspace.add_channel("C3", "shared", "U8", "U1", slack.app.bot_user, shared=True)
    await visitor.write("hello", "C3")
    [body] = echo.heard
    assert body["is_ext_shared_channel"] is True
    assert (body["event"]["user_team"], body["team_id"]) == ("T0OTHER", "T0HARBOR")
    with pytest.raises(NotPossible):
        await visitor.command("/echo", "hello", "C3")


# --- one mode's own -------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["http"])
async def test_signatures(slack: SlackServer, echo: Echo) -> None:
    http = slack.deliverer.transport
    assert isinstance(http, Http)
    assert await http.challenge()
    assert (await http.post(b"{}", secret="another")).status_code == 401
    assert (await http.post(b"{}", sign=False)).status_code == 401
    assert (await http.post(b"{}", signed_at=http.clock() - 301)).status_code == 401
    assert echo.heard == []


@pytest.mark.parametrize("mode", ["socket"])
async def test_a_socket_that_is_opened_anew(slack: SlackServer, echo: Echo) -> None:
    maya = slack.user("U1")
    await maya.command("/form")
    await slack.sockets.refresh()
    await slack.sockets.connected(2)
    form = maya.modal
    assert form is not None
    form.fill("Note", "still here")
    await form.submit()
    assert len(echo.submitted) == 1
    assert slack.sockets.opened == 2
    slack.sockets.connections.clear()
    await maya.write("nobody listens")
    assert [each.reason for each in slack.deliverer.waiting] == ["connection_failed"]


@pytest.mark.parametrize("mode", ["socket"])
async def test_a_socket_that_is_cut_in_the_middle(slack: SlackServer, echo: Echo) -> None:
    await slack.sockets.cut()
    await slack.sockets.connected(2)
    await slack.user("U1").write("hello")
    assert len(echo.heard) == 1
    assert await asyncio.wait_for(slack.user("U1").command("/echo", "x"), 5)


@pytest.mark.parametrize("mode", ["http"])
async def test_over_the_network(slack: SlackServer, mode: str) -> None:
    echo = make_echo(slack)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(echo.site(), log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        http = await slack.connect(address)
        assert await http.challenge()
        await slack.user("U1").write("hello")
        await slack.settled()
        server.should_exit = True
        await serving
    assert [seen.text for seen in slack.user("U1").dm] == ["hello", "You said: hello"]
    await slack.user("U1").write("anybody there?")
    assert [each.reason for each in slack.deliverer.waiting] == ["connection_failed"]
