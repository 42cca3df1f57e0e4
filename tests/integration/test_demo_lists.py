"""Every list of the sandbox has something to show, and its report every part."""

import pytest

from bot.demo import open_demo
from bot.settings import Settings
from handlers import report
from handlers.chat import CommandUsed, Place, PlaceKind, Reply, User
from handlers.languages import say_in
from storage import programmes
from tests.stage import words_of

LISTS = {
    "rivera": {
        "/pair": "P-4HNA",
        "/requests": "Lunch on Thursday",
        "/roster": "[Nominations: 1]",
        "/training": "5 of 7",
    },
    "maya": {
        "/peers": "P-7K2M",
        "/requests": "Lunch on Thursday",
        "/meeting": "15:30",
        "/training": "Listening",
    },
}
PARTS = {
    "Reach",
    "Kinds of help",
    "Groups and circles",
    "Walks to an adult",
    "When it was too much for a helper",
    "What students say",
    "Who is served, and who helps",
    "How the helpers are",
    "Meetings",
    "Training",
    "How staff see it",
}

BESIDE = (
    "Students reached",
    "Tutoring",
    "Walks to an adult",
    "Talked with an adult",
    "An adult had it within 5 minutes",
    "Would come again",
    "What a helper usually gave",
    "Meetings held",
    "Helpers keep to their role",
)
"""Figures that a principal compares with last term's."""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_list_of_the_sandbox_shows_something(database_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", database_url)
    async with open_demo(Settings(database_url=database_url)) as demo:
        for user, lists in LISTS.items():
            for typed, shows in lists.items():
                event = CommandUsed(
                    dedupe_key=f"{user}{typed}",
                    user=User("web", "sandbox", user),
                    place=Place(PlaceKind.DIRECT, user),
                    at=demo.rehearsal.now(),
                    name=typed.removeprefix("/"),
                    text="",
                )
                (answer,) = await demo.app.intake.receive(event)
                assert isinstance(answer, Reply)
                assert shows in words_of(answer.card), typed
        async with demo.app.database.read() as tx:
            programme = (await programmes.all_programmes(tx))[0]
            found = await report.write(tx, programme, say_in("en"), first=None, now=demo.rehearsal.now())
        assert {section.title for section in found.sections} == PARTS
        told = {each.label: each for section in found.sections for each in section.lines}
        assert told["Asked to be walked to the counselor"].goal.startswith("90")
        assert told["Students reached, by grade: 8"]
        assert told["Helpers, by grade: 11"].now == "6"
        assert not [label for label in BESIDE if not told[label].before], "nothing of last term beside it"
