"""A programme's own words: the list, the form, the trial, and what was no concern."""

from collections.abc import Iterator

from handlers.cards import local_words, local_words_review
from handlers.cards.local_words import Listed
from handlers.cards.local_words_review import Reason, Source
from handlers.languages import Say
from handlers.local_words_trial import Trial
from handlers.screening.local import THEME
from storage.words import Category, Urgency
from tests.gallery.picture import Picture, picture
from tests.gallery.sample import NOW, Team


def pictures(team: Team) -> Iterator[Picture]:
    """Everything that ``/handrail words`` shows."""
    words = team.note[: 60 if len(team.name) > 60 else 8]
    listed = Listed(1, words, (words,), Category.SELF_HARM, Urgency.SOON)
    asked = Listed(2, words, (words,), Category.UNSURE, Urgency.POSSIBLE)
    page = [
        listed,
        *(Listed(number, words, (words,), Category.PSYCHOSIS, Urgency.POSSIBLE) for number in range(2, 16)),
    ]
    yield picture(local_words.listing, shown=page, total=40, page=1, pages=3, most=100, news=_saved(words))
    yield picture(local_words.listing, "none", shown=[], total=0, page=0, pages=1, most=100)
    yield picture(local_words.listing, "full", shown=page, total=100, page=6, pages=7, most=100)
    yield picture(local_words.one, listed=listed, name=team.coordinator, on=NOW.date())
    yield picture(local_words.form, values={})
    yield picture(
        local_words.form, "to change", values={"words": words, "category": "abuse", "deed": "possible"}
    )
    example = team.note[: 120 if len(team.name) > 60 else 8]
    held = Trial(texts=180, hits=5, known=2, everyday=4, tried=1302, examples=(example,) * 3)
    yield picture(local_words.trial, listed=listed, found=held)
    yield picture(local_words.trial, "asks", listed=asked, found=Trial(180, 1, 1, 1, 1302, (example,)))
    yield picture(local_words.trial, "nothing found", listed=listed, found=Trial(180, 0, 0, 0, 1302, ()))
    yield picture(local_words.trial, "nothing written", listed=listed, found=Trial(0, 0, 0, 0, 1302, ()))
    reasons = [
        Reason(Source.LOCAL, words, 4, 1, 2),
        Reason(Source.READER, "sounds like abuse", 3, 9, 0),
        Reason(Source.REMOVED, words, 2, 0, 0),
        *[Reason(Source.RULES, THEME, 0, 4, 1)] * 14,
    ]
    yield picture(local_words_review.review, reasons=reasons, days=90)
    yield picture(local_words_review.review, "nothing", reasons=[], days=90)


def _saved(words: str):
    def news(say: Say) -> str:
        return local_words.saved(say, words)

    return news
