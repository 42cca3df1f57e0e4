"""What screening finds and how long it takes, on any labelled rows, beside any other reader.

    python -m benchmarks.screening FILE.jsonl ... [--beside "command"] ...

A row has ``text``, ``labels`` and, where known, ``urgency``, ``lang``, ``style``, ``kind`` and ``about``.
A row with a ``label`` of ``none`` (the public sets) is one without a disclosure. A command reads
``{"id", "text"}`` lines and answers ``{"id", "labels", "urgency"}`` lines, as does
``python -m bot screen --jsonl``. Without a file: the rows that nobody trained on, where they are at hand,
and the figures of writers left out.
"""

import argparse
import json
import shlex
import statistics
import subprocess
import sys
import time
from pathlib import Path

import psutil

from handlers.screening import screen
from training.figures import figures, table
from training.rows import Row

ROOT = Path(__file__).resolve().parents[1]
FILES = (
    ROOT / "benchmarks" / "screening_fresh.jsonl",
    ROOT.parent / "shared" / "screening" / "dev.jsonl",
)
LEFT_OUT = ROOT / "training" / "figures.json"
THIRTY = (
    "Met with a tutee at lunch, we went over the lab report, then she said the week had been long and that "
    "her sister is visiting on Sunday, which she likes a lot."
)


def rows(path: Path) -> list[Row]:
    """The rows of a file; what they do not say is left empty."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        data = json.loads(line)
        labels = data.get("labels")
        if labels is None:
            labels = [] if data.get("label") == "none" else [data["label"]]
        found.append(
            Row(
                id=str(data.get("id", number)),
                text=data["text"],
                kind=data.get("kind", ""),
                lang=data.get("lang", ""),
                labels=tuple(labels),
                urgency=data.get("urgency", "soon" if labels else "none"),
                about=data.get("about", ""),
                style=data.get("style", ""),
                writer=path.stem,
            )
        )
    return found


def measure(path: Path, beside: list[str]) -> None:
    """Print the figures of one file: ours, then each other reader's."""
    of = rows(path)
    said, times = [], []
    for row in of:
        began = time.perf_counter()
        found = screen(row.text)
        times.append(1000 * (time.perf_counter() - began))
        said.append((found.urgency.value, tuple(kind.value for kind in found.categories), found.about.value))
    print(f"\n{path.name}: Handrail\n{table(figures(of, said))}")
    cut = statistics.quantiles(times, n=100) if len(times) > 1 else times * 99
    print(
        f"a text takes {statistics.median(times):.1f} ms in the middle, "
        f"{cut[98]:.1f} ms at the 99th percentile"
    )
    for command in beside:
        print(f"\n{path.name}: {command}\n{table(figures(of, _asked(command, of)))}")


def _asked(command: str, of: list[Row]) -> list[tuple[str, tuple[str, ...], str]]:
    lines = "".join(json.dumps({"id": number, "text": row.text}) + "\n" for number, row in enumerate(of))
    done = subprocess.run(shlex.split(command), input=lines, capture_output=True, text=True, check=True)
    answers = {each["id"]: each for each in map(json.loads, done.stdout.splitlines())}
    said = []
    for number in range(len(of)):
        each = answers.get(number, {})
        labels = tuple(each.get("labels", ()))
        said.append((each.get("urgency", "soon" if labels else "none"), labels, each.get("about", "")))
    return said


def cost() -> None:
    """Print how long it takes to load, what memory that adds, and how long texts of some lengths take."""
    script = (
        "import time, psutil; from handlers.screening import screen; m = psutil.Process().memory_info;"
        "a, b = m().rss, time.perf_counter(); screen('warm');"
        "print(time.perf_counter() - b, (m().rss - a) / 1e6)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    seconds, megabytes = map(float, done.stdout.split())
    print(f"loading takes {seconds:.2f} s and adds {megabytes:.0f} MB")
    screen("warm")
    for name, text, times in (("30 words", THIRTY, 300), ("10,000 characters", (THIRTY + " ") * 66, 5)):
        took = []
        for _ in range(times):
            began = time.perf_counter()
            screen(text)
            took.append(1000 * (time.perf_counter() - began))
        print(f"{name}: {statistics.median(took):.1f} ms in the middle, {max(took):.1f} ms at most")
    print(f"load of the machine while this ran: {psutil.getloadavg()[0]:.1f}")


def run(files: list[Path], beside: list[str]) -> None:
    """Print everything."""
    if not files and LEFT_OUT.exists():
        for name, each in json.loads(LEFT_OUT.read_text(encoding="utf-8"))["left out"].items():
            print(f"\nevery writer left out once: {name}\n{table(each)}")
    for path in files or [file for file in FILES if file.exists()]:
        measure(path, beside)
    cost()


async def main() -> None:
    """Print everything for the rows at hand."""
    run([], [])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--beside", action="append", default=[], metavar="COMMAND")
    given = parser.parse_args()
    run(given.files, given.beside)
