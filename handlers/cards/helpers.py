"""What the person who raised a concern sees. Short sentences: the reader may be frightened.

The advice follows published guidance, named beside each line's source: safe messaging on suicide
(reportingonsuicide.org; Orygen's #chatsafe guidelines, 2nd ed.), psychological first aid for schools
(NCTSN), mental health first aid guidelines for psychosis (mhfa.com.au), and child-protection guidance on
disclosures (NSPCC, "Let children know you're listening").
"""

from handlers.cards.words import HELPER_NEWS_TITLE, HOW, whom_to_call
from handlers.chat import Block, Button, Buttons, ButtonStyle, Card, Divider, Fields, Text, TextStyle, action
from handlers.escalation import HelperNews
from storage.cases import Case
from storage.programmes import Programme
from storage.words import About, Category, Urgency

FALLBACK = "Handrail has an answer for you."
_NOBODY = (
    "Your team has no adult here who could be paged. Find any adult you trust near you, at school or at "
    "home, and tell them. I page as soon as somebody is set up."
)

# NCTSN: stay, listen, connect to an adult. NSPCC: never promise secrecy, do not investigate.
_SOMEBODY_ELSE = (
    "If you are together, stay with them and walk together.",
    "Listen. You don't have to fix it, and you don't have to find out more.",
    "Don't promise to keep it secret. Say: “I'm getting an adult who can help.”",
)
_BY_CATEGORY = {
    # mhfa.com.au, psychosis: stay calm, neither argue nor go along with it.
    Category.PSYCHOSIS: "Stay calm. Don't argue about what they hear or see, and don't agree with it either.",
    # School threat-assessment guidance: distance first, then tell; never confront.
    Category.HARM_TO_OTHERS: "Get yourself safe first. Don't confront anybody.",
    # NSPCC: a child should tell once, to somebody trained to hear it.
    Category.ABUSE: "Ask nothing more about what happened. Say: “I believe you. Telling was right.”",
    # #chatsafe: listening without judging helps; asking about reasons or ways does not.
    Category.SELF_HARM: "Take it seriously and stay calm. Being listened to helps.",
}


def paged(
    programme: Programme, case: Case, categories: tuple[Category, ...], on_duty: str, *, joined: bool
) -> Card:
    """The helper's card, right after the page has gone."""
    told = f"{on_duty} is being told now" if on_duty else "Nobody is set up to be told: get an adult now"
    title = f"Added to {case.name}. {told}" if joined else told
    match case.about:
        case About.WRITER:
            blocks = _for_the_writer(programme, on_duty)
        case About.SOMEBODY_ELSE:
            blocks = _for_somebody_else(programme, case.urgency, categories)
        case About.UNKNOWN:
            blocks = (
                Text("If it is about you", TextStyle.STRONG),
                Text(_writer_line(programme, on_duty)),
                Divider(),
                Text("If it is about somebody else", TextStyle.STRONG),
                *_for_somebody_else(programme, case.urgency, categories),
            )
    keeping = Text(
        f"You did the right thing. I tell you here as soon as somebody has it ({case.name}).",
        TextStyle.QUIET,
    )
    return Card(title, (*blocks, keeping), FALLBACK)


def _writer_line(programme: Programme, on_duty: str) -> str:
    told = (
        f"{on_duty} has been told and will reach you. " if on_duty else "Please tell an adult you trust now. "
    )
    now_lines = " or ".join(line for line in (programme.emergency_number, programme.crisis_line) if line)
    call = f"If you might act on it, call {now_lines} now. " if now_lines else ""
    return f"We're glad you told us. {told}{call}Who is near you? Go to them, or ask them to stay with you."


def _for_the_writer(programme: Programme, on_duty: str) -> tuple[Block, ...]:
    blocks: list[Block] = [Text(_writer_line(programme, on_duty))]
    if pairs := whom_to_call(programme):
        blocks.append(Fields(pairs))
    return tuple(blocks)


def _for_somebody_else(
    programme: Programme, urgency: Urgency, categories: tuple[Category, ...]
) -> tuple[Block, ...]:
    lines = [*_SOMEBODY_ELSE, *(_BY_CATEGORY[item] for item in categories if item in _BY_CATEGORY)]
    blocks: list[Block] = []
    if urgency is Urgency.IMMEDIATE and programme.emergency_number:
        blocks.append(Text(f"If anybody is in danger, call {programme.emergency_number}.", TextStyle.STRONG))
    if pairs := whom_to_call(programme):
        blocks.append(Fields(pairs))
    blocks.append(Text("\n".join(f"• {line}" for line in lines)))
    return tuple(blocks)


def news(
    programme: Programme, case: Case, what: HelperNews, holder: str, *, anybody_paged: bool = True
) -> Card:
    """How it goes on, told to the writer. ``anybody_paged`` is false where nobody is on the ladder."""
    title = HELPER_NEWS_TITLE[what]
    if what is HelperNews.SOMEBODY_HAS_IT:
        how = HOW.get(case.acknowledged_how or "", "")
        title = f"{holder} has it"
        line = f"{holder} says: {how}." if how else f"{holder} is on it."
        return Card(title, (Text(line), Text(f"Case {case.name}", TextStyle.QUIET)), FALLBACK)
    lines = {
        HelperNews.NO_ANSWER_YET: "Nobody has answered the page yet. Don't wait for it.",
        HelperNews.GET_ANY_ADULT: "Nobody has answered yet and everybody has been paged. Find any adult you "
        "trust near you, at school or at home, and tell them. Paging goes on.",
        HelperNews.PAGING_AGAIN: "The adult who had it could not go on, or there was more to know.",
    }
    line = lines[what] if anybody_paged else _NOBODY
    blocks: list[Block] = [Text(line)]
    if pairs := whom_to_call(programme):
        blocks.append(Fields(pairs))
    blocks.append(Text(f"Case {case.name}", TextStyle.QUIET))
    return Card(title, tuple(blocks), FALLBACK)


def ask_writer(case: Case, programme: Programme) -> Card:
    """The question to a writer whose words may or may not need an adult now."""
    return Card(
        "Does this need your coordinator now?",
        (
            Text("Only you see this. Without an answer in 10 minutes I tell your coordinator, to be safe."),
            Buttons(
                (
                    Button("Yes", action("ask.yes", case.id), ButtonStyle.PRIMARY),
                    Button("Not sure: tell them", action("ask.unsure", case.id)),
                    Button("No", action("ask.no", case.id)),
                )
            ),
            *call_block(programme),
        ),
        FALLBACK,
    )


def call_block(programme: Programme) -> tuple[Block, ...]:
    """Whom to call and where to go, as far as the programme has said."""
    pairs = whom_to_call(programme)
    return (Fields(pairs),) if pairs else ()


def worried(case: Case, programme: Programme) -> Card:
    """After "I'm worried": one tap more says how urgent it is, so that a slip pages nobody at once."""
    return Card(
        "Is somebody in danger right now?",
        (
            Buttons(
                (
                    Button("Danger now", action("ask.danger", case.id), ButtonStyle.DANGER),
                    Button("Worried, not in danger now", action("ask.yes", case.id), ButtonStyle.PRIMARY),
                    Button("Tapped by mistake", action("ask.no", case.id)),
                )
            ),
            Text(
                "The first two page your coordinator at once. Without an answer I do it in 10 minutes.",
                TextStyle.QUIET,
            ),
            *call_block(programme),
        ),
        FALLBACK,
    )


def withdrawn() -> Card:
    """The writer said no."""
    return Card(
        "All right, nobody was paged",
        (
            Text(
                "Your coordinator sees in a list that this was asked. "
                "If it changes, /urgent reaches them at once."
            ),
        ),
        FALLBACK,
    )


def plain(title: str, text: str) -> Card:
    """A short answer."""
    return Card(title, (Text(text),), FALLBACK)


def not_saved(programme: Programme | None) -> Card:
    """The database could not keep it: nothing was lost in silence, so the person acts in person."""
    blocks: list[Block] = [
        Text("Handrail could not save what you just did, and nobody was told. Please try again in a minute."),
        Text("If somebody is in danger, don't wait: go to an adult now.", TextStyle.STRONG),
    ]
    if programme is not None:
        blocks += call_block(programme)
    return Card("That was not saved", tuple(blocks), FALLBACK)
