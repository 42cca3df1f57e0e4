"""The texts that Handrail says, collected from the code for the people who translate them.

    python dev.py texts

brings ``handlers/locales/*/LC_MESSAGES/handrail.po`` up to date: what is new waits there with an empty
translation, what the code no longer says is dropped, and every other translation stays as it is.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from handlers.languages import DEFAULT, LANGUAGES

ROOT = Path(__file__).resolve().parent
FOLDERS = ("adapters", "bot", "handlers")
RULES = ROOT / "handlers" / "screening" / "rules"
SAID_BY = ("say", "mark")


class NotATextError(ValueError):
    """Something is said that cannot be found in a catalog; the message names the place."""


def catalog_file(language: str) -> Path:
    """Where a language's translations stand."""
    return ROOT / "handlers" / "locales" / language / "LC_MESSAGES" / "handrail.po"


def collect() -> Mapping[str, list[str]]:
    """Every text, with the files that say it. Raises :class:`NotATextError`."""
    found: dict[str, list[str]] = {}
    for text, path in sorted({*_in_code(), *_in_rules()}, key=lambda entry: entry[::-1]):
        found.setdefault(text, []).append(path.relative_to(ROOT).as_posix())
    return found


def _in_code() -> Iterator[tuple[str, Path]]:
    for path in (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and _name(node.func) in SAID_BY:
                match node.args[0]:
                    case ast.Constant(value=str() as text):
                        yield text, path
                    case ast.Name() | ast.Attribute() | ast.Subscript() | ast.Call():
                        pass  # a text from a table, marked where it stands
                    case _:
                        where = f"{path.relative_to(ROOT).as_posix()}, line {node.lineno}"
                        raise NotATextError(f"{where}: say one whole text, with names for what changes in it")


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _in_rules() -> Iterator[tuple[str, Path]]:
    for path in RULES.glob("*.toml"):
        for rule in tomllib.loads(path.read_text(encoding="utf-8"))["rule"]:
            yield rule["theme"], path
            yield rule["reason"], path


def updated(old: str, language: str, texts: Mapping[str, list[str]]) -> tuple[str, list[str]]:
    """A catalog brought up to date, and the texts that it does not translate yet.

    What stands above its first empty line (the glossary and the header) is kept to the letter.
    """
    catalog = read_po(BytesIO(old.encode()), locale=language)
    template = Catalog(locale=language)
    for text, places in texts.items():
        template.add(text, locations=[(place, 0) for place in places])
    catalog.update(template, no_fuzzy_matching=True)
    body = BytesIO()
    write_po(body, catalog, width=110, omit_header=True, ignore_obsolete=True, include_lineno=False)
    top = old.partition("\n\n")[0]
    missing = [text for text in texts if not _translated(catalog, text)]
    return f"{top}\n\n{body.getvalue().decode().strip()}\n", missing


def _translated(catalog: Catalog, text: str) -> bool:
    message = catalog.get(text)
    return message is not None and bool(message.string)


def main() -> int:
    """Bring every catalog up to date and say what is left to translate."""
    try:
        texts = collect()
    except NotATextError as error:
        print(error, file=sys.stderr)
        return 1
    for language, name in LANGUAGES.items():
        if language == DEFAULT:
            continue
        file = catalog_file(language)
        content, missing = updated(file.read_text(encoding="utf-8"), language, texts)
        file.write_text(content, encoding="utf-8", newline="\n")
        print(f"{name}: {len(texts)} texts, {len(missing)} to translate in {file.relative_to(ROOT)}")
        for text in missing:
            print(f"  {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
