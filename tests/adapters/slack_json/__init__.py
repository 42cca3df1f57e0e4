"""What Slack is told of every picture in ``tests/gallery``, in English, one file each, for people to read.

``python -m tests.adapters.slack_json`` (in the virtual environment) writes them anew. What then differs is
what Slack's people will see: look at it before it is committed.
"""

import json
from pathlib import Path

from adapters.slack.render import Json
from tests.gallery.slack import payloads

FOLDER = Path(__file__).parent
COMMAND = "python -m tests.adapters.slack_json"


def kept() -> dict[str, Json]:
    """What the files hold, by the pictures' names."""
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in FOLDER.glob("*.json")}


def keep() -> None:
    """Write all of them, and take away those whose picture is gone."""
    made = payloads("en")
    for name, payload in made.items():
        lines = json.dumps(payload, indent=2, ensure_ascii=False)
        (FOLDER / f"{name}.json").write_text(f"{lines}\n", encoding="utf-8", newline="\n")
    for file in FOLDER.glob("*.json"):
        if file.stem not in made:
            file.unlink()
