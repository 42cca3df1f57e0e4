"""The figures of a week for those who see nothing else."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.cards.helpers import FALLBACK
from handlers.cards.words import service_line
from handlers.chat import Block, Card, Fields, Text, TextStyle
from handlers.languages import Say
from handlers.report_figures import by_service
from handlers.supervision_figures import FEWEST, Digest
from storage.checkins import ServiceTotal


def week(say: Say, view: Digest, totals: Sequence[ServiceTotal]) -> Card:
    """Check-ins, hours, helpers and services; nothing of cases, and nothing below five."""
    check_ins = sum(each.check_ins for each in totals)
    active = sum(1 for each in view.loads if each.check_ins)
    facts = [(say("Check-ins"), _count(say, check_ins)), (say("Helpers"), _count(say, len(view.loads)))]
    facts.append((say("Helpers who logged something"), _count(say, active)))
    if check_ins >= FEWEST:
        facts.append((say("Time"), say.length(sum(each.minutes for each in totals))))
    if view.weeks and view.weeks[-1].answered >= FEWEST:
        last = view.weeks[-1]
        rate = say(
            "{answered} of {asked} ({percent} %)",
            answered=last.answered,
            asked=last.asked,
            percent=round(100 * last.answered / last.asked),
        )
        facts.append((say("Answered the weekly question"), rate))
    lines = (
        [_service(say, each) for each in by_service(totals).values()] if check_ins else [say("No check-ins.")]
    )
    why = say(
        "No names, no words, and no count under {count}: small ones could point at somebody.", count=FEWEST
    )
    blocks: list[Block] = [Fields(tuple(facts))]
    if lines:
        blocks.append(Text("\n".join(lines)))
    blocks.append(Text(why, TextStyle.QUIET))
    return Card(say("The last 7 days"), tuple(blocks), say(FALLBACK))


def _service(say: Say, total: ServiceTotal) -> str:
    """Check-ins and time, and not who took part: that would be another, smaller count."""
    if total.service:
        return service_line(say, replace(total, groups=0, people=0, agreed=0, not_agreed=0))
    return say(
        "Other services together: {count} check-ins, {length}",
        count=total.check_ins,
        length=say.length(total.minutes),
    )


def _count(say: Say, number: int) -> str:
    return str(number) if number >= FEWEST or not number else say("under {count}", count=FEWEST)
