"""Whom of the team's own adults a text may be about: their names, nicknames and role words in it.

A child who tells of abuse by an adult of the team must not be read by that adult. Leaving out one adult too
many means that another one is paged; leaving out one too few cannot be taken back. So names are matched
loosely: misspelt by a letter, by a title and an initial, by what the person is called at work.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from rapidfuzz.distance import OSA

from handlers.screening.normalise import STOP, normalise
from storage.adults import Adult
from storage.words import Role

_TITLES = frozenset(
    (
        *("mr", "mrs", "ms", "miss", "mx", "mister", "dr", "doctor", "prof", "professor", "sir", "maam"),
        *("sr", "sra", "srta", "senor", "senora", "senorita", "don", "dona", "profe"),
        *("m", "mme", "mlle", "monsieur", "madame", "mademoiselle"),
    )
)
_COUNSELS = (
    *("counselor", "counsellor", "coordinator", "psychologist", "social worker", "guidance office"),
    *("consejero", "consejera", "orientador", "orientadora", "coordinador", "coordinadora"),
    *("psicologo", "psicologa", "trabajador social", "trabajadora social"),
    *("conseiller", "conseillere", "coordinateur", "coordinatrice", "psychologue"),
    *("assistant social", "assistante sociale", "cpe"),
)
_ROLE_WORDS = (
    *_COUNSELS,
    *("nurse", "headmaster", "headmistress", "dean", "advisor", "adviser", "therapist", "coach"),
    *("enfermera", "enfermero", "director", "directora", "entrenador", "entrenadora"),
    *("infirmiere", "infirmier", "directeur", "directrice", "entraineur"),
)
_AT_WORK = (
    *_ROLE_WORDS,
    "principal",
    "teacher",
    "head",
    "deputy",
    "secretary",
    "profesor",
    "profesora",
    "prof",
)
"""Words by which one sees that somebody has told what an adult is at work."""
_SHORTEST = 3
_LOOSE = 6
"""From this many letters on, a name may be misspelt by one."""


def named_in(text: str, adults: Iterable[Adult]) -> frozenset[int]:
    """The ids of the adults whom a text names, in whatever way."""
    words = [word for word in normalise(text).words if word != STOP]
    return frozenset(
        adult.person_id for adult in adults if _is_named(words, adult) or _is_mentioned(text, adult)
    )


def _is_mentioned(text: str, adult: Adult) -> bool:
    """Whether an account of theirs is mentioned by its id, as some platforms write it."""
    return any(f"@{user}".casefold() in text.casefold() for user in adult.users)


def _is_named(words: Sequence[str], adult: Adult) -> bool:
    names = [word for word in normalise(adult.name).words if word not in _TITLES and word != STOP]
    phrases = [[name] for name in names if len(name) >= _SHORTEST]
    phrases += [_plain(called) for called in _called(adult)]
    return (
        any(_says(words, phrase) for phrase in phrases if phrase)
        or any(_misspelt(word, name) for name in names if len(name) >= _LOOSE for word in words)
        or _by_initial(words, {name[0] for name in names})
    )


def _called(adult: Adult) -> list[str]:
    """What the person is called besides the name.

    Where nobody has told what they are at work (a nickname tells nothing), any of the usual words may be it.
    """
    own = [called.strip() for called in adult.also_called.split(",") if called.strip()]
    known = any(_says(_plain(called), _plain(role)) for called in own for role in _AT_WORK)
    if Role.COORDINATOR in adult.roles:
        return [*own, *_COUNSELS, *([] if known else _ROLE_WORDS)]
    return own if known else [*own, *_ROLE_WORDS]


def _plain(text: str) -> list[str]:
    return [word for word in normalise(text).words if word != STOP]


def _says(words: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether the words of a phrase stand there in a row; its last one may be a plural."""
    length = len(phrase)
    ends = {phrase[-1], f"{phrase[-1]}s"}
    return any(
        list(words[at : at + length - 1]) == list(phrase[:-1]) and words[at + length - 1] in ends
        for at in range(len(words) - length + 1)
    )


def _misspelt(word: str, name: str) -> bool:
    # "River" is a word of its own, not "Rivera" without its last letter.
    return word[0] == name[0] and not name.startswith(word) and OSA.distance(word, name, score_cutoff=1) <= 1


def _by_initial(words: Sequence[str], initials: set[str]) -> bool:
    """ "Ms. R", "señor O"."""
    return any(
        title in _TITLES and len(letter) == 1 and letter in initials for title, letter in pairwise(words)
    )
