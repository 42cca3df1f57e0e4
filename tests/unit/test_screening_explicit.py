"""Plain sentences that an adult must hear of, by the rules alone: whatever word stands beside them."""

import pytest

from handlers.chat.events import FormSubmitted
from handlers.screening.engine import by_rules
from storage.words import About, Urgency

NO_BEHIND = [
    "I want to kill myself no one cares",
    "I want to kill myself, no one cares",
    "i want to die no one would care",
    "i will kill myself no matter what you say",
    "I will shoot up the school no matter what",
    "I'm going to kill him no matter what",
    "He tried to kill himself no one was home",
    "quiero morirme no le importo a nadie",
    "me voy a matar no es broma",
    "mi papá me pega no le digas a nadie",
    "je veux me tuer non je ne rigole pas",
    "Quiero matarme no aguanto más",
    "Me quiero morir no puedo más",
    "I want to kill myself no one would miss me",
    "i asked for help, i want to die and no one came",
]
TOPICS = [
    "It's not fair, my dad hits me every day",
    "My boss raped me",
    "My boss touched me and said not to tell",
    "My history teacher touched me",
    "My theater teacher kissed me",
    "My dad hits me with a switch",
    "My dad hits me when I play video games",
    "I called the suicide hotline because I want to kill myself",
    "I have a history of cutting and I want to kill myself",
    "I'm on another level of pain, I want to kill myself",
    "He is bringing a gun to the game tonight",
    "He said he'll shoot everyone at the assembly",
    "Mi profesor de historia me tocó",
    "Mi tío me violó después de la obra de teatro",
    "Mon père me frappe après le match",
    "Mon oncle m'a violée après le film",
    "If someone finds out I will kill myself",
    "Si alguien se entera me mato",
    "Si quelqu'un l'apprend je vais me tuer",
]
LAUGHED = [
    "I want to kill myself 😂",
    "haha I want to kill myself lol",
    "Quiero matarme jaja",
    "Je veux me tuer mdr",
]
REFUSED = [
    "lol my dad hits me",
    "I said no and he raped me",
    "She did not want to and he raped her",
    "I begged my uncle not to and he touched me",
]
LINES = [
    "She wants to die\nnone",
    "no\nHe wants to kill himself",
    "Not really\nHe wants to kill himself",
    "Me dijo que se quiere matar\nno",
    "Elle veut se tuer\nnon",
    "Is she safe? No. Wants to kill herself.",
    "¿Estás bien? No. Quiero matarme.",
]
PLAIN = [
    "I took 30 pills an hour ago",
    "I took 20 tylenol pills to die",
    "I swallowed bleach",
    "He took 40 ibuprofen and is throwing up",
    "I took poison",
    "My friend is unconscious after taking pills",
    "I slit my wrists",
    "I'm going to jump off the bridge",
    "I feel like jumping in front of a train",
    "There's a kid with a gun in the hallway",
    "there's an active shooter in the building",
    "My brother has a knife and is trying to stab mom",
    "He's going to kill me",
    "My dad said he will kill me",
    "My grandpa puts his hand in my pants",
    "My dad beats my little brother with a belt",
    "I have a loaded gun in my hand",
    "Mi amiga tomó muchas pastillas y no despierta",
    "Se tomó lejía",
    "Estoy en el puente y voy a saltar",
    "Voy a saltar del techo",
    "Me corté las venas",
    "Me estoy cortando",
    "Mi amiga se corta",
    "Tengo un plan para matarme",
    "Mi novia dice que si la dejo se mata",
    "Dice que va a disparar en la escuela",
    "Mi papá dijo que me va a matar",
    "Un hombre me chantajea con mis fotos desnuda",
    "Je viens d'avaler tous les médicaments de ma mère",
    "Il a bu de la javel",
    "J'ai un plan pour me tuer",
    "Je pense au suicide",
    "Je me coupe",
    "Je me suis ouvert les veines",
    "Mon père abuse de moi",
    "Mon copain m'a étranglée hier soir",
    "Il y a un gars avec une arme au lycée",
    "Mon père a dit qu'il va me tuer",
]


@pytest.mark.parametrize("text", [*NO_BEHIND, *TOPICS, *REFUSED, *LINES, *PLAIN])
def test_it_pages(text: str) -> None:
    found = by_rules(text)
    assert found.urgency.pages, found.findings


@pytest.mark.parametrize("text", LAUGHED)
def test_laughter_beside_it_asks(text: str) -> None:
    """Teenagers say it laughing; the writer is asked, and silence pages."""
    assert by_rules(text).urgency.rank >= Urgency.POSSIBLE.rank


@pytest.mark.parametrize(
    "text",
    [
        "Rehearsal notes: she wants to kill herself, her line comes too early.",
        "im going to kill them all, ranked starts at 9",
        "Prevention table today. One of them wants to die, I think.",
    ],
)
def test_a_topic_beside_it_asks(text: str) -> None:
    assert by_rules(text).urgency.rank >= Urgency.POSSIBLE.rank


@pytest.mark.parametrize(
    "text",
    [
        "suicidal ideation: none",
        "Self-harm: no\nSuicidal ideation: none\nSleep: fine",
        "I asked whether she wants to die, she said no",
        "Ideas suicidas: ninguna",
        "Idées suicidaires : aucune",
        "If someone says they want to die, get a coordinator.",
        "She was not raped, that rumour is false.",
        "There is no sign that she wants to die.",
        "I do not think he wants to kill himself.",
    ],
)
def test_what_is_denied_pages_nobody(text: str) -> None:
    found = by_rules(text)
    assert not found.urgency.pages, found.findings


def test_an_answer_says_nothing_about_the_one_above() -> None:
    for first, second in (
        ("She wants to die", "none"),
        ("none", "She wants to die"),
        ("no", "no\nwants to die"),
    ):
        words = FormSubmitted.__dict__["words"].fget(_Form({"said": first, "did": second}))
        assert by_rules(words).urgency.pages, words


class _Form:
    def __init__(self, values: dict[str, str]) -> None:
        self.values = values


@pytest.mark.parametrize(
    "text",
    [
        "I overdosed an hour ago",
        "He overdosed in the bathroom",
        "I cut myself really deep and it won't stop bleeding",
        "Las voces me dicen que me mate",
        "The voices tell me to kill myself",
        "Les voix me disent de me tuer",
        "She is unconscious in the bathroom, there are pills everywhere",
        "I have a gun and I'm going to use it on myself",
    ],
)
def test_what_happens_now_is_immediate(text: str) -> None:
    assert by_rules(text).urgency is Urgency.IMMEDIATE


@pytest.mark.parametrize("text", ["I overdosed two years ago", "She overdosed in eighth grade"])
def test_what_is_past_is_not(text: str) -> None:
    assert by_rules(text).urgency is Urgency.SOON


@pytest.mark.parametrize(
    "text",
    [
        "he raped me last night",
        "someone raped me",
        "My friend raped me",
        "My roommate raped me",
        "The voices told me to jump",
        "Voices told me to hurt myself",
        "God told me to kill my family",
        "My teacher asked me to send him nudes",
        "I want to kill him",
        "I'm going to kill them all tomorrow",
        "I want to hurt my sister",
        "Je suis sur le pont et je vais sauter",
    ],
)
def test_it_is_the_writer(text: str) -> None:
    assert by_rules(text).about is About.WRITER


@pytest.mark.parametrize(
    "text",
    [
        "My girlfriend threatened to kill herself",
        "My boyfriend is threatening to kill himself if I leave",
        "She told me the voices tell her to jump",
        "He said he wants to kill his sister",
        "She told me her ex posts her nudes",
    ],
)
def test_it_is_somebody_else(text: str) -> None:
    assert by_rules(text).about is About.SOMEBODY_ELSE
