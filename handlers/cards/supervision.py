"""What helpers are asked in a round, and what they are told of their answers."""

from collections.abc import Mapping, Sequence

from handlers.cards.helpers import FALLBACK, plain
from handlers.cards.words import short
from handlers.chat import (
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Choice,
    Form,
    Input,
    MultiChoice,
    Option,
    Text,
    TextInput,
    TextStyle,
    action,
)
from handlers.languages import Say, mark
from handlers.supervision_questions import TEXT, WEEKLY, WEEKLY_WORDS, Kind, Question, Questionnaire
from storage.supervision_people import Wish

NOT_FINE = ("heavy", "talk")
WORDS = dict(WEEKLY_WORDS)
NO_ANSWER = mark("No answer")
_THANKS = {
    "fine": mark("Good to hear. Thank you."),
    "heavy": mark("Thank you for saying so. Your coordinator sees who said so, and can lighten the load."),
    "talk": mark("Your coordinator has been asked to find a time with you."),
}
PAUSES = {
    "": mark("Ask me as usual"),
    "break": mark("I need a break"),
    "exam": mark("Exam week"),
}
AS_IT_IS = "kept"
"""Chosen by whom is paused: that stays as it is, whoever entered it."""
AWAY = "away"
"""A pause that a coordinator entered for somebody."""
PAUSED = {
    "break": mark("takes a break"),
    "exam": mark("has exams"),
    AWAY: mark("is away"),
}
WEEKS = {1: mark("1 week"), 2: mark("2 weeks"), 4: mark("4 weeks")}
EVENINGS, MORNINGS = range(17, 24), range(5, 12)
ZONE = 60


def weekly_check(say: Say, round_id: int) -> Card:
    """The weekly question: one tap."""
    return question(say, WEEKLY, round_id)


def question(say: Say, asks: Questionnaire, round_id: int) -> Card:
    """A round's question: buttons where one tap is enough, and one form."""
    return Card(asks.text(say, asks.title), _ways(say, asks, round_id), say(FALLBACK))


def nudge(say: Say, asks: Questionnaire, round_id: int) -> Card:
    """The same once more: to whoever has not answered, or where there are no names to everybody."""
    if asks.anonymous:  # everybody gets it: a message to some would tell who had answered by then
        text = say("If you have not answered yet: there is still time. A few taps are enough.")
    else:
        text = say("There is still time for this. A few taps are enough.")
    return Card(asks.text(say, asks.title), (Text(text), *_ways(say, asks, round_id)), say(FALLBACK))


def _ways(say: Say, asks: Questionnaire, round_id: int) -> tuple[Block, ...]:
    answer = Button(say("Answer"), action("poll.open", round_id), ButtonStyle.PRIMARY)
    pause = Button(say("Pause these questions"), action("prompts.wishes"))
    if asks.anonymous:
        return (
            Text(
                say(
                    "Your name is not kept with your answers, so what you send is final. "
                    "Your coordinator sees counts at the end, from five answers on."
                )
            ),
            Buttons((answer, pause)),
            Buttons((Button(say("I'd like to talk to somebody"), action("poll.talk", round_id)),)),
            Text(say("That last button gives your name to your coordinator."), TextStyle.QUIET),
        )
    seen = Text(say("Your coordinator sees your answer."), TextStyle.QUIET)
    if asks.quick is None:
        return Buttons((answer, pause)), seen
    tap = tuple(
        Button(label, action("weekly", round_id, value)) for value, label in asks.options(say, asks.quick)
    )
    more = Button(say("Say more"), action("poll.open", round_id))
    return Buttons(tap), Buttons((more, pause)), seen


def form(say: Say, asks: Questionnaire, form_id: str, answers: Mapping[str, object]) -> Form:
    """The questions, with what was answered before."""
    inputs = tuple(_input(say, asks, each, answers.get(each.key)) for each in asks.questions)
    return Form(form_id, say("Your answers"), inputs, say("Send"))


def _input(say: Say, asks: Questionnaire, question: Question, answered: object) -> Input:
    label = asks.text(say, question.label)
    if question.kind is Kind.TEXT:
        value = answered[:TEXT] if isinstance(answered, str) else ""
        hint = say("In your own words, without names. You can leave it out.")
        return TextInput(name=question.key, label=label, help=hint, value=value, multiline=True, most=TEXT)
    options = tuple(Option(value, text) for value, text in asks.options(say, question))
    known = {option.value for option in options}
    if question.kind is Kind.SEVERAL:
        chosen = tuple(each for each in answered if each in known) if isinstance(answered, list) else ()
        return MultiChoice(name=question.key, label=label, options=options, values=chosen, required=True)
    value = answered if isinstance(answered, str) and answered in known else ""
    return Choice(name=question.key, label=label, options=options, value=value, required=asks.anonymous)


def thanks(say: Say, word: str, round_id: int) -> Card:
    """After the tap; it can be changed, and more can be said."""
    buttons = (Button(say("Say more"), action("poll.open", round_id)),)
    return Card(say("Thank you"), (Text(say(_THANKS[word])), Buttons(buttons)), say(FALLBACK))


def answered(say: Say, round_id: int) -> Card:
    """After the form of a round with names."""
    text = say("Your coordinator sees it. You can change it until the round closes.")
    change = Button(say("Change my answer"), action("poll.open", round_id))
    return Card(say("Thank you"), (Text(text), Buttons((change,))), say(FALLBACK))


def kept_late(say: Say) -> Card:
    """After an answer with a name to a round that is over."""
    text = say("This round is closed already. Your answer is kept, and marked as late.")
    return plain(say, say("Thank you"), text)


def stays(say: Say, word: str = "") -> Card:
    """After another answer to a round that is over, by whom had answered in time. (A wish to talk counts.)"""
    lines = [say("This round is closed already. Your answer from before stays as it is.")]
    if word == "talk":
        lines.insert(0, say(_THANKS[word]))
    return plain(say, say("Thank you"), " ".join(lines))


def answered_without_name(say: Say) -> Card:
    """After the form of a round without names."""
    text = say("Your answer is in, without your name. It cannot be changed.")
    return plain(say, say("Thank you"), text)


def answered_before(say: Say) -> Card:
    """The form of a round without names was opened or sent a second time."""
    text = say("You have answered this already. Without your name beside it, it cannot be changed.")
    return plain(say, say("Your answer is in"), text)


def closed_without_name(say: Say) -> Card:
    """A round without names is over: an answer now would stand out."""
    text = say("This round is closed, so your answer was not taken. Nothing of it was kept.")
    return plain(say, say("This round is closed"), text)


def not_complete(say: Say, round_id: int) -> Card:
    """A form without names came without an answer to every question; nothing of it is kept."""
    again = Button(say("Answer"), action("poll.open", round_id), ButtonStyle.PRIMARY)
    text = say("Please choose an answer to every question. Nothing was kept yet.")
    return Card(say("Not sent yet"), (Text(text), Buttons((again,))), say(FALLBACK))


def talk_asked(say: Say) -> Card:
    """After "I'd like to talk to somebody"."""
    text = say(
        "Your coordinator knows your name now, and is asked to find a time with you. "
        "Your answers stay without your name. If it is urgent, /urgent reaches an adult at once."
    )
    return plain(say, say("Thank you"), text)


def wants_to_talk(say: Say, helper: str) -> Card:
    """To the coordinators: somebody of the team asks for a talk."""
    text = say("{helper} would like to talk. Please find a time this week.", helper=short(say, helper))
    return Card(say("A helper would like to talk"), (Text(text),), say(FALLBACK))


# --- what waits for somebody, and when they may be asked ----------------------------------------


def nothing_waits(say: Say, paused: str) -> Card:
    """A helper has answered everything. ``paused`` says until when nothing is asked; empty: it is not."""
    text = say("No question waits for you.")
    lines = [text, say("You are asked nothing until {date}.", date=paused)] if paused else [text]
    wishes = Button(say("Pauses and quiet hours"), action("prompts.wishes"))
    buttons = Buttons((Button(say("Meetings"), action("meeting")), wishes))
    return Card(say("Supervision"), (Text(" ".join(lines)), buttons), say(FALLBACK))


def wishes_form(say: Say, wish: Wish, *, paused: bool) -> Form:
    """When somebody may be asked. ``paused``: they are at the moment, and by themselves stay so."""
    kept = (Option(AS_IT_IS, say("Leave my pause as it is")),) if paused else ()
    return Form(
        action("prompts.wishes"),
        say("Pauses, quiet hours"),
        (
            Choice(
                name="pause",
                label=say("Questions to you"),
                help=say("Your coordinator sees a pause and its reason."),
                options=(*kept, *(Option(value or "none", say(label)) for value, label in PAUSES.items())),
                value=AS_IT_IS if paused else "none",
                required=True,
            ),
            _weeks(say),
            _hour("quiet_from", say("No messages in the evening from"), EVENINGS, wish.quiet_from),
            _hour("quiet_until", say("No messages in the morning until"), MORNINGS, wish.quiet_until),
            TextInput(
                name="time_zone",
                label=say("Your time zone, if it is another one"),
                help=say("A big city, such as Lisbon. Empty: your team's."),
                value=wish.time_zone[:ZONE],
                most=ZONE,
            ),
        ),
        say("Save"),
    )


def _weeks(say: Say) -> Choice:
    options = tuple(Option(str(weeks), say(label)) for weeks, label in WEEKS.items())
    return Choice(name="weeks", label=say("For how long?"), options=options, value="1", required=True)


def _hour(name: str, label: str, hours: Sequence[int], minute: int) -> Choice:
    options = tuple(Option(str(hour), f"{hour:02}:00") for hour in hours)
    value = str(minute // 60) if minute // 60 in hours else str(hours[0])
    return Choice(name=name, label=label, options=options, value=value, required=True)


def wishes_saved(say: Say, paused: str) -> Card:
    """After that form."""
    text = (
        say("You are asked nothing until {date}. Your coordinator sees it.", date=paused)
        if paused
        else say("You are asked as usual, outside of your quiet hours.")
    )
    return plain(say, say("Saved"), text)
