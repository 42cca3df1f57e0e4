"""What screening finds and how long it takes, on any labelled rows, beside other readers.

    python -m benchmarks.screening FILE.jsonl ... [--beside "command"] ...

A row has ``text``, ``labels`` and, where known, ``urgency``, ``lang``, ``style``, ``kind`` and ``about``.
A row with a ``label`` of ``none`` (the public sets) is one without a disclosure. A command reads
``{"id", "text"}`` lines and answers ``{"id", "labels", "urgency"}`` lines, as does
``python -m bot screen --jsonl``. Without a file: writers left out of training, then the rows that nobody
trained on and the public sets, where they are at hand, and the readers of ``benchmarks/_peers.py`` beside.
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

from benchmarks import _peers
from handlers.screening import screen
from training.figures import Said, figures, said, table
from training.rows import Row

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "screening"
FILES = (ROOT / "benchmarks" / "screening_fresh.jsonl", SHARED / "dev.jsonl")
#: Everyday talk; of each file only the first rows without a disclosure.
PUBLIC = ("goemotions_reddit", "ubuntu_irc", "xstest")
MOST = 4_000
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


def measure(path: Path, beside: dict[str, str]) -> None:
    """Print the figures of one file: ours, then each other reader's."""
    of = rows(path)
    says, times = [], []
    for row in of:
        began = time.perf_counter()
        found = screen(row.text)
        times.append(1000 * (time.perf_counter() - began))
        says.append(said(found))
    print(f"\n{path.name}: Handrail\n{table(figures(of, says))}")
    print(f"a text takes {statistics.median(times):.1f} ms in the middle, {_late(times):.1f} ms at p99")
    for name, command in beside.items():
        print(f"\n{path.name}: {name}\n{table(figures(of, _asked(command, of)))}")


def public(name: str) -> None:
    """Print how many of some everyday texts are paged or asked about."""
    of = [row for row in rows(SHARED / "public" / f"{name}.jsonl") if not row.labels][:MOST]
    levels = [screen(row.text).urgency for row in of]
    pages = 1000 * sum(level.pages for level in levels) / len(of)
    asks = 1000 * sum(level.value != "none" for level in levels) / len(of)
    print(f"{name}: {pages:.1f} of 1,000 paged, {asks:.1f} paged or asked ({len(of)} without a disclosure)")


def peers() -> dict[str, str]:
    """The other readers that can be installed here, with the command that runs each."""
    found = {}
    for name in _peers.PINS:
        if trouble := _peers.installed(name):
            print(f"{name} is left out: {trouble}")
        else:
            found[name] = f"{sys.executable} -m benchmarks._peers {name}"
    for name, why in _peers.LEFT_OUT.items():
        print(f"{name} is left out: {why}")
    return found


def _asked(command: str, of: list[Row]) -> list[Said]:
    lines = "".join(json.dumps({"id": number, "text": row.text}) + "\n" for number, row in enumerate(of))
    done = subprocess.run(
        shlex.split(command), input=lines, capture_output=True, text=True, check=True, cwd=ROOT
    )
    answers = {each["id"]: each for each in map(json.loads, done.stdout.splitlines())}
    says = []
    for number in range(len(of)):
        each = answers.get(number, {})
        labels = tuple(each.get("labels", ()))
        says.append((each.get("urgency", "soon" if labels else "none"), labels, each.get("about", "")))
    return says


def _late(times: list[float]) -> float:
    """The 99th percentile."""
    return sorted(times)[int(0.99 * len(times))]


def cost() -> None:
    """Print how long it takes to load, what memory that adds, and how long texts of some lengths take."""
    script = (
        "import time, psutil; from handlers.screening import screen; m = psutil.Process().memory_info;"
        "a, b = m().rss, time.process_time(); screen('words to begin with');"
        "print(time.process_time() - b, (m().rss - a) / 1e6)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    seconds, megabytes = map(float, done.stdout.split())
    print(f"\nloading takes {seconds:.2f} s of one core and adds {megabytes:.0f} MB")
    screen("words to begin with")
    for name, text, times in (("30 words", THIRTY, 500), ("10,000 characters", (THIRTY + " ") * 66, 11)):
        took, busy = [], []
        for _ in range(times):
            began, used = time.perf_counter(), time.process_time()
            screen(text)
            took.append(1000 * (time.perf_counter() - began))
            busy.append(1000 * (time.process_time() - used))
        print(
            f"{name}: {statistics.median(took):.1f} ms in the middle, {_late(took):.1f} ms at p99; "
            f"of one core {statistics.median(busy):.1f} and {_late(busy):.1f} ms"
        )
    print(f"load of the machine while this ran: {psutil.getloadavg()[0]:.1f} on {psutil.cpu_count()} cores")


def run(files: list[Path], beside: dict[str, str]) -> None:
    """Print everything."""
    if not files and LEFT_OUT.exists():
        found = json.loads(LEFT_OUT.read_text(encoding="utf-8"))["left out"]
        print(f"every writer, read by weights that saw nothing of them (from make train)\n{table(found)}")
    for path in files or [file for file in FILES if file.exists()]:
        measure(path, beside)
    if not files:
        print()
        for name in PUBLIC:
            if (SHARED / "public" / f"{name}.jsonl").exists():
                public(name)
    cost()


async def main() -> None:
    """Print everything for the rows at hand."""
    run([], peers())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--beside", action="append", default=[], metavar="COMMAND")
    given = parser.parse_args()
    run(given.files, {command: command for command in given.beside} or ({} if given.files else peers()))
