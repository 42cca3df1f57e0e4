"""Who is on no ladder sees nothing of cases: leads and helpers not a trace, observers figures and no more."""

import pytest

from handlers import home
from handlers.chat import Buttons, Card, User
from handlers.refusals import Refusal
from storage.words import Role
from tests.integration.test_access import BUTTONS, LADDER, cards_of
from tests.stage import Stage, only_card, words_of

LOOKS = (
    "/handrail",
    "/supervision",
    "/hours",
    "/report",
    "/roster",
    "/peer P-7K2M",
    "/handrail rota",
    "/peers",
    "/pair",
    "/requests",
    "/meeting",
    "/training",
)
PRESSES = (
    "help",
    "mine",
    "week",
    "cases",
    "cases.no",
    "round.results:1",
    "round.answers:1",
    "survey",
    "report",
    "figures",
    "handoffs",
    "nominations",
    "training.who",
    "meeting.groups",
)
OF_CASES = sorted(name for name, allowed in BUTTONS.items() if allowed is LADDER)
SECRETS = ("E-1", "quokka", "wants to die", "P-9KXW", "Maya", "tapir", "lemur", "Leo")


def offered_on(card: Card) -> set[str]:
    """What a card's buttons do, by name."""
    rows = [block.buttons for block in card.blocks if isinstance(block, Buttons)]
    return {button.action.partition(":")[0] for row in rows for button in row}


async def everything_seen_by(stage: Stage, user: str) -> list[str]:
    """All that somebody can bring up, screen by screen."""
    seen = []
    for typed in LOOKS:
        seen += [words_of(card) for card in cards_of(await stage.command(user, typed))]
    for press in PRESSES:
        seen += [words_of(card) for card in cards_of(await stage.press(user, press))]
    cards = await home.cards(
        stage.app.database, stage.app.intake.addresses, User("web", "sandbox", user), stage.clock.now()
    )
    return [*seen, *(words_of(card) for card in cards), *(words_of(card) for card in stage.inbox(user))]


async def a_whole_case(stage: Stage) -> None:
    """A disclosure, from its page to its outcome, with everything that adults record of it."""
    await stage.command("leo", "/checkin tutoring 20m lemur went well")
    await stage.command("maya", "/urgent P-9KXW wants to die, her father hits her, quokka")
    await stage.press("rivera", "case.ack:1:now")
    await stage.press("rivera", "case.note:1")
    await stage.submit(
        "rivera", "case.parents:1", decision="deliberately_not", teller="x", when="y", why="tapir"
    )
    await stage.press("maya", "writer.with:1:yes")
    await stage.press("rivera", "case.seen:1:yes")
    await stage.submit(
        "rivera", "case.outcome:1", outcome="talked", report="made", parents="told", note="tapir"
    )


@pytest.mark.parametrize("role", [Role.LEAD, Role.HELPER])
async def test_nothing_that_a_lead_or_a_helper_sees_tells_that_there_was_a_case(
    stage: Stage, role: Role
) -> None:
    await stage.add("noor", "Noor", role)
    before = await everything_seen_by(stage, "noor")
    assert before, "there is something to look at"
    await a_whole_case(stage)
    assert "E-1" in "\n".join(card.title for card in stage.inbox("rivera"))
    assert await everything_seen_by(stage, "noor") == before, "not a word, a number or a button is another"
    for name in OF_CASES:
        for arguments in ("", ":1", ":1:now", ":1:yes"):
            card = only_card(await stage.press("noor", f"{name}{arguments}"))
            assert words_of(card) == f"Not done\n{Refusal.NOT_ALLOWED.value}"
    await stage.wait(60 * 24 * 8)  # the debrief, the look back, a weekly round
    for secret in SECRETS:
        assert secret not in stage.sees("noor"), secret


async def test_an_observer_reads_the_report_and_is_offered_nothing_to_do(stage: Stage) -> None:
    await stage.add("reyes", "Dr. Reyes", Role.OBSERVER)
    await a_whole_case(stage)
    report = only_card(await stage.command("reyes", "/report"))
    assert not {"report.goals", "survey", "report.observe"} & offered_on(report)
    offered = only_card(await stage.command("rivera", "/report"))
    assert {"survey", "report.observe"} <= offered_on(offered), "the team's adults can"
    menu = only_card(await stage.command("reyes", "/handrail"))
    assert "report" in offered_on(menu), "the way there"
    seen = "\n".join(await everything_seen_by(stage, "reyes"))
    for secret in SECRETS:
        assert secret not in seen, secret


async def test_a_lead_reads_no_other_s_check_in(stage: Stage) -> None:
    await stage.add("noor", "Noor", Role.LEAD)
    await stage.command("maya", "/checkin tutoring 20m quokka went well")
    for name in ("checkin.edit:1", "checkin.undo:1"):
        card = only_card(await stage.press("noor", name))
        assert words_of(card) == f"Not done\n{Refusal.NOT_FOUND.value}"
    given = {"service": "tutoring", "minutes": "15", "concern": "none", "note": "mine"}
    await stage.submit("noor", "checkin.edit:1", **given)
    assert "quokka" in stage.sees("maya")
    assert "quokka" not in stage.sees("noor")
