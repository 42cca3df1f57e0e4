"""What the learned reader alone takes for abuse counts as abuse only where it takes it for nothing else."""

import pytest

from handlers.red_flags import combine
from handlers.registry import Said
from handlers.screening import Evidence, Finding, Screening
from handlers.screening.joining import READER
from storage.words import About, Category, Urgency

ABUSE, SELF_HARM, UNSURE = Category.ABUSE, Category.SELF_HARM, Category.UNSURE


def found(category: Category, rule: str = READER) -> Finding:
    """Something that an adult is paged for at once."""
    evidence = (Evidence(0, 5, "words"),)
    return Finding(category, Urgency.IMMEDIATE, About.SOMEBODY_ELSE, evidence, "A reason.", "a theme", rule)


@pytest.mark.parametrize(
    ("findings", "kept"),
    [
        ([found(ABUSE)], [ABUSE]),
        ([found(ABUSE), found(SELF_HARM)], [UNSURE, UNSURE]),
        ([found(SELF_HARM), found(Category.PSYCHOSIS)], [SELF_HARM, Category.PSYCHOSIS]),
        ([found(ABUSE, "en.hits-me"), found(SELF_HARM)], [ABUSE, SELF_HARM]),
        ([found(SELF_HARM, "en.end-my-life"), found(ABUSE)], [SELF_HARM, ABUSE]),
    ],
)
def test_what_it_is_kept_as(findings: list[Finding], kept: list[Category]):
    concern = combine(Said(), Screening(tuple(findings)))
    assert [flag.category for flag in concern.flags] == kept
    assert [flag.theme for flag in concern.flags] == ["a theme"] * len(kept)
    assert concern.urgency is Urgency.IMMEDIATE
