"""The card of whoever raised a concern: what was done, what it asks, what to do. It changes with answers.

Short sentences: the reader may be fifteen and standing next to a crying friend. The advice follows
published guidance, named beside each line: safe messaging on suicide (reportingonsuicide.org; Orygen's
#chatsafe guidelines, 2nd ed.), psychological first aid for schools (NCTSN), mental health first aid for
psychosis (mhfa.com.au), and child-protection guidance on disclosures (NSPCC, "Let children know you're
listening").
"""

from dataclasses import dataclass

from handlers.cards import calls as call_cards
from handlers.cards.calls import Calls
from handlers.cards.helpers import FALLBACK
from handlers.cards.words import CATEGORY
from handlers.chat import (
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Form,
    Option,
    Select,
    Text,
    TextInput,
    TextStyle,
    action,
)
from handlers.languages import Say, mark
from storage.cases import Case
from storage.words import About, CaseState, Category, Detail, Urgency

YES, NO = "yes", "no"
SHORT_ANSWER = 200


@dataclass(frozen=True, kw_only=True)
class WriterView:
    """A case as its writer sees it.

    ``adult`` has it or is paged first, empty if nobody is; ``details`` says which answers are there, with
    the one to "with you now" as ``yes`` or ``no``; ``others`` are the writer's other open cases, which
    this one may belong to; ``left_out`` tells whether the case keeps anybody of the team away.
    """

    case: Case
    categories: tuple[Category, ...]
    adult: str
    calls: Calls
    details: dict[Detail, str]
    others: tuple[Case, ...] = ()
    left_out: bool = False
    joined: bool = False
    in_channel: bool = False

    @property
    def with_you(self) -> str:
        """ "yes", "no", or empty while that was not said."""
        return self.details.get(Detail.WITH_YOU, "")


# Asked of somebody who tells of somebody else, by whether the two are together.
_TOGETHER = {
    # NCTSN: stay, listen, connect to an adult.
    YES: mark("Stay with them. Walk together to an adult."),
    # #chatsafe: keep talking, ask where they are; never go alone into danger.
    NO: mark("Keep talking or writing with them if you can. Don't go looking for them alone."),
    "": mark("If you are together, stay with them and walk together."),
}
# NCTSN: you need not fix it. NSPCC: never promise secrecy, do not investigate.
_LISTEN = mark("Listen. You don't have to fix it, and you don't have to find out more.")
_NO_SECRET = mark("Don't promise to keep it secret. Say: “I'm getting an adult who can help.”")
_BY_CATEGORY = {
    # mhfa.com.au, psychosis: stay calm, neither argue nor go along with it.
    Category.PSYCHOSIS: mark(
        "Stay calm. Don't argue about what they hear or see, and don't agree with it either."
    ),
    # School threat-assessment guidance: distance first, then tell; never confront.
    Category.HARM_TO_OTHERS: mark("Get yourself safe first. Don't confront anybody."),
    # NSPCC: a child should tell once, to somebody trained to hear it.
    Category.ABUSE: mark("Ask nothing more about what happened. Say: “I believe you. Telling was right.”"),
    # #chatsafe: listening without judging helps; asking about reasons or ways does not.
    Category.SELF_HARM: mark("Take it seriously and stay calm. Being listened to helps."),
}


def card(say: Say, view: WriterView) -> Card:
    """Everything that the writer of a case needs now; little once it is closed."""
    if view.case.state is CaseState.RESOLVED:
        closed = (*call_cards.block(say, view.calls), _keeping(say, view))
        return Card(_title(say, view), closed, say(FALLBACK))
    blocks = [*_in_channel(say, view)]
    match view.case.about:
        case About.WRITER:
            blocks += _for_the_writer(say, view)
        case About.SOMEBODY_ELSE:
            blocks += _for_somebody_else(say, view)
        case About.UNKNOWN:
            blocks += _me_or_somebody_else(say, view)
    return Card(_title(say, view)[:150], (*blocks, _more(say, view), _keeping(say, view)), say(FALLBACK))


def _title(say: Say, view: WriterView) -> str:
    if view.case.state is CaseState.RESOLVED:
        title = say("An adult has looked after it")
    elif view.case.acknowledged_by is not None:
        title = say("{adult} has it", adult=view.adult)
    elif view.adult:
        title = say("{adult} is being told now", adult=view.adult)
    elif view.left_out:
        title = say("Find an adult outside the team, now")
    else:
        title = say("Nobody is set up to be told: get an adult now")
    return f"{say('Added to {case}.', case=view.case.name)} {title}" if view.joined else title


def _in_channel(say: Say, view: WriterView) -> tuple[Block, ...]:
    if not view.in_channel:
        return ()
    return (
        Text(
            say(
                "Others can read your message in the channel. You can delete it there: your words are kept "
                "safe with the case. Only you see this answer."
            ),
            TextStyle.QUIET,
        ),
    )


def _me_or_somebody_else(say: Say, view: WriterView) -> tuple[Block, ...]:
    case = view.case
    return (
        Text(say("Is it about you, or about somebody else?"), TextStyle.STRONG),
        Buttons(
            (
                Button(say("About me"), action("writer.about", case.id, "me")),
                Button(say("About somebody else"), action("writer.about", case.id, "else")),
            )
        ),
        *_what(say, view),
        *call_cards.block(say, view.calls),
        Text(say("If it is about you"), TextStyle.STRONG),
        Text(_own_line(say, view)),
        Text(say("If it is about somebody else"), TextStyle.STRONG),
        _advice(say, view),
    )


def _for_the_writer(say: Say, view: WriterView) -> tuple[Block, ...]:
    case = view.case
    buttons = [Button(say("Say where I am"), action("writer.where", case.id), ButtonStyle.PRIMARY)]
    if view.with_you != YES:
        buttons.append(Button(say("Somebody is with me"), action("writer.with", case.id, YES)))
    if view.with_you != NO:
        buttons.append(Button(say("I'm alone"), action("writer.with", case.id, NO)))
    return (
        Text(_own_line(say, view)),
        *_known(say, view),
        Buttons(tuple(buttons)),
        *_what(say, view),
        *call_cards.block(say, view.calls),
    )


def _own_line(say: Say, view: WriterView) -> str:
    """To somebody who may be in danger. Safe messaging: thanks, who comes, whom to call, not alone."""
    lines = [say("We're glad you told us.")]
    if view.case.acknowledged_by is not None and view.adult:
        lines.append(say("{adult} has it and will reach you.", adult=view.adult))
    elif view.adult:
        lines.append(say("{adult} has been told and will reach you.", adult=view.adult))
    else:
        lines.append(say("Please tell an adult you trust now."))
    lines.append(_if_in_danger(say, view))
    lines.append(say("Who is near you? Go to them, or ask them to stay with you."))
    return " ".join(line for line in lines if line)


def _if_in_danger(say: Say, view: WriterView) -> str:
    numbers = [line for line in (view.calls.emergency, view.calls.crisis_line) if line]
    if not numbers:
        return ""
    known = set(view.categories) - {Category.UNSURE}
    if not known or Category.SELF_HARM in known:
        return say("If you might act on it, call {numbers} now.", numbers=say.one_of(numbers))
    return say("If you are not safe, call {number} now.", number=numbers[0])


def _for_somebody_else(say: Say, view: WriterView) -> tuple[Block, ...]:
    case = view.case
    buttons = []
    if view.with_you != YES:
        buttons.append(Button(say("With me now"), action("writer.with", case.id, YES)))
    if view.with_you != NO:
        buttons.append(Button(say("Not with me"), action("writer.with", case.id, NO)))
    buttons.append(Button(say("Say where and who"), action("writer.where", case.id), ButtonStyle.PRIMARY))
    blocks: list[Block] = []
    if case.urgency is Urgency.IMMEDIATE and view.calls.emergency:
        danger = say("If anybody is in danger, call {number}.", number=view.calls.emergency)
        blocks.append(Text(danger, TextStyle.STRONG))
    question = () if view.with_you else (Text(say("Are they with you now?"), TextStyle.STRONG),)
    blocks += [*question, *_known(say, view), Buttons(tuple(buttons)), *_what(say, view)]
    return (*blocks, *call_cards.block(say, view.calls), _advice(say, view))


def _known(say: Say, view: WriterView) -> tuple[Block, ...]:
    """What was answered, without the words: the card may stand open where others look."""
    about_writer = view.case.about is About.WRITER
    lines = []
    if view.with_you == YES:
        lines.append(say("Somebody is with you.") if about_writer else say("They are with you."))
    if view.with_you == NO:
        lines.append(say("You are alone.") if about_writer else say("They are not with you."))
    if Detail.WHERE in view.details:
        lines.append(say("You said where."))
    if Detail.WHO in view.details:
        lines.append(say("You said who."))
    return (Text("✓ " + " ".join(lines), TextStyle.QUIET),) if lines else ()


def _what(say: Say, view: WriterView) -> tuple[Block, ...]:
    """Nobody knows yet what it is: ask, because the advice and the adult's page depend on it."""
    if set(view.categories) - {Category.UNSURE}:
        return ()
    options = tuple(
        Option(item.value, say(CATEGORY[item])) for item in Category if item is not Category.UNSURE
    )
    return (Select(say("What is it about, if you know?"), action("writer.what", view.case.id), options),)


def _advice(say: Say, view: WriterView) -> Text:
    own = [_BY_CATEGORY[item] for item in view.categories if item in _BY_CATEGORY]
    # Nobody should stay beside, or walk with, somebody who threatens others.
    together = [] if Category.HARM_TO_OTHERS in view.categories else [_TOGETHER[view.with_you]]
    listen = [] if Category.ABUSE in view.categories else [_LISTEN]
    return Text("\n".join(f"• {say(line)}" for line in [*together, *own, *listen, _NO_SECRET]))


def _more(say: Say, view: WriterView) -> Buttons:
    case = view.case
    buttons = [Button(say("More to say, or a mistake"), action("writer.more", case.id))]
    if view.left_out:
        buttons.append(Button(say("Not about the team"), action("writer.nobody", case.id)))
    buttons.append(Button(say("About an adult on the team"), action("writer.staff", case.id)))
    buttons += [
        Button(say("Same person as {case}", case=other.name), action("writer.same", case.id, other.id))
        for other in view.others[:2]
    ]
    return Buttons(tuple(buttons))


def _keeping(say: Say, view: WriterView) -> Text:
    if view.case.state is CaseState.RESOLVED:
        line = say("It is closed ({case}). If it comes back, /urgent reaches an adult.", case=view.case.name)
    elif view.case.about is About.WRITER:
        line = say("You can write to me here, too: it goes to the adult ({case}).", case=view.case.name)
    else:
        line = say(
            "You did the right thing. I tell you here as soon as somebody has it ({case}).",
            case=view.case.name,
        )
    return Text(line, TextStyle.QUIET)


# --- what its buttons open ---------------------------------------------------------------------


def where_form(say: Say, case: Case) -> Form:
    """Where and who. Both may be left out; each is worth having alone."""
    about_writer = case.about is About.WRITER
    where = say("Where are you?") if about_writer else say("Where are they now?")
    who = say("Who is near you?") if about_writer else say("Who is it?")
    return Form(
        action("writer.where", case.id),
        say("Where and who"),
        (
            TextInput(
                name="where",
                label=where,
                help=say("A room, a street, a home. Only the adults on this see it."),
                most=SHORT_ANSWER,
            ),
            TextInput(
                name="who",
                label=who,
                help=say("A name helps the adult to find them. Only the adults on this see it."),
                most=SHORT_ANSWER,
            ),
        ),
        submit=say("Tell the adult"),
    )


def more_card(say: Say, case: Case, calls: Calls) -> Card:
    """There is more to say, or it was a mistake. Whom to call stays in sight on every card."""
    return Card(
        say("What would you like to do?"),
        (
            Buttons(
                (
                    Button(say("Add something"), action("writer.add", case.id), ButtonStyle.PRIMARY),
                    Button(say("It was a mistake"), action("writer.mistake", case.id)),
                    Button(say("Back"), action("writer.card", case.id)),
                )
            ),
            Text(
                say("If it was a mistake, the adult is told so. They look at it all the same and close it."),
                TextStyle.QUIET,
            ),
            *call_cards.block(say, calls),
        ),
        say(FALLBACK),
    )


def add_form(say: Say, case: Case) -> Form:
    """More words for the adults who have the case."""
    return Form(
        action("writer.add", case.id),
        say("Add something"),
        (
            TextInput(
                name="text",
                label=say("What should the adult know?"),
                help=say("Only the adults on this see it."),
                required=True,
                multiline=True,
            ),
        ),
        submit=say("Tell the adult"),
    )


def staff_card(say: Say, case: Case, calls: Calls, adults: tuple[tuple[int, str], ...]) -> Card:
    """Whom it is about: (person id, name) of each adult who could be told of it."""
    options = tuple(Option(str(number), name[:75]) for number, name in adults[:25])
    pick = (Select(say("Choose the adult"), action("writer.left_out", case.id), options),) if options else ()
    return Card(
        say("Whom is it about?"),
        (
            Text(
                say(
                    "Whoever you choose is not told, and no longer sees this case. Others are told instead. "
                    "You can choose more than one, one after the other."
                )
            ),
            *pick,
            Buttons((Button(say("Back"), action("writer.card", case.id)),)),
            *call_cards.block(say, calls),
        ),
        say(FALLBACK),
    )


def added(say: Say, view: WriterView) -> Card:
    """The answer to words that were added."""
    line = (
        say("{adult} is told to look.", adult=view.adult) if view.adult else say("It is kept with the case.")
    )
    return Card(
        say("Added to {case}.", case=view.case.name),
        (Text(line), Buttons((Button(say("What to do now"), action("writer.card", view.case.id)),))),
        say(FALLBACK),
    )


def mistake_told(say: Say, case: Case, calls: Calls) -> Card:
    """The answer to "it was a mistake"."""
    line = say("The adult is told so. They look at it all the same, and close it. Thank you for saying so.")
    back = Buttons((Button(say("Back"), action("writer.card", case.id)),))
    return Card(say("All right"), (Text(line), back, *call_cards.block(say, calls)), say(FALLBACK))
