"""A programme's own words: the list, the form, and what they would have done, before they are saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.cards.helpers import FALLBACK
from handlers.cards.words import CATEGORY, short
from handlers.chat import (
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Choice,
    Fields,
    Form,
    Option,
    Select,
    Text,
    TextInput,
    TextStyle,
    action,
)
from handlers.languages import Say, mark
from handlers.local_words_trial import Trial
from storage.words import Category, Urgency

WORDS = 60
"""Characters of a word or a phrase."""
MOST_WORDS = 6
ABOUT = {**CATEGORY, Category.UNSURE: mark("Something else")}
DEEDS = {Urgency.SOON: mark("Page an adult"), Urgency.POSSIBLE: mark("Ask the writer first")}
_EXAMPLE = 120
"""Characters shown of an example."""


@dataclass(frozen=True)
class Listed:
    """Words as somebody typed them, with what is looked for; ``number`` is theirs, or that of their draft."""

    number: int
    words: str
    plain: tuple[str, ...]
    category: Category
    urgency: Urgency


# --- the list ----------------------------------------------------------------------------------


def listing(
    say: Say, shown: Sequence[Listed], *, total: int, page: int, pages: int, most: int, news: str = ""
) -> Card:
    """A page of what is looked for; ``most`` is how many there may be. ``news``: what just happened."""
    blocks: list[Block] = [Text(news)] if news else []
    what = say(
        "Handrail looks for these in everything that is written to it. They come on top: nothing here "
        "switches off what it finds by itself."
    )
    blocks.append(Text(what, TextStyle.QUIET))
    lines = "\n".join(
        f"• “{each.words}” · {say(ABOUT[each.category])} · {say(DEEDS[each.urgency])}" for each in shown
    )
    nothing = say("None yet. Think of what students here say for a place, a drug, a person or a mood.")
    blocks.append(Text(lines or nothing))
    if shown:
        options = tuple(Option(str(each.number), f"“{each.words}”") for each in shown)
        blocks.append(Select(say("Look at one"), action("words.pick"), options))
    turn = []
    if page > 0:
        turn.append(Button(say("Back"), action("words", page - 1)))
    if page + 1 < pages:
        turn.append(Button(say("More"), action("words", page + 1)))
    if turn:
        blocks.append(Buttons(tuple(turn)))
    review = Button(say("What was no concern"), action("words.review"))
    add = Button(say("Add words"), action("words.add"), ButtonStyle.PRIMARY)
    blocks.append(Buttons((add, review) if total < most else (review,)))
    return Card(say("Your own words: {count}", count=total), tuple(blocks), say(FALLBACK))


def one(say: Say, listed: Listed, *, name: str, on: date) -> Card:
    """What words do, who added them and when."""
    added = say("{name}, {day}", name=short(say, name), day=say.whole_day(on))
    buttons = (
        Button(say("Remove"), action("words.remove", listed.number), ButtonStyle.DANGER),
        Button(say("Back to the list"), action("words", 0)),
    )
    facts = Fields((*_facts(say, listed), (say("Added by"), added)))
    return Card(say("Your own words"), (facts, Buttons(buttons)), say(FALLBACK))


def _facts(say: Say, listed: Listed) -> tuple[tuple[str, str], ...]:
    return (
        (say("Words"), f"“{listed.words}”"),
        (say("Looked for as"), " ".join(listed.plain)),
        (say("What it is about"), say(ABOUT[listed.category])),
        (say("What happens"), say(DEEDS[listed.urgency])),
    )


def saved(say: Say, words: str) -> str:
    """They are looked for now."""
    return say("Saved. Handrail looks for “{words}” from now on.", words=words)


def removed(say: Say, words: str) -> str:
    """They are looked for no more."""
    return say("Removed. Handrail no longer looks for “{words}”.", words=words)


def already_there(say: Say) -> str:
    """Somebody has added them before."""
    return say("These words are on your list already. To change what they do, remove them there first.")


def full(say: Say, most: int) -> str:
    """There are as many as there may be."""
    return say("Your list is full: {most} words and phrases. Please remove one first.", most=most)


# --- adding ------------------------------------------------------------------------------------


def form(say: Say, values: Mapping[str, str]) -> Form:
    """The words, what they are about, and what they do. ``values`` are what was typed before."""
    category, deed = values.get("category", ""), values.get("deed", "")
    return Form(
        action("words.add"),
        say("Add words"),
        (
            TextInput(
                name="words",
                label=say("Word or phrase"),
                help=say("At most 6 words. Capitals and accents do not matter. No names of students."),
                value=values.get("words", "")[:WORDS],
                required=True,
                most=WORDS,
            ),
            Choice(
                name="category",
                label=say("What is it about?"),
                options=tuple(Option(each.value, say(label)) for each, label in ABOUT.items()),
                value=category if category in set(ABOUT) else "",
                required=True,
            ),
            Choice(
                name="deed",
                label=say("What happens when somebody writes it?"),
                options=tuple(Option(each.value, say(label)) for each, label in DEEDS.items()),
                value=deed if deed in set(DEEDS) else "",
                required=True,
            ),
        ),
        say("Try it"),
    )


def too_common(say: Say, found: Trial) -> str:
    """Why words cannot be looked for: they would hardly ever mean anything. Empty if they can."""
    if found.is_everyday:
        return say(
            "{count} harmless texts that come with Handrail hold this. It would page for everyday talk. "
            "Please add the words that stand beside it.",
            count=found.everyday,
        )
    if found.is_common:
        return say(
            "{count} of the {total} texts of the last month hold this. That is too common to mean danger. "
            "Please add the words that stand beside it.",
            count=found.hits,
            total=found.texts,
        )
    return ""


def trial(say: Say, listed: Listed, found: Trial) -> Card:
    """What words would have done in the last month, and to which harmless texts. Nothing is saved yet."""
    blocks: list[Block] = [
        Fields(_facts(say, listed)),
        Text(_month(say, listed.urgency, found)),
        Text(_everyday(say, found)),
    ]
    blocks += [Text(_cut(example), TextStyle.QUOTE) for example in found.examples]
    counted = say(
        "From your team's texts only numbers are shown here. Cases that an adult of the team is kept out of "
        "are never counted."
    )
    blocks.append(Text(counted, TextStyle.QUIET))
    buttons = (
        Button(say("Save"), action("words.save", listed.number), ButtonStyle.PRIMARY),
        Button(say("Change"), action("words.add", listed.number)),
        Button(say("Don't save"), action("words.drop", listed.number)),
    )
    return Card(say("Tried, and not saved yet"), (*blocks, Buttons(buttons)), say(FALLBACK))


def _month(say: Say, urgency: Urgency, found: Trial) -> str:
    if not found.texts:
        return say("There is no text of the last month to try it on.")
    if not found.hits:
        return say(
            "Last month it would have done nothing: none of {total} texts holds it.", total=found.texts
        )
    held = say("Last month {hits} of {total} texts held it.", hits=found.hits, total=found.texts)
    if urgency.pages:
        known = say("{known} of them paged anyway.", known=found.known)
        new = say.counted(
            found.new,
            mark("It would have paged {count} more time."),
            mark("It would have paged {count} more times."),
        )
    else:
        known = say("{known} of them paged, or were asked about, anyway.", known=found.known)
        new = say.counted(
            found.new,
            mark("It would have asked {count} more time."),
            mark("It would have asked {count} more times."),
        )
    return " ".join([held, known, new] if found.known else [held, new])


def _everyday(say: Say, found: Trial) -> str:
    if not found.everyday:
        return say("None of the {total} harmless texts that come with Handrail holds it.", total=found.tried)
    return say.counted(
        found.everyday,
        mark("{count} of the {total} harmless texts that come with Handrail holds it:"),
        mark("{count} of the {total} harmless texts that come with Handrail hold it, such as:"),
        total=found.tried,
    )


def _cut(example: str) -> str:
    return example if len(example) <= _EXAMPLE else f"{example[: _EXAMPLE - 1]}…"
