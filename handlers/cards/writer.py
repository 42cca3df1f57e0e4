"""The card of whoever raised a concern: what was done, what it asks, what to do. It changes with answers.

Short sentences: the reader may be fifteen and standing next to a crying friend.
"""

from dataclasses import dataclass

from handlers.cards import advice
from handlers.cards import calls as call_cards
from handlers.cards.advice import NO, YES
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
from handlers.languages import Say
from storage.cases import Case
from storage.words import About, CaseState, Category, Detail, Urgency

SHORT_ANSWER = 200


@dataclass(frozen=True, kw_only=True)
class WriterView:
    """A case as its writer sees it.

    ``adult`` has it or is paged first, empty if nobody is; ``details`` says which answers are there, with
    the one to "with you now" as ``yes`` or ``no``; ``others`` are the writer's other open cases, which
    this one may belong to; ``left_out`` tells whether the case keeps anybody of the team away,
    ``may_put_back`` whether the writer can undo it.
    """

    case: Case
    categories: tuple[Category, ...]
    adult: str
    calls: Calls
    details: dict[Detail, str]
    others: tuple[Case, ...] = ()
    left_out: bool = False
    may_put_back: bool = False
    joined: bool = False
    in_channel: bool = False

    @property
    def with_you(self) -> str:
        """ "yes", "no", or empty while that was not said."""
        return self.details.get(Detail.WITH_YOU, "")


def card(say: Say, view: WriterView) -> Card:
    """Everything that the writer of a case needs now; little once it is closed."""
    if view.case.state is CaseState.RESOLVED:
        # Whoever closed it may be the one it is about, so this way stays open.
        staff = Buttons((Button(say("About an adult on the team"), action("writer.staff", view.case.id)),))
        closed = (*call_cards.block(say, view.calls), staff, _keeping(say, view))
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
        *_to_the_writer(say, view),
        Text(say("If it is about somebody else"), TextStyle.STRONG),
        *advice.safe_first(say, view.categories),
        advice.about_another(say, view.categories, view.with_you),
    )


def _for_the_writer(say: Say, view: WriterView) -> tuple[Block, ...]:
    case = view.case
    buttons = [Button(say("Say where I am"), action("writer.where", case.id), ButtonStyle.PRIMARY)]
    if view.with_you != YES:
        buttons.append(Button(say("Somebody is with me"), action("writer.with", case.id, YES)))
    if view.with_you != NO:
        buttons.append(Button(say("I'm alone"), action("writer.with", case.id, NO)))
    return (
        *_to_the_writer(say, view),
        *_known(say, view),
        Buttons(tuple(buttons)),
        *_what(say, view),
        *call_cards.block(say, view.calls),
    )


def _to_the_writer(say: Say, view: WriterView) -> tuple[Text, ...]:
    has_it = view.case.acknowledged_by is not None
    return advice.to_the_writer(
        say, view.categories, view.calls, adult=view.adult, has_it=has_it, with_you=view.with_you
    )


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
    blocks += advice.safe_first(say, view.categories)
    question = () if view.with_you else (Text(say("Are they with you now?"), TextStyle.STRONG),)
    blocks += [*question, *_known(say, view), Buttons(tuple(buttons)), *_what(say, view)]
    return (
        *blocks,
        *call_cards.block(say, view.calls),
        advice.about_another(say, view.categories, view.with_you),
    )


def _known(say: Say, view: WriterView) -> tuple[Block, ...]:
    """What was answered, without the words: the card may stand open where others look."""
    about_writer = view.case.about is About.WRITER
    lines = []
    if view.with_you == YES:
        lines.append(say("You said somebody is with you.") if about_writer else say("They are with you."))
    if view.with_you == NO:
        lines.append(say("You said you are alone.") if about_writer else say("They are not with you."))
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
    return (Select(say("What is it about?"), action("writer.what", view.case.id), options),)


def _more(say: Say, view: WriterView) -> Buttons:
    case = view.case
    buttons = [Button(say("More to say, or a mistake"), action("writer.more", case.id))]
    if view.may_put_back:
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
    elif view.case.acknowledged_by is not None:
        line = say("You did the right thing ({case}).", case=view.case.name)
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


def put_back_card(say: Say, case: Case, calls: Calls, names: tuple[str, ...]) -> Card:
    """Before somebody is told after all: what they have read cannot be taken back."""
    told = say("These are told of it like everybody else: {adults}.", adults=say.all_of(names))
    return Card(
        say("Surely not about the team?"),
        (
            Text(told[:500]),
            Text(say("What they have read cannot be taken back. If you are not sure, go back.")),
            Buttons(
                (
                    Button(say("Back"), action("writer.card", case.id), ButtonStyle.PRIMARY),
                    Button(say("Yes, tell them"), action("writer.put_back", case.id)),
                )
            ),
            *call_cards.block(say, calls),
        ),
        say(FALLBACK),
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
