"""Rules as data: reading, checking and compiling the files in ``rules/``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from handlers.screening.lexicon import Lexicon
from handlers.screening.pattern import Pattern, PatternError, Sequence, compile_part, compile_pattern
from storage.words import About, Category, Urgency

FOLDER: Final = Path(__file__).parent / "rules"
_GROUPS_OF_EVERY_FILE: Final = ("first_person", "third_person", "reporting", "contrast", "denial")
_REQUIRED: Final = (
    "id",
    "category",
    "urgency",
    "theme",
    "reason",
    "patterns",
    "must_match",
    "must_not_match",
)
_OPTIONAL: Final = ("about", "near", "guards", "use", "soften", "doubt", "elsewhere", "reporting", "source")


class RuleError(ValueError):
    """A rule file that cannot be used; the message names the file, the rule and what is wrong."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What cancels a hit in the same clause.

    Attributes:
        anywhere: Cancels wherever it stands in the clause; or ``None``.
        before: Must end where the hit begins; or ``None``.
        after: Must begin where the hit ends; or ``None``.
        answer: Must begin the next sentence ("... hurting herself. She said no, never"); or ``None``.
        closes: What stands after must also be the end of the clause ("suicidal thoughts: none").
    """

    anywhere: Pattern | None = None
    before: Pattern | None = None
    after: Sequence | None = None
    closes: bool = False
    answer: Sequence | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, as it stands in its file (see ``rules/README.md`` for what each field means)."""

    id: str
    category: Category
    urgency: Urgency
    theme: str
    reason: str
    patterns: tuple[Pattern, ...]
    near: tuple[Pattern, ...]
    guards: tuple[Guard, ...]
    soften: tuple[Guard, ...]
    doubt: tuple[Guard, ...]
    elsewhere: tuple[Pattern, ...]
    about: About | None
    reporting: bool
    must_match: tuple[str, ...]
    must_not_match: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Every rule of every language, ready to run.

    Attributes:
        rules: In file order.
        lexicon: The words of every pattern.
        first_person: Words for the writer.
        third_person: Words for somebody else.
        reporting: Somebody's words being passed on ("told me").
        contrast: Words that begin a new clause ("but").
        denial: A question after danger with a "no" behind it ("asked about suicide, he said no").
    """

    rules: tuple[Rule, ...]
    lexicon: Lexicon
    first_person: tuple[Pattern, ...]
    third_person: tuple[Pattern, ...]
    reporting: tuple[Pattern, ...]
    contrast: tuple[Pattern, ...]
    denial: tuple[Pattern, ...]


@cache
def rulebook() -> Rulebook:
    """The rules that come with Handrail, read once.

    Returns:
        The compiled rules.

    Raises:
        RuleError: If a file is not what it should be.
    """
    return load(sorted(FOLDER.glob("*.toml")))


def load(files: list[Path]) -> Rulebook:
    """Read and compile rule files.

    Args:
        files: TOML files, one per language.

    Returns:
        The compiled rules. All of them run on every text: people switch language inside a sentence.

    Raises:
        RuleError: If a file cannot be read, a field is missing, misspelt or of the wrong kind, an id
            stands twice, a pattern cannot be compiled, or two files spell one word differently.
    """
    read = {path.name: _read(path) for path in files}
    spellings: dict[str, str] = {}
    for name, data in read.items():
        for short, full in data.get("spellings", {}).items():
            if spellings.setdefault(short, full) != full:
                raise RuleError(f"{name}: {short!r} is spelt out as {full!r} here, otherwise in another file")
    lexicon = Lexicon(spellings)
    rules: list[Rule] = []
    grammar: dict[str, list[Pattern]] = {name: [] for name in _GROUPS_OF_EVERY_FILE}
    for name, data in read.items():
        groups = {key: _alternatives(value, f"{name}: group {key}") for key, value in data["groups"].items()}
        for group in _GROUPS_OF_EVERY_FILE:
            if group not in groups:
                raise RuleError(f"{name}: the group {group!r} is missing")
            grammar[group].append(_pattern(f"{{{group}}}", lexicon, groups, f"{name}: group {group}"))
        sets = data.get("guard_sets", {})
        known: dict[str, Guard] = {}
        rules += [_rule(entry, lexicon, groups, sets, name=name, known=known) for entry in data["rule"]]
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise RuleError(f"the id {rule.id!r} stands twice")
        seen.add(rule.id)
    return Rulebook(tuple(rules), lexicon, **{key: tuple(value) for key, value in grammar.items()})


def _read(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise RuleError(f"{path.name}: {problem}") from problem
    unknown = set(data) - {"spellings", "groups", "guard_sets", "rule"}
    if unknown or not isinstance(data.get("rule"), list) or not isinstance(data.get("groups"), dict):
        raise RuleError(
            f"{path.name}: needs [groups] and [[rule]]; unknown parts: {sorted(unknown) or 'none'}"
        )
    return data


def _alternatives(value: object, where: str) -> str:
    if isinstance(value, str):
        return value
    return "|".join(_strings(value, where))


def _strings(value: object, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise RuleError(f"{where}: must be a list of texts")
    return value


def _pattern(source: str, lexicon: Lexicon, groups: Mapping[str, str], where: str) -> Pattern:
    try:
        return compile_pattern(source, lexicon, groups)
    except PatternError as problem:
        raise RuleError(f"{where}: {problem}") from problem


def _guard(
    source: str, lexicon: Lexicon, groups: Mapping[str, str], where: str, known: dict[str, Guard]
) -> Guard:
    """A guard; the same words give the same object, so that a text is searched for it only once."""
    if source not in known:
        known[source] = _new_guard(source, lexicon, groups, where)
    return known[source]


def _new_guard(source: str, lexicon: Lexicon, groups: Mapping[str, str], where: str) -> Guard:
    before, at, after = (part.strip() for part in source.partition("@"))
    closes = after.endswith("$")
    after, _, answer = (part.strip() for part in after.removesuffix("$").partition("/"))
    if not at:
        return Guard(anywhere=_pattern(before, lexicon, groups, where))
    if not before and not after and not answer:
        raise RuleError(f"{where}: {source!r} must have words beside '@'")
    try:
        return Guard(
            before=compile_pattern(before, lexicon, groups) if before else None,
            after=compile_part(after, lexicon, groups) if after else None,
            closes=closes,
            answer=compile_part(answer, lexicon, groups) if answer else None,
        )
    except PatternError as problem:
        raise RuleError(f"{where}: {problem}") from problem


def _rule(
    entry: Any,
    lexicon: Lexicon,
    groups: Mapping[str, str],
    sets: Mapping[str, Any],
    *,
    name: str,
    known: dict[str, Guard],
) -> Rule:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        raise RuleError(f"{name}: a rule without an id")
    where = f"{name}: rule {entry['id']}"
    missing = [key for key in _REQUIRED if not entry.get(key)]
    unknown = sorted(set(entry) - set(_REQUIRED) - set(_OPTIONAL))
    if missing or unknown:
        raise RuleError(f"{where}: missing {missing}, unknown {unknown}")
    lists = {
        key: _strings(entry.get(key, []), f"{where}, {key}") for key in (*_REQUIRED[5:], *_OPTIONAL[1:7])
    }
    if not isinstance(entry.get("reporting", True), bool):
        raise RuleError(f"{where}: 'reporting' must be true or false")

    def guards(key: str) -> list[str]:
        for used in lists[key]:
            if used not in sets:
                raise RuleError(f"{where}: no guard set named {used!r}")
        return [one for used in lists[key] for one in _strings(sets[used], f"{name}: guard set {used}")]

    def compiled(sources: list[str]) -> tuple[Guard, ...]:
        return tuple(_guard(one, lexicon, groups, where, known) for one in sources)

    try:
        category, urgency = Category(entry["category"]), Urgency(entry["urgency"])
        about = About(entry["about"]) if "about" in entry else None
    except ValueError as problem:
        raise RuleError(f"{where}: {problem}") from problem
    if urgency is Urgency.NONE or not 2 <= len(entry["theme"].split()) <= 4:
        raise RuleError(f"{where}: the urgency must not be none, and the theme must have two to four words")

    def patterns(key: str) -> tuple[Pattern, ...]:
        return tuple(_pattern(one, lexicon, groups, where) for one in lists[key])

    return Rule(
        id=entry["id"],
        category=category,
        urgency=urgency,
        theme=entry["theme"],
        reason=entry["reason"],
        patterns=patterns("patterns"),
        near=patterns("near"),
        guards=compiled([*lists["guards"], *guards("use")]),
        soften=compiled(guards("soften")),
        doubt=compiled(guards("doubt")),
        elsewhere=patterns("elsewhere"),
        about=about,
        reporting=entry.get("reporting", True),
        must_match=tuple(lists["must_match"]),
        must_not_match=tuple(lists["must_not_match"]),
        source=entry.get("source", ""),
    )
