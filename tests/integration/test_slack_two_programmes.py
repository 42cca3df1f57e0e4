"""Two programmes in two workspaces, on one database: neither sees, hears or does anything of the other's.

People, channels and cases have the same ids in both, as they may on Slack: a user id says nothing by itself.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from storage.db import Database
from storage.words import Role
from tests.integration.slack_team import OtherTeamDriver, Team, everybody_told, open_team, pages
from tests.integration.team import ABOUT_A_PEER, DANGER, check_in, from_app, told
from tests.scenarios.driver import Player
from tests.scenarios.drivers.slack import CHANNEL
from tests.scenarios.world import Setting
from tests.slack import Person
from tests.slack.deliver import encode

ELSEWHERE = Setting(
    players=(
        Player("Nina", Role.HELPER),
        Player("Olu", Role.HELPER),
        Player("Dr. Tanaka", Role.COORDINATOR),
        Player("Mx. Sand", Role.BACKUP),
    )
)


@dataclass
class Both:
    """Two teams by one clock; ``here`` is the usual one."""

    here: Team
    elsewhere: Team

    @property
    def nina(self) -> Person:
        return self.elsewhere.named("Nina")

    @property
    def tanaka(self) -> Person:
        return self.elsewhere.named("Dr. Tanaka")

    async def settle(self) -> None:
        """Let both bots do what is due; each finds what the other has written for it."""
        for team in (self.here, self.elsewhere, self.here):
            await team.settle()

    async def wait(self, minutes: int) -> None:
        """Let time pass for both, by minutes."""
        for _ in range(minutes):
            self.here.pass_seconds(60)
            await self.settle()


@pytest.fixture
async def both(database: Database) -> AsyncIterator[Both]:
    async with (
        open_team(database) as here,
        open_team(database, setting=ELSEWHERE, driver=OtherTeamDriver) as elsewhere,
    ):
        elsewhere.world.clock = here.world.clock
        await elsewhere.restart()
        yield Both(here, elsewhere)


async def test_people_have_the_same_ids_in_both(both: Both) -> None:
    assert both.nina.id == both.here.maya.id
    assert both.tanaka.id == both.here.rivera.id


async def test_a_page_goes_to_nobody_of_the_other_programme_as_long_as_it_climbs(both: Both) -> None:
    await both.here.maya.write(DANGER)
    await both.settle()
    await both.wait(12)
    assert len(pages(both.here.rivera)) >= 3
    assert len(pages(both.here.okafor)) >= 2
    assert everybody_told(both.elsewhere) == ""
    assert both.elsewhere.slack.called("chat.postMessage") == []


async def test_each_programmes_case_goes_its_own_way(both: Both) -> None:
    await both.here.maya.write(DANGER)
    await both.nina.write(ABOUT_A_PEER)
    await both.settle()
    await both.tanaka.press("I've got it: going now")
    await both.settle()
    assert "Dr. Tanaka has it" in told(both.nina)
    assert "has it" not in told(both.here.maya)
    assert "You have it" not in told(both.here.rivera)
    await both.wait(5)
    assert len(pages(both.here.okafor)) == 1, "the other case still climbs"
    assert pages(both.elsewhere.named("Mx. Sand")) == []


async def test_lists_menus_and_the_home_tab_show_ones_own(both: Both) -> None:
    await both.here.maya.command("/checkin", "P-7K2M tutoring 30m, went well")
    await both.here.maya.write(DANGER)
    await both.settle()
    await both.nina.open_home()
    await both.tanaka.open_home()
    await both.tanaka.command("/handrail")
    await both.tanaka.command("/roster")
    await both.tanaka.press("Open cases")
    await both.settle()
    homes = [person.home for person in (both.nina, both.tanaka)]
    shown = "\n".join(
        [everybody_told(both.elsewhere), *(home.text for home in homes if home), told(both.tanaka)]
    )
    assert "No open cases" in shown
    assert "Nothing logged yet." in shown
    assert "Nina" in shown
    for word in ("E-1", "Maya", "Rivera", "went well"):
        assert word not in shown


@pytest.mark.parametrize("path", ["case.show:1", "case.ack:1:now", "case.note:1", "writer.card:1"])
async def test_a_button_of_the_other_programmes_case_does_nothing(both: Both, path: str) -> None:
    await both.here.maya.write(DANGER)
    await both.settle()
    await both.nina.command("/handrail")
    await both.tanaka.command("/handrail")
    for person in (both.nina, both.tanaka):
        menu = person.everything[-1]
        button = next(control for control in menu.controls if control.label == "Help")
        await person.act(menu, replace(button, action_id=path), {})
    await both.settle()
    assert "That is not there any more, or it is somebody else's." in told(both.tanaka)
    for words in (DANGER, "Maya", "You have it"):
        assert words not in everybody_told(both.elsewhere)
    assert "has it" not in told(both.here.maya)


async def test_what_the_other_workspace_sends_is_refused_however_it_is_signed(both: Both) -> None:
    """Everything that can be done is done elsewhere, and then brought here, signed as it ought to be."""
    nina = both.nina
    message = await nina.write(DANGER)
    await nina.edit(message, ABOUT_A_PEER)
    await nina.mention(ABOUT_A_PEER, CHANNEL)
    await nina.command("/urgent", DANGER)
    await nina.command("/checkin")
    await check_in(nina, DANGER, "Danger now: page an adult at once").submit()
    await nina.use_shortcut("Check in")
    await nina.use_message_shortcut("Raise a concern", message)
    await nina.open_home()
    await both.settle()
    await nina.press("I'm worried", on=nina.home)
    await both.settle()
    await both.tanaka.press("I've got it: going now")
    await both.settle()
    brought = list(both.elsewhere.slack.deliverer.attempts)
    assert len({attempt.payload.get("type", "command") for attempt in brought}) >= 6, "one of every kind"
    rows, calls = await both.here.rows(), len(both.here.slack.calls)
    for attempt in brought:
        answer = await both.here.http.post(*encode(attempt))
        assert answer.status_code == 200, "or Slack would bring it again"
        assert DANGER not in answer.text
    await both.here.driver.settled()
    assert await both.here.rows() == rows
    assert len(both.here.slack.calls) == calls, "nobody was asked or told anything"
    assert everybody_told(both.here) == ""


async def test_the_weekly_question_of_each_is_put_and_answered_in_its_own_place(both: Both) -> None:
    both.here.world.clock.set(both.here.world.clock.now().replace(day=9, hour=14))  # Monday at nine
    await both.settle()
    assert [len(from_app(person)) for person in (both.here.maya, both.nina)] == [1, 1]


async def test_what_was_missed_is_read_by_the_bot_whose_workspace_it_is(both: Both) -> None:
    both.here.slack.deliverer.lose_requests = 1
    await both.here.maya.write(DANGER)
    await both.elsewhere.catch_up()
    assert await both.here.cases() == 0
    await both.here.catch_up()
    await both.settle()
    assert len(pages(both.here.rivera)) == 1
    assert pages(both.tanaka) == []
