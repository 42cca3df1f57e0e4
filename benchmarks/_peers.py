"""Other readers of the same texts, from PyPI, as commands for ``benchmarks.screening``.

    python -m benchmarks._peers NAME < lines

``cogno-aegis``, ``pantheon-guardrails`` and ``rrt-advocate`` are used as their documentation says. Of
``construct-tracker`` the suicide-risk lexicon is matched word by word, because the package itself holds
numpy and pandas to versions that Handrail cannot use; a text is flagged where any of its words or phrases
stands. Each is installed without what it depends on into ``build/peers``.
"""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[1] / "build" / "peers"
PINS: Final = {
    "cogno-aegis": ("cogno-aegis==0.1.0",),
    "pantheon-guardrails": ("pantheon-guardrails==0.3.2",),
    "rrt-advocate": ("rrt-advocate==0.1.1", "pyyaml"),
    "construct-tracker": ("construct-tracker==1.0.16",),
}
#: Peers of the shared table that cannot be run here, and why.
LEFT_OUT: Final = {"suicide-text-predictor": "needs torch 2.0.1 and torchtext 0.15.2"}


def installed(name: str) -> str:
    """Install a peer where it is not yet; returns what went wrong, or nothing."""
    target = FOLDER / name
    if target.exists():
        return ""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target)]
    done = subprocess.run([*command, *PINS[name]], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["pip failed"])[-1]


def _cogno_aegis() -> Callable[[str], bool]:
    from cogno_aegis.safety import DEFAULT_CRISIS_RULES  # noqa: PLC0415

    rules = [re.compile(rule.pattern, re.IGNORECASE) for rule in DEFAULT_CRISIS_RULES]
    return lambda text: any(rule.search(text) for rule in rules)


def _pantheon() -> Callable[[str], bool]:
    from pantheon_guardrails.crisis import CrisisProtocol  # noqa: PLC0415

    protocol = CrisisProtocol()
    return lambda text: bool(protocol.check(text).triggered)


def _rrt() -> Callable[[str], bool]:
    from rrt_advocate import CrisisEngine, CrisisLevel  # noqa: PLC0415

    logging.disable(logging.CRITICAL)
    high = (CrisisLevel.ORANGE, CrisisLevel.RED, CrisisLevel.BLACK)
    return lambda text: CrisisEngine("a").assess(text).crisis_level in high


def _construct_tracker() -> Callable[[str], bool]:
    folder = FOLDER / "construct-tracker" / "construct_tracker" / "data" / "lexicons"
    file = next(folder.glob("suicide_risk_lexicon*/suicide_risk_lexicon_validated_24-08-02*27-35.json"))
    lexicon = json.loads(file.read_text(encoding="utf-8"))
    lexicon.pop("Relationships & kinship")  # no risk factor
    words = {word.lower() for of in lexicon.values() for word in of["tokens"]}
    found = re.compile(r"\b(" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + r")\b")
    return lambda text: found.search(text.lower()) is not None


READERS: Final[dict[str, Callable[[], Callable[[str], bool]]]] = {
    "cogno-aegis": _cogno_aegis,
    "pantheon-guardrails": _pantheon,
    "rrt-advocate": _rrt,
    "construct-tracker": _construct_tracker,
}


def main() -> None:
    """Answer each line."""
    name = sys.argv[1]
    sys.path.insert(0, str(FOLDER / name))
    flags = READERS[name]()
    for line in sys.stdin:
        row = json.loads(line)
        flagged = flags(row["text"])
        labels = ["self_harm"] if flagged else []
        sys.stdout.write(
            json.dumps({"id": row["id"], "labels": labels, "urgency": "soon" if flagged else "none"}) + "\n"
        )


if __name__ == "__main__":
    main()
