"""``python -m training.everyday``: picks the texts that a programme's own words are tried on.

They go with the bot: short rows without a disclosure, as many of each language and style as there are up to
a number, of all writers, in an order that does not change while the rows do not.
"""

import json
import sys
from collections import defaultdict
from hashlib import sha256
from pathlib import Path
from typing import Final

from training.rows import Row, every

FILE: Final = Path(__file__).parent.parent / "handlers" / "screening" / "everyday.json"
#: Of each language and style.
MOST: Final = 150
#: Characters: what can be read at a glance.
LENGTH: Final = range(15, 111)


def chosen(rows: list[Row]) -> list[str]:
    """The texts that are picked."""
    of_kind: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if not row.labels and len(row.text) in LENGTH and "\n" not in row.text:
            of_kind[row.lang, row.style].append(row)
    picked = [
        row
        for kind in sorted(of_kind)
        for row in sorted(of_kind[kind], key=lambda row: sha256(row.id.encode()).digest())[:MOST]
    ]
    return [row.text for row in sorted(picked, key=lambda row: row.id)]


def main() -> int:
    """Write the file."""
    texts = chosen(every())
    FILE.write_text(json.dumps(texts, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(texts)} texts in {FILE.name}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
