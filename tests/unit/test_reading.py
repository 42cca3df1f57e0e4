"""What somebody reads in a crisis is short, plain and safe to read, in every language.

Measured with LIX: words per sentence plus the percentage of words longer than six letters (C.-H. Björnsson,
"Läsbarhet", Stockholm 1968; across languages: J. Anderson, "Lix and Rix", Journal of Reading 26, 1983).
Below 30 is a children's book, 30 to 40 easy stories and magazines, 40 to 50 a newspaper, above 60 the law.
French and Spanish words are longer than English ones, so that a text of the same difficulty has a few
points more there; the limits below leave them five. A formula cannot tell whether a text is understood:
it finds the sentence that grew.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.cards import advice, helpers, writer
from handlers.chat import Card, Form, Text
from handlers.languages import LANGUAGES, Say, say_in
from handlers.safe_messaging import finds
from tests.gallery import Picture, Team, pictures
from tests.unit.test_gallery import collected

READ_IN_A_CRISIS = (writer.__name__, helpers.__name__)
# Names and numbers as short as data can be: the texts are measured, not what a team fills in.
TEAM = Team(coordinator="Rivera", backup="Okafor", crisis_line="988", note="x", where="x", name="x")
PICTURES = [each for each in pictures(TEAM) if each.function.__module__ in READ_IN_A_CRISIS]

LONGEST_SENTENCE = 20
"""Words. Plain-language guides (plainlanguage.gov, Leichte Sprache for young people) ask for 15 to 20."""
AVERAGE_SENTENCE = 12
LIX = {"en": 30, "es": 35, "fr": 35}
"""The most that a card may have."""
FEWEST_WORDS = 20
"""A text of fewer words has no percentage that means anything: its sentences are measured alone."""

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_SENTENCE = re.compile(r"[.?!:…]+[”»\"]?(?=\s|$)|\n")


def prose(shown: Card | Form) -> Iterator[str]:
    """What is read as text: no numbers to call, no labels of buttons."""
    if isinstance(shown, Form):
        yield from (text for item in shown.inputs for text in (item.label, item.help) if text)
        return
    yield shown.title
    yield from (block.text for block in shown.blocks if isinstance(block, Text))


def sentences(texts: Iterator[str]) -> list[list[str]]:
    """The words of each sentence. A colon ends one, as it does for LIX."""
    pieces = (piece for text in texts for piece in _SENTENCE.split(text))
    return [words for piece in pieces if (words := _WORD.findall(piece))]


def lix(found: list[list[str]]) -> float:
    """Björnsson's figure. An elided article ("l'adulte") is a word of its own."""
    words = [part for sentence in found for word in sentence for part in re.split(r"['’]", word)]
    return len(words) / len(found) + 100 * sum(len(word) > 6 for word in words) / len(words)


# --- reading -----------------------------------------------------------------------------------


@pytest.fixture(params=LANGUAGES)
def say(request: pytest.FixtureRequest) -> Say:
    return say_in(request.param)


def test_every_sentence_is_short(say: Say) -> None:
    found = {
        " ".join(sentence)
        for picture in PICTURES
        for sentence in sentences(prose(picture.make(say)))
        if len(sentence) > LONGEST_SENTENCE
    }
    assert not found


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_every_card_reads_easily(picture: Picture, say: Say) -> None:
    found = sentences(prose(picture.make(say)))
    words = sum(map(len, found))
    if words >= FEWEST_WORDS:
        assert words / len(found) <= AVERAGE_SENTENCE
        assert lix(found) <= LIX[say.language], " / ".join(" ".join(sentence) for sentence in found)


def test_all_of_it_together_is_very_easy(say: Say) -> None:
    found = [sentence for picture in PICTURES for sentence in sentences(prose(picture.make(say)))]
    assert lix(found) <= 30


def test_the_measure_measures() -> None:
    easy = sentences(iter(["Stay with them. Walk together to an adult."]))
    hard = sentences(
        iter(["Notwithstanding considerable institutional responsibilities, await instructions."])
    )
    assert [len(sentence) for sentence in easy] == [3, 5]
    assert lix(easy) == pytest.approx(8 / 2 + 100 * 1 / 8)  # "together"
    assert lix(hard) > 60
    assert sentences(iter(["Dis : « Je te crois. » Reste là."])) == [
        ["Dis"],
        ["Je", "te", "crois"],
        ["Reste", "là"],
    ]


# --- safe messaging ----------------------------------------------------------------------------

# Every text that Handrail says to anybody, in every language; never what a team fills in.
NEVER = {
    "reportingonsuicide.org and #chatsafe (Orygen): no method, no means, no place": (
        r"\b(hang(ed|ing)?|noose|overdos\w*|pills?|razor\w*|blades?|cut(ting)? (your|her|his|them)\w*)\b",
        r"\b(bridge|rooftop|railway|train tracks)\b",
        r"\b(ahorca\w*|sobredosis|pastillas?|navajas?|cuchillas?|cortarse|puente|azotea)\b",
        r"\b(pend(re|u|aison)|surdose|overdose|cachets|comprimés|rasoirs?|lames?|se couper|pont|toit)\b",
    ),
    "reportingonsuicide.org: neither success nor failure": (r"\b(un)?successful\b",),
    "reportingonsuicide.org: calm, nothing that shouts or dramatizes": (r"[!¡]",),
    "PFA-S (NCTSN), NSPCC: no orders, no blame, no belittling": (
        r"\byou must(n't| not)?\b|(?<!don't )\byou have to\b|\bshould have\b|\battention.seeking\b",
        r"\bdebes\b|(?<!no )\btienes que\b|\bdebiste\b|\bllamar la atención\b",
        r"\btu dois\b|\bil faut que tu\b|\btu aurais dû\b|\bfaire l'intéressant",
        r"\b(crazy|insane|psychotic|schizo\w*|loc[oa]|psicótic[oa]|fou|folle|cinglée?|psychotique)\b",
    ),
    "NSPCC, MHFA: never promise that it stays secret": (
        r"\b(i|we) promise\b|\bour secret\b|\bstays? secret\b|\bsecret promise\b|\bnobody will know\b",
        r"\bpromet(o|emos)\b|\bnuestro secreto\b|\bnadie (lo )?sabrá\b|\bserá un secreto\b",
        r"\b(je|nous) (te )?promet(s|tons)\b|\bnotre secret\b|\bpersonne ne (le )?saura\b|\brestera secret",
    ),
    "PFA-S (NCTSN): promise nothing you cannot keep; no software knows that somebody is safe, or comes": (
        r"\byou('re| are) safe\b|\b(they|he|she) (is|are) safe\b|\bwill be (fine|okay|ok|all right|safe)\b",
        r"\bhelp is (on its way|coming)\b|\bwill reach you\b|\bdon't worry\b|\bno need to worry\b",
        r"(?<!no )\best[áa]s a salvo\b|\btodo (va a estar|estará|saldrá) bien\b|\bayuda (viene|llega)\b",
        r"\bno te preocupes\b|\bva a (llegar|comunicarse|estar bien)\b|\bse va a comunicar\b",
        r"\btu es en sécurité\b|\btout (va|ira) (bien|s'arranger)\b|\bles secours arrivent\b",
        r"\bne t'inquiète pas\b|\bva te (joindre|contacter|rappeler)\b",
    ),
}
"""What nobody is told, by the guideline that rules it out, in any of the languages.

Handrail is stricter with itself than with a coordinator's announcement: these come on top of what
:mod:`handlers.safe_messaging` looks for in both.
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_that_an_announcement_is_advised_against(language: str) -> None:
    say = say_in(language)
    against = {text: finds(text, strict=True) for text in map(say, collected())}
    assert not {text: found for text, found in against.items() if found}


@pytest.mark.parametrize("guideline", NEVER)
def test_nothing_is_said_that_safe_messaging_rules_out(guideline: str, say: Say) -> None:
    said = [say(text) for text in collected()]
    found = [text for pattern in NEVER[guideline] for text in said if re.search(pattern, text, re.IGNORECASE)]
    assert not found, guideline


@pytest.mark.parametrize(
    "text",
    [
        "He committed suicide.",
        "a failed attempt",
        "There is a suicide epidemic.",
        "an unsuccessful attempt",
        "You must not tell.",
        "Don't worry, you are safe now.",
        "It stays secret between us.",
        "Help is on its way!",
        "cometió suicidio",
        "un intento fallido",
        "Tienes que contarlo.",
        "Ya estás a salvo.",
        "Será un secreto.",
        "commettre un suicide",
        "une tentative ratée",
        "Tu dois le dire.",
        "Tu es en sécurité.",
        "Personne ne saura.",
    ],
)
def test_what_is_ruled_out_is_found(text: str) -> None:
    patterns = (pattern for patterns in NEVER.values() for pattern in patterns)
    assert finds(text, strict=True) or any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)


# --- sources -----------------------------------------------------------------------------------

GUIDELINES = ("safe messaging", "#chatsafe", "PFA-S", "MHFA", "NSPCC", "threat assessment", "NTAC")


def sources(code: str) -> dict[str, str]:
    """Each marked text's line, with the nearest comment above it; empty if that is too far away."""
    found: dict[str, str] = {}
    comment, distance = "", 0
    for line in code.splitlines():
        if line.strip().startswith("#"):
            comment, distance = line.strip(), 0
        elif "mark(" in line:
            found[line.strip()] = comment if distance < 3 else ""
            distance += 1
        elif not line.strip():
            comment = ""
    return found


def test_advice_names_the_guideline_that_it_follows() -> None:
    code = Path(advice.__file__).read_text(encoding="utf-8")
    found = sources(code)
    assert len(found) >= 12
    names = [name.lower() for name in GUIDELINES]
    assert not [line for line, comment in found.items() if not any(name in comment.lower() for name in names)]


def test_advice_without_a_source_is_found() -> None:
    code = '# NSPCC: believe.\nA = mark("a")\n\nB = mark("b")\n'
    assert sources(code) == {'A = mark("a")': "# NSPCC: believe.", 'B = mark("b")': ""}
