"""Who writes: people of other workspaces and guests are heard, trusted with nothing; machines are not."""

from collections.abc import AsyncIterator

import pytest

from storage.db import Database
from tests.integration.slack_team import Team, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, from_app, told
from tests.scenarios.drivers.slack import CHANNEL
from tests.slack import Message, Person
from tests.slack.workspace import Json

NOT_ON_THE_LIST = "You are not on this team's list yet."
FAR, GUEST = "U0FAR", "U0GUEST"


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    """Somebody of another workspace and a guest are in the channel, which is shared."""
    async with open_team(database) as opened:
        opened.slack.add_user(FAR, "Noor", team="T0FAR")
        opened.slack.add_user(GUEST, "Gus", is_restricted=True)
        channel = opened.slack.workspace.conversations[CHANNEL]
        channel.shared = True
        channel.members |= {FAR, GUEST}
        yield opened


def stranger(team: Team, user: str) -> Person:
    return team.slack.user(user)


@pytest.mark.parametrize("user", [FAR, GUEST])
@pytest.mark.parametrize("place", ["", CHANNEL], ids=["to the bot", "in the channel"])
async def test_a_red_flag_of_a_stranger_pages(team: Team, user: str, place: str) -> None:
    await stranger(team, user).write(DANGER, place)
    await team.settle()
    assert len(pages(team.rivera)) == 1
    assert "somebody not on the roster" in pages(team.rivera)[0].text
    answer = [seen for seen in stranger(team, user).everything if "is being told now" in seen.text]
    assert len(answer) == 1
    assert answer[0].only_me is bool(place), "nobody else in the channel reads it"
    assert "988" in answer[0].text


@pytest.mark.parametrize("user", [FAR, GUEST])
async def test_a_stranger_can_answer_the_questions_on_their_own_card(team: Team, user: str) -> None:
    person = stranger(team, user)
    await person.write(ABOUT_A_PEER, CHANNEL)
    await team.settle()
    await person.press("With me now")
    await team.settle()
    assert NOT_ON_THE_LIST not in told(person)
    await team.rivera.press("I've got it: going now")
    await team.settle()
    assert "Ms. Rivera has it" in told(person)


@pytest.mark.parametrize(
    "command", ["/checkin", "/checkin 30m", "/handrail setup", "/handrail watch", "/roster"]
)
async def test_a_guest_is_trusted_with_no_command_and_told_so_privately(team: Team, command: str) -> None:
    guest = stranger(team, GUEST)
    before = await team.rows()
    name, _, text = command.partition(" ")
    answer = await guest.command(name, text, CHANNEL)
    await team.settle()
    assert answer.taken
    assert guest.modal is None
    said = [seen for seen in guest.channel(CHANNEL) if NOT_ON_THE_LIST in seen.text]
    assert [seen.only_me for seen in said] == [True]
    assert "/urgent works for everybody" in said[0].text
    changed = {table for table, count in (await team.rows()).items() if count != before[table]}
    assert changed == {"seen_events"}


async def test_urgent_works_for_a_guest(team: Team) -> None:
    await stranger(team, GUEST).command("/urgent", "", CHANNEL)
    await team.settle()
    assert len(pages(team.rivera)) == 1


async def test_a_stranger_raises_a_message_and_an_adult_is_told(team: Team) -> None:
    message = await team.leo.write("see you on Monday", CHANNEL)
    await stranger(team, GUEST).use_message_shortcut("Raise a concern", message)
    await team.settle()
    assert await team.cases() == 1
    assert "now" in told(stranger(team, GUEST)).casefold()


@pytest.mark.parametrize("user", [FAR, GUEST])
async def test_a_strangers_home_tab_says_how_to_get_help_and_nothing_else(team: Team, user: str) -> None:
    await team.maya.write(DANGER)
    await stranger(team, user).open_home()
    await team.settle()
    home = stranger(team, user).home
    assert home is not None
    assert NOT_ON_THE_LIST in home.text
    assert home.buttons == []


@pytest.mark.parametrize("user", [FAR, GUEST])
async def test_a_button_of_an_adults_card_refuses_a_stranger(team: Team, user: str) -> None:
    await team.leo.write(ABOUT_A_PEER)
    await team.settle()
    page = pages(team.rivera)[0]
    for label in ("I've got it: going now", "Show the note"):
        control = next(each for each in page.controls if each.label == label)
        await stranger(team, user).act(page, control, {})
        await team.settle()
    assert stranger(team, user).modal is None
    assert ABOUT_A_PEER not in told(stranger(team, user))
    assert "I've got it: going now" in pages(team.rivera)[0].buttons, "nobody has it yet"


async def test_an_event_of_a_shared_channel_names_the_other_workspace_and_ours_is_meant(team: Team) -> None:
    """Slack tells them once, by either workspace's name; which apps may read it stands beside."""
    person = stranger(team, FAR)
    message = Message(ts=team.slack.workspace.moment(), user=FAR, text=DANGER)
    payload = team.slack.payloads.posted(message, team.slack.workspace.conversations[CHANNEL])
    payload["team_id"] = "T0FAR"
    await team.slack.tell(payload)
    await team.settle()
    assert len(pages(team.rivera)) == 1
    payload = team.slack.payloads.posted(message, team.slack.workspace.conversations[CHANNEL])
    payload["team_id"] = "T0FAR"
    payload["event"]["ts"] = team.slack.workspace.moment()
    payload["authorizations"][0]["team_id"] = "T0FAR"
    await team.slack.tell(payload)
    await team.settle()
    assert await team.cases() == 1, "that one was for the app of the other workspace"
    assert person.account.team == "T0FAR"


# --- machines ----------------------------------------------------------------------------------

MACHINES: dict[str, Json] = {
    "another bot": {"user": "U0BOT", "bot_id": "B0OTHER"},
    "another bot without an account": {"subtype": "bot_message", "bot_id": "B0OTHER", "user": None},
    "a workflow": {"subtype": "bot_message", "bot_id": "B0FLOW"},
    "the bot itself": {"user": "U0HANDRAIL", "bot_id": "B0HANDRAIL"},
    "the bot itself, told without its bot": {"user": "U0HANDRAIL"},
    "Slackbot": {"user": "USLACKBOT"},
    "somebody who joins": {"subtype": "channel_join"},
    "a topic": {"subtype": "channel_topic"},
    "a reminder": {"subtype": "reminder_add"},
    "a reply that is counted": {"subtype": "message_replied"},
}


async def test_words_of_machines_are_nobodys(team: Team) -> None:
    places = (team.slack.direct(team.maya.id), team.slack.workspace.conversations[CHANNEL])
    for place in places:
        for who, event in MACHINES.items():
            message = Message(ts=team.slack.workspace.moment(), user=team.maya.id, text=DANGER)
            payload = team.slack.payloads.posted(message, place)
            payload["event"] |= event
            answer = await team.slack.tell(payload)
            await team.settle()
            assert answer is not None
            assert answer.taken, who
            assert await team.cases() == 0, who
    assert told(team.rivera) == ""


@pytest.mark.parametrize("subtype", ["file_share", "me_message", "thread_broadcast"])
async def test_words_of_people_are_heard_in_whatever_way_they_wrote_them(team: Team, subtype: str) -> None:
    where = team.slack.workspace.conversations[CHANNEL]
    message = Message(ts=team.slack.workspace.moment(), user=team.leo.id, text=ABOUT_A_PEER, subtype=subtype)
    await team.slack.tell(team.slack.publish(where, message, tell=False))
    await team.settle()
    assert len(pages(team.rivera)) == 1


async def test_what_the_bot_says_again_of_somebodys_words_is_not_heard_as_new(team: Team) -> None:
    await team.leo.write(f"P-7K2M tutoring 30m, {ABOUT_A_PEER}")
    await team.settle()
    echoes = [each for each in team.slack.deliverer.attempts if "bot_id" in str(each.payload)]
    assert echoes, "Slack brings the bot its own messages"
    assert any(ABOUT_A_PEER in seen.text for seen in from_app(team.leo)), "and this one holds the words"
    assert await team.cases() == 1
    await team.catch_up()
    assert await team.cases() == 1
