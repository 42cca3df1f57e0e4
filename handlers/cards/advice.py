"""What whoever raised a concern is advised to do. It follows published guidance, named beside each line.

* safe messaging: reportingonsuicide.org, and Orygen's #chatsafe guidelines for young people, 2nd ed.;
* PFA-S: Psychological First Aid for Schools, NCTSN;
* MHFA: the mental health first aid guidelines, for suicidal thoughts and for psychosis, mhfa.com.au;
* NSPCC: "Let children know you're listening" and "Recognising and responding to abuse";
* threat assessment: U.S. Secret Service NTAC, and RAND on how students come to report threats.
"""

from collections.abc import Sequence

from handlers.cards.calls import Calls
from handlers.chat import Text, TextStyle
from handlers.languages import Say, mark
from storage.words import Category

YES, NO = "yes", "no"
"""What was answered to "with you now?"."""

# Told to somebody who tells of somebody else, by whether the two are together.
_TOGETHER = {
    # MHFA, suicidal thoughts: do not leave them alone. PFA-S, "connect": bring them to a caring adult.
    YES: mark("Stay with them. Walk together to an adult."),
    # #chatsafe, worried about a friend online: stay in touch, bring others in. PFA-S: your own safety first.
    NO: mark("Keep talking or writing with them if you can. Don't go looking for them alone."),
    # MHFA, PFA-S: as above, where it is not known which.
    "": mark("If you are together, stay with them. Walk together to an adult."),
}
# PFA-S, "listen": a peer listens and need not solve it. NSPCC: leave finding out to those trained for it.
_LISTEN = mark("Listen. You don't have to fix it or find out more.")
# NSPCC, MHFA and #chatsafe alike: never promise secrecy, and say what you do next.
_NO_SECRET = mark("Don't promise to keep it secret. Say: “I'm getting an adult who can help.”")
# The same of somebody who may hurt others, who should not hear that they were told of (threat assessment).
_NO_SECRET_KEPT = mark("Don't promise to keep it secret.")
# Threat assessment: distance first; never reason with, follow or stop somebody who threatens.
_SAFE_FIRST = mark("Get yourself safe first. Don't confront anybody.")
_BY_CATEGORY: dict[Category, tuple[str, ...]] = {
    Category.PSYCHOSIS: (
        # MHFA, psychosis: calm, room to move, neither argue about it nor go along with it.
        mark("Stay calm and give them space."),
        mark("Don't argue about what they hear or see, and don't agree with it either."),
    ),
    Category.HARM_TO_OTHERS: (
        # NTAC, RAND: most who plan harm tell a peer first; fear of being a snitch keeps peers from telling.
        mark("Tell an adult what you saw or heard. That is not snitching: it helps to keep people safe."),
    ),
    Category.ABUSE: (
        # NSPCC: believe, it is right to tell, it is never the child's fault; a child should tell it once.
        mark("Ask nothing more about what happened."),
        mark("Say: “I believe you. You were right to tell. It's not your fault.”"),
        # NSPCC: do not speak with the person it is about; that can put the child in danger.
        mark("Don't talk to the person who hurt them. Leave that to the adult."),
    ),
    Category.SELF_HARM: (
        # MHFA, suicidal thoughts: serious, calm, and thankful for being told; no reasons, no ways asked for.
        mark("Take it seriously and stay calm. Tell them you're glad they told you."),
    ),
}


def to_the_writer(
    say: Say, categories: Sequence[Category], calls: Calls, *, adult: str, has_it: bool, with_you: str
) -> tuple[Text, ...]:
    """To somebody who may be in danger: thanks and what is done, whom to call now, not alone.

    ``adult`` has it (``has_it``) or is being told, empty if nobody is.
    """
    # Safe messaging, NSPCC: glad to be told, it was right.
    thanks = [say("We're glad you told us.")]
    if Category.ABUSE in categories:
        thanks.append(say("It's not your fault."))  # NSPCC: never the child's fault
    if has_it and adult:
        thanks.append(say("You don't have to carry this alone."))  # PFA-S, "connect"
    elif adult:
        thanks.append(say("I keep calling until an adult answers."))  # no more than software can keep
    else:
        thanks.append(say("Please tell an adult you trust now."))  # PFA-S, "connect"
    # MHFA, #chatsafe: not alone, and with somebody trusted: who is near may be who hurts them (NSPCC).
    if with_you == YES:
        company = say("Ask whoever is with you to stay, if you trust them.")
    else:
        company = say("Go to somebody near you whom you trust, or ask them to stay with you.")
    danger = _if_in_danger(say, categories, calls)
    return (Text(" ".join(thanks)), *danger, Text(company))


def _if_in_danger(say: Say, categories: Sequence[Category], calls: Calls) -> tuple[Text, ...]:
    """Safe messaging, MHFA: where to turn at any hour, before anything else is explained."""
    numbers = [line for line in (calls.emergency, calls.crisis_line) if line]
    if not numbers:
        return ()
    known = set(categories) - {Category.UNSURE}
    if not known or Category.SELF_HARM in known:
        line = say("If you feel you could hurt yourself, call {numbers} now.", numbers=say.one_of(numbers))
    else:
        line = say("If you are not safe, call {number} now.", number=numbers[0])
    return (Text(line, TextStyle.STRONG),)


def safe_first(say: Say, categories: Sequence[Category]) -> tuple[Text, ...]:
    """Before anything is asked of somebody who may stand near one who threatens others."""
    if Category.HARM_TO_OTHERS not in categories:
        return ()
    return (Text(say(_SAFE_FIRST), TextStyle.STRONG),)


def about_another(say: Say, categories: Sequence[Category], with_you: str) -> Text:
    """What to do for somebody else; ``with_you`` as the writer said it, empty while they did not."""
    own = [line for item in categories for line in _BY_CATEGORY.get(item, ())]
    if Category.HARM_TO_OTHERS in categories:
        # Nobody should stay beside, walk with or hear out somebody who threatens others.
        lines = [*own, _NO_SECRET_KEPT]
    else:
        listen = [] if Category.ABUSE in categories else [_LISTEN]
        lines = [_TOGETHER[with_you], *own, *listen, _NO_SECRET]
    return Text("\n".join(f"• {say(line)}" for line in lines))
