"""What the person who raised a concern is asked, and told while it goes on. Short sentences: the reader may
be frightened. (The card with the advice is in ``writer.py``; the guidelines named here are listed there.)
"""

from handlers.cards import calls as call_cards
from handlers.cards.calls import Calls
from handlers.cards.words import HELPER_NEWS_TITLE, HOW
from handlers.chat import Block, Button, Buttons, ButtonStyle, Card, Fields, Text, TextStyle, action
from handlers.ladder import HelperNews
from handlers.languages import Say, mark
from handlers.refusals import Refusal
from storage.cases import Case
from storage.programmes import Programme
from storage.words import About

FALLBACK = mark("Handrail has an answer for you.")
# PFA-S ("connect"), #chatsafe: any trusted adult, in school or out of it. Whoever raised it does not wait.
_NOBODY = mark(
    "Your team has no adult here who could be paged. Find any adult you trust near you, at school or at "
    "home, and tell them. I page as soon as somebody is set up."
)
# PFA-S, #chatsafe: as above.
NOBODY_YET = mark(
    "Nobody has answered yet. Everybody has been paged, and paging goes on. Find any adult you trust "
    "near you, at school or at home, and tell them."
)
_NEWS = {
    # PFA-S, "connect": software that waits is no adult.
    HelperNews.NO_ANSWER_YET: mark("Nobody has answered yet. Don't wait for it."),
    HelperNews.GET_ANY_ADULT: NOBODY_YET,
    # What happened, and that it goes on; the advice stands on the card behind "what to do now".
    HelperNews.PAGING_AGAIN: mark("The adult who had it could not go on, or there was more to know."),
}
# To somebody who may be in danger, never "don't wait for it" alone.
_OWN_NEWS = {
    # Safe messaging, MHFA: name who always answers; not alone, with somebody trusted (NSPCC).
    HelperNews.NO_ANSWER_YET: mark(
        "Nobody has answered yet, and I keep calling them. Don't stay alone with it. Call one of these, or "
        "go to somebody near you whom you trust."
    ),
    # The same, and any trusted adult (PFA-S, "connect").
    HelperNews.GET_ANY_ADULT: mark(
        "Nobody has answered yet. Everybody has been called, and I keep calling. Please tell any adult you "
        "trust near you, or call one of these."
    ),
    # Only what is being done: nobody can promise when somebody comes.
    HelperNews.PAGING_AGAIN: mark("I am calling the adults again, until one of them answers."),
}


def news(
    say: Say, case: Case, calls: Calls, what: HelperNews, *, holder: str, anybody_paged: bool = True
) -> Card:
    """How it goes on, told to the writer. ``anybody_paged`` is false where nobody is on the ladder."""
    own = case.about is About.WRITER
    name = Buttons((Button(say("What to do now"), action("writer.card", case.id)),))
    if what is HelperNews.SOMEBODY_HAS_IT:
        how = HOW.get(case.acknowledged_how or "", "")
        line = (
            say("{adult} says: {how}.", adult=holder, how=say(how))
            if how
            else say("{adult} is on it.", adult=holder)
        )
        if own:
            # PFA-S, "connect": who answered, and how in that adult's words; no promise in their name.
            line = " ".join((line, say("You don't have to carry this alone.")))
        title = f"{say('{adult} has it', adult=holder)} ({case.name})"
        return Card(title, (Text(line), name), say(FALLBACK))
    line = say((_OWN_NEWS if own else _NEWS)[what]) if anybody_paged else say(_NOBODY)
    title = f"{say(HELPER_NEWS_TITLE[what])} ({case.name})"
    return Card(title, (Text(line), *call_cards.block(say, calls), name), say(FALLBACK))


def ask_writer(say: Say, case: Case, calls: Calls, *, left_out: bool = False) -> Card:
    """The question to a writer whose words may or may not need an adult now.

    ``left_out``: somebody of the team is kept away, so that "your coordinator" would say the wrong thing.
    """
    title = say("Does this need an adult now?") if left_out else say("Does this need your coordinator now?")
    silence = (
        say(
            "Only you see this. Who was left out is not told. "
            "After 10 minutes of silence I tell another adult."
        )
        if left_out
        else say("Only you see this. Without an answer in 10 minutes I tell your coordinator, to be safe.")
    )
    # MHFA, #chatsafe: ask plainly, and when unsure bring an adult in; silence counts as unsure.
    return Card(
        title,
        (
            Text(silence),
            Buttons(
                (
                    Button(say("Yes"), action("ask.yes", case.id), ButtonStyle.PRIMARY),
                    Button(say("Not sure: tell them"), action("ask.unsure", case.id)),
                    Button(say("No"), action("ask.no", case.id)),
                )
            ),
            *_about_staff(say, case),
            *call_cards.block(say, calls),
        ),
        say(FALLBACK),
    )


def worried(say: Say, case: Case, calls: Calls, *, left_out: bool = False) -> Card:
    """After "I'm worried": one tap more says how urgent it is, so that a slip pages nobody at once."""
    not_now = say("Worried, not in danger now")
    pages = (
        say("The first two page another adult at once. Without an answer I do it in 10 minutes.")
        if left_out
        else say("The first two page your coordinator at once. Without an answer I do it in 10 minutes.")
    )
    # #chatsafe: nobody needs to be sure before they tell an adult. One loud button, so that it is found.
    return Card(
        say("Is somebody in danger right now?"),
        (
            Buttons(
                (
                    Button(say("Danger now"), action("ask.danger", case.id), ButtonStyle.DANGER),
                    Button(not_now, action("ask.yes", case.id)),
                    Button(say("Tapped by mistake"), action("ask.no", case.id)),
                )
            ),
            Text(pages, TextStyle.QUIET),
            *_about_staff(say, case),
            *call_cards.block(say, calls),
        ),
        say(FALLBACK),
    )


def _about_staff(say: Say, case: Case) -> tuple[Block, ...]:
    """Before anybody is told: the one who is told must not be the one it is about."""
    return (Buttons((Button(say("About an adult on the team"), action("writer.staff", case.id)),)),)


def withdrawn(say: Say, *, left_out: bool = False) -> Card:
    """The writer said no."""
    # #chatsafe: the door stays open, and what is seen of it is said.
    text = (
        say("Who was left out does not see it. If it changes, /urgent reaches an adult at once.")
        if left_out
        else say(
            "Your coordinator sees in a list that this was asked. "
            "If it changes, /urgent reaches them at once."
        )
    )
    return plain(say, say("All right, nobody was paged"), text)


def plain(say: Say, title: str, text: str) -> Card:
    """A short answer; its title and text are in the reader's language already."""
    return Card(title, (Text(text),), say(FALLBACK))


def refused(say: Say, refusal: Refusal) -> Card:
    """Something was not done, and why."""
    return plain(say, say("Not done"), say(refusal.value))


def mend(say: Say, errors: tuple[tuple[str, str], ...], draft: int) -> Card:
    """A form was not right; ``errors`` are pairs of an input's label and what to mend."""
    return Card(
        say("Not saved yet"),
        (
            Fields(errors),
            Text(say("What you filled in is kept until tomorrow."), TextStyle.QUIET),
            Buttons((Button(say("Fix it"), action("form.mend", draft), ButtonStyle.PRIMARY),)),
        ),
        say(FALLBACK),
    )


def failed(say: Say, *, raised: bool) -> Card:
    """A mistake of Handrail's own; where a case was ``raised``, that part is safe."""
    lines = [say("Your words were kept and your coordinator is being told.")] if raised else []
    lines.append(
        say("The rest of it was not done. Please try again. If it fails again, tell your coordinator.")
    )
    return plain(say, say("That did not work"), " ".join(lines))


def not_saved(say: Say, programme: Programme | None) -> Card:
    """The database could not keep it: nothing was lost in silence, so the person acts in person."""
    blocks: list[Block] = [
        Text(
            say(
                "Handrail could not save what you just did, and nobody was told. "
                "Please try again in a minute."
            )
        ),
        # PFA-S, "connect": software that failed is no reason to wait for it.
        Text(say("If somebody is in danger, don't wait: go to an adult now."), TextStyle.STRONG),
    ]
    if programme is not None:
        blocks += call_cards.block(say, call_cards.of_team(programme))
    return Card(say("That was not saved"), tuple(blocks), say(FALLBACK))
