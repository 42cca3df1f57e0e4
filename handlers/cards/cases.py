"""What the adults on a ladder see of a case. Never a helper's words, but for the note card itself."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.cards import drills
from handlers.cards.words import (
    ABOUT,
    CATEGORY,
    FOUND_BY,
    HOW,
    URGENCY,
    short,
)
from handlers.chat import (
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Fields,
    Text,
    TextStyle,
    action,
)
from handlers.ladder import Told
from handlers.languages import Say, mark
from storage.case_notes import FlagSummary
from storage.cases import Case
from storage.words import About, CaseState, Category, FollowUp, FoundBy

PAGE_FALLBACK = mark("Urgent peer concern. Open Handrail.")
NEWS_FALLBACK = mark("News about a concern. Open Handrail.")
DECISIONS = mark("Parents and report")
# Child Welfare Information Gateway and NSPCC: whoever hurts a child may be at home and pick up the phone.
CALLING_HOME = mark(
    "Check first whether calling home is safe: whoever it is about may live there. "
    "If you are not sure, ask the child-protection line before you call."
)
# What a coordinator sees to on the day itself, from counselling practice and mandated-reporting law.
_SAME_DAY = (
    mark("Report to the authorities, if the law asks for it."),
    mark("Decide about the parents, and who tells them."),
    mark("Tell only those who must know."),
    mark("Agree who goes on with the student."),
    mark("Then close it with its outcome."),
)


@dataclass(frozen=True)
class CaseView:
    """What cards may say about a case: names for adults, flags without words.

    ``helper`` and ``holder`` are names as they stand on the roster, empty where there is nobody.
    ``with_you`` is the writer's answer whether the person is with them ("yes", "no", empty); ``about_team``
    tells whether somebody of the team is left out of the case.
    """

    case: Case
    flags: tuple[FlagSummary, ...]
    helper: str
    holder: str
    zone: ZoneInfo
    with_you: str = ""
    about_team: bool = False

    @property
    def writer_in_danger(self) -> bool:
        """Whether it is the helper themself who needs an adult."""
        return self.case.about is About.WRITER

    def concern(self, say: Say) -> str:
        """The categories in words; "not said yet" only where no other is known."""
        found = list(dict.fromkeys(flag.category for flag in self.flags))
        known = [category for category in found if category is not Category.UNSURE]
        return ", ".join(say(CATEGORY[category]) for category in known or found or [Category.UNSURE])

    def found_by(self, say: Say) -> str:
        """Who found it."""
        finders: list[FoundBy] = list(dict.fromkeys(flag.found_by for flag in self.flags))
        return say.all_of(say(FOUND_BY[finder]) for finder in finders)

    def theme(self, say: Say) -> str:
        """The themes of the reasons, never the words themselves."""
        themes = dict.fromkeys(flag.theme for flag in self.flags if flag.theme)
        # No commas: "the helper is worried, wanting to die" reads as if the helper wanted to.
        return " · ".join(say(theme) for theme in themes)[:200]

    def helper_name(self, say: Say) -> str:
        """Who wrote it."""
        if self.case.helper_id is None:
            return say("somebody not on the roster")
        return short(say, self.helper)

    def holder_name(self, say: Say) -> str:
        """Who has it, while somebody has."""
        return short(say, self.holder)


def _facts(say: Say, view: CaseView, now: datetime) -> Fields:
    case = view.case
    written = [(say("Written"), say.clock_time(case.written_at, view.zone, now))] if case.written_at else []
    pairs = [
        (say("Concern"), view.concern(say)),
        (say("Why"), f"{view.theme(say)} ({view.found_by(say)})"),
        (say("About"), say(ABOUT[case.about])),
        (say("Helper"), view.helper_name(say)),
        *written,
        (say("Opened"), say.clock_time(case.opened_at, view.zone, now)),
    ]
    if view.with_you and not view.writer_in_danger:
        pairs.insert(3, (say("With the helper now"), say("Yes") if view.with_you == "yes" else say("No")))
    if view.with_you and view.writer_in_danger:
        pairs.insert(3, (say("Alone now"), say("No") if view.with_you == "yes" else say("Yes")))
    return Fields(tuple(pairs))


def _warnings(say: Say, view: CaseView) -> tuple[Text, ...]:
    """What an adult must know before doing anything else."""
    warnings = []
    if view.writer_in_danger:
        line = say("It is {helper} who may be in danger. Reach {helper} first.", helper=view.helper_name(say))
        warnings.append(Text(line, TextStyle.STRONG))
    if view.about_team:
        line = say(
            "It may be about somebody on the team, who is not told. "
            "Read the note before you speak of it with anybody."
        )
        warnings.append(Text(line, TextStyle.STRONG))
    if any(flag.category is Category.ABUSE for flag in view.flags):
        warnings.append(Text(say(CALLING_HOME), TextStyle.STRONG))
    return tuple(warnings)


def show_note(say: Say, case: Case) -> Button:
    """Opens the words, for those who may read them."""
    return Button(say("Show the note"), action("case.note", case.id))


def page(say: Say, view: CaseView, repeat: int, now: datetime) -> Card:
    """A page: in ten seconds, what is asked and how to answer."""
    case = view.case
    late = (
        say("This was written long before it reached Handrail. Look when, and reach them now.")
        if case.written_at
        else ""
    )
    # A climb whose steps were taken early counts from before it began.
    since = max(case.climb_started_at, case.opened_at)
    waiting = round((now - since).total_seconds() / 60)
    answer = say("Tap an answer: you are paged until somebody has it.")
    if repeat and waiting:
        unanswered = say("Nobody has answered for {length}.", length=say.length(waiting))
        answer = f"{unanswered} {answer}"
    needs = (
        say("{helper} needs you", helper=view.helper_name(say))
        if view.writer_in_danger
        else say("somebody needs you")
    )
    return Card(
        f"{case.name} · {say(URGENCY[case.urgency])} · {needs}",
        (
            Text(answer, TextStyle.STRONG),
            *((Text(late, TextStyle.STRONG),) if late else ()),
            *_warnings(say, view),
            _facts(say, view, now),
            Buttons(
                (
                    Button(
                        say("I've got it: going now"),
                        action("case.ack", case.id, "now"),
                        ButtonStyle.PRIMARY,
                    ),
                    Button(say("In 10 minutes"), action("case.ack", case.id, "in_10")),
                    Button(say("By phone"), action("case.ack", case.id, "by_phone")),
                    Button(say("I can't"), action("case.decline", case.id)),
                    show_note(say, case),
                )
            ),
        ),
        say(PAGE_FALLBACK),
    )


def status(say: Say, view: CaseView, *, for_holder: bool, now: datetime) -> Card:
    """What a page's card becomes once the case has moved on."""
    if view.case.drill and view.case.state is not CaseState.OPEN:
        return drills.answered(say, view.case)
    if view.case.drill:
        return drills.page(say, view.case)
    match view.case.state:
        case CaseState.ACKNOWLEDGED:
            return _taken(say, view, for_holder=for_holder, now=now)
        case CaseState.RESOLVED:
            title = f"{view.case.name} · {say('closed')}"
            outcome = Button(say("Show the outcome"), action("case.result", view.case.id))
            decided = Button(say(DECISIONS), action("case.decisions", view.case.id))
            blocks = (_facts(say, view, now), Buttons((show_note(say, view.case), outcome, decided)))
            return Card(title, blocks, say(NEWS_FALLBACK))
        case CaseState.JOINED:
            title = f"{view.case.name} · {say('now part of another case')}"
            whole = Button(say("Show the whole case"), action("case.show", view.case.joined_to or 0))
            return Card(title, (Buttons((whole,)),), say(NEWS_FALLBACK))
        case CaseState.WITHDRAWN | CaseState.ASKED:
            title = f"{view.case.name} · {say('nobody was paged')}"
            look_after = Button(say("I'll look after it"), action("case.take", view.case.id))
            buttons = (look_after,) if view.case.state is CaseState.WITHDRAWN else ()
            blocks = (_facts(say, view, now), Buttons((show_note(say, view.case), *buttons)))
            return Card(title, blocks, say(NEWS_FALLBACK))
        case _:
            return page(say, view, 1, now)


def _taken(say: Say, view: CaseView, *, for_holder: bool, now: datetime) -> Card:
    case = view.case
    who = say("You have it") if for_holder else say("{adult} has it", adult=view.holder_name(say))
    time = say.clock_time(case.acknowledged_at or now, view.zone, now)
    arrived = case.follow_up is FollowUp.WITH_STUDENT
    how = "" if arrived else HOW.get(case.acknowledged_how or "", "")
    since = say("Since {time}, {how}.", time=time, how=say(how)) if how else say("Since {time}.", time=time)
    buttons: tuple[Button, ...] = (
        show_note(say, case),
        Button(say("Close with an outcome"), action("case.close", case.id)),
        Button(say("I can't after all"), action("case.decline", case.id))
        if for_holder
        else Button(say("Take over"), action("case.take", case.id)),
    )
    blocks: list[Block] = [Text(since), *_warnings(say, view), _facts(say, view, now)]
    if for_holder and arrived:
        steps = "\n".join(f"• {say(step)}" for step in _SAME_DAY)
        blocks += [Text(say("Today"), TextStyle.STRONG), Text(steps)]
    elif for_holder:
        seen = Button(_with_them(say, view), action("case.seen", case.id, "yes"), ButtonStyle.PRIMARY)
        buttons = (seen, *buttons)
    seldom = (
        Button(say(DECISIONS), action("case.decisions", case.id)),
        Button(say("More …"), action("case.more", case.id)),
    )
    return Card(f"{case.name} · {who}", (*blocks, Buttons(buttons), Buttons(seldom)), say(NEWS_FALLBACK))


def _with_them(say: Say, view: CaseView) -> str:
    if view.writer_in_danger:
        return say("I'm with {helper}", helper=view.helper_name(say))
    return say("I'm with the student")


def ask_with_student(say: Say, view: CaseView) -> Card:
    """A quarter of an hour after the acknowledgement."""
    case = view.case
    asked = (
        say("Are you with {helper}?", helper=view.helper_name(say))
        if view.writer_in_danger
        else say("Are you with the student?")
    )
    return Card(
        f"{case.name} · {asked}",
        (
            Text(say("Without an answer in 5 minutes, paging starts again.")),
            Buttons(
                (
                    Button(
                        say("Yes, or spoken with them"),
                        action("case.seen", case.id, "yes"),
                        ButtonStyle.PRIMARY,
                    ),
                    Button(say("On my way"), action("case.seen", case.id, "on_the_way")),
                    Button(say("I can't after all"), action("case.decline", case.id)),
                    show_note(say, case),
                )
            ),
        ),
        say(PAGE_FALLBACK),
    )


def remind_to_close(say: Say, view: CaseView, now: datetime) -> Card:
    """A day later, while there is no outcome."""
    case = view.case
    opened = say.clock_time(case.opened_at, view.zone, now)
    return Card(
        f"{case.name} · {say('still open')}",
        (
            Text(
                say(
                    "Opened {time}. It closes only with an outcome, "
                    "and you are asked daily until it has one.",
                    time=opened,
                )
            ),
            Buttons(
                (
                    Button(say("Close with an outcome"), action("case.close", case.id), ButtonStyle.PRIMARY),
                    show_note(say, case),
                )
            ),
        ),
        say(NEWS_FALLBACK),
    )


_NEWS = {
    None: mark("The helper has written more about this case. Please read it now."),
    Told.WORDS: mark("The helper has added something. Please read it now."),
    Told.WHERE_OR_WHO: mark("The helper has said where, or who. Open the note to see it."),
    Told.ABOUT: mark("The helper has said more about what it is, or whom it is about."),
    Told.MISTAKE: mark(
        "The helper says that it was a mistake. Please look at it all the same: it stays until you close it."
    ),
}


def _together(say: Say, view: CaseView) -> str:
    """Whether the helper is with the person; of a helper in danger, whether somebody is with them."""
    helper, together = view.helper_name(say), view.with_you == "yes"
    if view.writer_in_danger and together:
        return say("Somebody is with {helper} now.", helper=helper)
    if view.writer_in_danger:
        return say("{helper} is alone now.", helper=helper)
    if together:
        return say("{helper} is with them now.", helper=helper)
    return say("{helper} is not with them.", helper=helper)


def joined_note(say: Say, view: CaseView, what: Told | None = None) -> Card:
    """New words or answers about a case that somebody was already paged for."""
    titles = {
        None: say("a new note"),
        Told.WORDS: say("more words"),
        Told.MISTAKE: say("the helper says: a mistake"),
    }
    line = _together(say, view) if what is Told.WITH_YOU else say(_NEWS[what])
    return Card(
        f"{view.case.name} · {titles.get(what) or say('more to know')}",
        (
            Text(line),
            Buttons((show_note(say, view.case),)),
        ),
        say(PAGE_FALLBACK),
    )


def declined(say: Say, case: Case, *, others_left: bool) -> Card:
    """After "I can't"."""
    text = (
        say(
            "The others on the ladder are paged. "
            "If you can after all, press an answer on any card of this case."
        )
        if others_left
        else say("There is nobody else on the ladder, so you stay paged. Please call an adult who can go.")
    )
    return Card(f"{case.name} · {say('thank you for saying so')}", (Text(text),), say(NEWS_FALLBACK))
