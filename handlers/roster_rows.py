"""A list of people as a spreadsheet exports it, read row by row. Pure; what cannot be read is said by line.

Excel writes UTF-8 with a mark, UTF-16 ("Unicode text") or Windows-1252, and splits by commas, semicolons or
tabs, whatever the computer's language asks for. Nothing here guesses further: bytes that are no UTF-8 are
Windows-1252, in which every byte of a European name has its letter.
"""

import csv
import re
import unicodedata
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO

from handlers.cards.roster import ALSO_CALLED, GRADE, NAME, PHONE
from handlers.languages import mark
from handlers.typed import FEWEST_DIGITS
from storage.words import Role

MOST_ROWS = 5_000
_SPLITS = (";", "\t", ",", "|")
_FIRST_ROWS = 50
_COLUMNS = {
    "name": ("name", "full name", "student", "nombre", "nombre completo", "nom", "nom complet"),
    "given": ("first name", "given name", "prenom", "nombre de pila"),
    "family": ("last name", "surname", "family name", "apellido", "apellidos", "nom de famille"),
    "role": ("role", "roles", "what they do", "rol", "funcion", "fonction"),
    "account": ("account", "user", "user id", "member id", "slack id", "discord id", "cuenta", "compte"),
    "phone": ("phone", "phone number", "telephone", "mobile", "telefono", "movil", "portable"),
    "also_called": ("also called", "nickname", "nicknames", "apodo", "apodos", "surnom", "surnoms"),
    "grade": ("grade", "year", "year group", "class", "grado", "curso", "clase", "classe", "niveau"),
}
_ORDER = ("name", "role", "account", "phone", "also_called", "grade")
"""What the columns are where no row names them."""
_ROLES = {
    Role.HELPER: ("helper", "peer helper", "student", "ayudante", "aidant", "aidante"),
    Role.LEAD: ("lead", "lead helper", "lider", "referent", "referente"),
    Role.COORDINATOR: ("coordinator", "coordinador", "coordinadora", "coordinateur", "coordinatrice"),
    Role.BACKUP: ("backup", "suplente", "suppleant", "suppleante"),
    Role.OUTSIDE_CONTACT: ("outside contact", "contacto externo", "contact exterieur"),
    Role.OBSERVER: ("observer", "observador", "observadora", "observateur", "observatrice"),
}
_ROLE_WORDS = {
    word: role for role, words in _ROLES.items() for word in (*words, role.value.replace("_", " "))
}
_COLUMN_WORDS = {word: column for column, words in _COLUMNS.items() for word in words}
_MENTION = re.compile(r"^<?@?!?(?:(slack|discord|web):)?([\w.-]{1,100})>?$", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One person. ``account``: (platform, or empty for the list's own, and their id there), if given."""

    line: int
    name: str
    roles: frozenset[Role]
    account: tuple[str, str] | None
    phone: str
    also_called: str
    grade: str = ""


@dataclass(frozen=True)
class Wrong:
    """Why a line cannot be taken, as a marked text and what fills it. Never a word of the line itself."""

    line: int
    text: str
    filled: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """All that was read."""

    rows: tuple[Row, ...]
    wrong: tuple[Wrong, ...]


def decode(content: bytes) -> str:
    """The text of a file."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read(text: str) -> Sheet:
    """Read rows. The first one may name the columns; without that they are name, role, account, phone."""
    lines = _split(text.removeprefix("\ufeff").replace("\0", ""))
    if not lines:
        return Sheet((), ())
    header = [_COLUMN_WORDS.get(_plain(cell), "") for cell in lines[0][1]]
    named = any(column in ("name", "given", "family") for column in header)
    columns: Sequence[str] = header if named else _ORDER
    rows, wrong = list[Row](), list[Wrong]()
    for number, cells in lines[1:] if named else lines:
        row = _row(number, dict(zip(columns, (" ".join(cell.split()) for cell in cells), strict=False)))
        if isinstance(row, Row):
            rows.append(row)
        else:
            wrong.append(row)
    for beyond in rows[MOST_ROWS:]:
        wrong.append(Wrong(beyond.line, mark("Only {most} rows are read at once."), {"most": MOST_ROWS}))
    return Sheet(tuple(rows[:MOST_ROWS]), tuple(wrong))


def _split(text: str) -> list[tuple[int, list[str]]]:
    """Rows that hold anything, with the number of the line on which each ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    split = max(_SPLITS, key=lambda each: _evenness(text, each))
    return [(number, cells) for number, cells in _cells(text, split) if any(cell.strip() for cell in cells)]


def _evenness(text: str, split: str) -> int:
    """How many of the first rows have the same number of cells, more than one."""
    found = [cells for _, cells in _cells("\n".join(text.split("\n")[:_FIRST_ROWS]), split)]
    counted = Counter(len(cells) for cells in found if len(cells) > 1)
    return max(counted.values(), default=0)


def _cells(text: str, split: str) -> list[tuple[int, list[str]]]:
    # A quotation mark that is never closed would swallow the rest of the list: then none means anything.
    balanced = text.count('"') % 2 == 0
    reader = csv.reader(
        StringIO(text),
        delimiter=split,
        quoting=csv.QUOTE_MINIMAL if balanced else csv.QUOTE_NONE,
    )
    return [(reader.line_num, cells) for cells in reader]


def _plain(text: str) -> str:
    """Small letters without accents, words split by one space."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w]+|_", " ", kept).split())


def _row(line: int, cells: Mapping[str, str]) -> Row | Wrong:
    names = (cells.get("name") or cells.get("given", ""), cells.get("family", ""))
    name, phone = " ".join(filter(None, names)), cells.get("phone", "")
    also_called = ", ".join(dict.fromkeys(filter(None, map(str.strip, _names(cells)))))
    roles = [
        _ROLE_WORDS.get(_plain(word)) for word in re.split(r"[/+,;&]", cells.get("role", "")) if word.strip()
    ]
    account = _MENTION.match(cells.get("account", "")) if cells.get("account") else None
    if not name:
        return Wrong(line, mark("There is no name."))
    if len(name) > NAME:
        return Wrong(line, mark("The name has more than {most} characters."), {"most": NAME})
    if None in roles:
        return Wrong(line, mark("What they do is not known here. Write helper, lead or backup, for example."))
    if cells.get("account") and account is None:
        return Wrong(line, mark("The account is not an id as the platform writes it."))
    if phone and (len(phone) > PHONE or sum(letter.isdigit() for letter in phone) < FEWEST_DIGITS):
        return Wrong(line, mark("The phone number is not one."))
    if len(cells.get("grade", "")) > GRADE:
        return Wrong(line, mark("The grade has more than {most} characters."), {"most": GRADE})
    if len(also_called) > ALSO_CALLED:
        return Wrong(line, mark("“Also called” has more than {most} characters."), {"most": ALSO_CALLED})
    return Row(
        line,
        name,
        frozenset(role for role in roles if role),
        ((account[1] or "").lower(), account[2]) if account else None,
        phone,
        also_called,
        cells.get("grade", ""),
    )


def _names(cells: Mapping[str, str]) -> list[str]:
    return re.split(r"[,;]", cells.get("also_called", ""))
