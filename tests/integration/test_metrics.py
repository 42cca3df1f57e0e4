"""What Prometheus is told, and what of it only the database knows."""

from datetime import timedelta

from tests.stage import Stage


async def told(stage: Stage, name: str) -> dict[str, float]:
    """The figures of one name, by their labels."""
    shown = (await stage.app.metrics.render(stage.app.database, stage.clock.now())).decode()
    lines = [line.rpartition(" ") for line in shown.splitlines() if line.startswith(f"{name}{{")]
    return {labels.removeprefix(name): float(figure) for labels, _, figure in lines}


async def answered_after(stage: Stage, user: str, minutes: float) -> None:
    await stage.command(user, "/urgent")
    await stage.wait(minutes)
    await stage.press_last("rivera", "I've got it")


async def test_how_soon_adults_answer_is_told_from_the_first_page_on(stage: Stage) -> None:
    assert await told(stage, "handrail_acknowledge_seconds") == {}
    await answered_after(stage, "maya", 1)
    await answered_after(stage, "leo", 3)
    await stage.command("stranger", "/urgent")
    assert await told(stage, "handrail_acknowledge_seconds") == {
        '{quantile="0.5"}': 60.0,
        '{quantile="0.9"}': 180.0,
        '{quantile="1.0"}': 180.0,
    }
    stage.clock.moment += timedelta(days=31)
    assert await told(stage, "handrail_acknowledge_seconds") == {}, "it is about the last thirty days"


async def test_a_drill_says_nothing_of_how_soon_adults_answer(stage: Stage) -> None:
    await stage.command("rivera", "/drill")
    await stage.wait(1)
    await stage.press_last("rivera", "I've got it")
    assert await told(stage, "handrail_acknowledge_seconds") == {}


async def test_a_page_that_waits_is_told_by_its_age_and_failures_by_their_kind(
    stage: Stage,
) -> None:
    await stage.command("maya", "/urgent")
    assert await told(stage, "handrail_oldest_unsent_seconds") == {
        '{lane="pages"}': 0.0,
        '{lane="rest"}': 0.0,
    }
    assert (await told(stage, "handrail_sent_total"))['{lane="pages",result="sent"}'] >= 1
    assert (await told(stage, "handrail_pages"))['{state="sent"}'] == 1
