"""Everyday work on Handrail, on Linux, macOS and Windows. Needs Python 3.11 or newer, nothing else.

    python dev.py install        what running the bot needs
    python dev.py demo [...]     try Handrail in the browser, with an invented team
    python dev.py test [...]     the checks and all tests; with arguments, only pytest with these
    python dev.py check          ruff, mypy and the direction of imports
    python dev.py format [...]   bring the code into shape
    python dev.py bench [...]    the long measurements
    python dev.py texts          collect what the bot says for translation
    python dev.py train          make the weights of the learned reader, and say how good they are

The first run makes a virtual environment in .venv (or where HANDRAIL_VENV points) and installs what is
needed there. Later runs start at once; only a changed pyproject.toml or constraints.txt installs again.
"""

import hashlib
import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

# Nothing above may need a new Python: this line has to be reached to be of help.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.stderr.write(
        "Handrail needs Python 3.11 or newer, and this is Python {}.{}. "
        "Get a newer one from https://www.python.org/downloads/ and run the same command with it.\n".format(
            *sys.version_info[:2]
        )
    )
    sys.exit(2)

ROOT = Path(__file__).resolve().parent
# Measured on Linux with Python 3.11, wheels and setuptools. Each holds what stands before it.
DOWNLOAD_MB = {"runtime": 136, "test": 248, "train": 334}
REQUIREMENT = {"runtime": ".", "test": ".[test]", "train": ".[test,train]"}
PROBE = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
CHECKS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "import-linter": ["-c", "from importlinter.cli import lint_imports_command as run; run()"],
}


class SetupError(Exception):
    """Something on this machine is in the way; the message says what, and what to do."""


def say(text: str) -> None:
    print(text, flush=True)


def run(*command: str) -> int:
    """Run a program to its end and give back its return code; Ctrl-C leaves it time to end by itself."""
    child = subprocess.Popen(command, cwd=ROOT)
    earlier = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    try:
        code = child.wait()
    except KeyboardInterrupt:
        try:
            child.wait(timeout=10)
        except (KeyboardInterrupt, subprocess.TimeoutExpired):
            child.kill()
            child.wait()
        raise
    finally:
        signal.signal(signal.SIGTERM, earlier)
    return code if code >= 0 else 128 - code  # ended by a signal: what a shell would say


# The virtual environment


def venv_folder() -> Path:
    return Path(os.environ.get("HANDRAIL_VENV") or ROOT / ".venv").expanduser().absolute()


def venv_python(venv: Path) -> str:
    return str(venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python")


def usable(venv: Path) -> bool:
    try:
        probe = subprocess.run([venv_python(venv), "-c", PROBE], capture_output=True, check=False)
    except OSError:
        return False
    return probe.returncode == 0


def fingerprint() -> str:
    """What an installation depends on: the two files, and where the checkout is."""
    parts = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    return hashlib.sha256(b"\0".join([*parts, str(ROOT).encode()])).hexdigest()


def read_stamp(venv: Path) -> tuple[str, str]:
    """The fingerprint and the extras that were installed last, or two empty words."""
    try:
        made_from, extras = (venv / "handrail.stamp").read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return "", ""
    return made_from, extras


def create(venv: Path) -> None:
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise SetupError(
            f"This Python cannot make virtual environments. On Debian or Ubuntu: sudo apt install {package} "
            "(or python3-venv). Elsewhere: get Python 3.11 or newer from https://www.python.org/downloads/. "
            "Then run the same command again."
        )
    ours = venv == ROOT / ".venv" or (venv / "pyvenv.cfg").is_file()
    if venv.exists() and not ours and (venv.is_file() or any(venv.iterdir())):
        raise SetupError(
            f"{venv} holds something else and is left alone. Point HANDRAIL_VENV at an empty or new folder."
        )
    python = getattr(sys, "_base_executable", None) or sys.executable  # also from inside a broken venv
    if run(python, "-m", "venv", "--clear", str(venv)) != 0:
        raise SetupError(
            f"Python could not make a virtual environment in {venv}; its own message is above. "
            "Check that the folder can be written and the disk is not full, then run the same command again."
        )


def ensure(extras: str) -> str:
    """Make the virtual environment fit for these extras, and give back its Python."""
    venv, wanted = venv_folder(), fingerprint()
    whole = usable(venv)
    made_from, installed = read_stamp(venv) if whole else ("", "")
    if made_from == wanted and DOWNLOAD_MB[installed] >= DOWNLOAD_MB[extras]:
        return venv_python(venv)
    shown = venv.relative_to(ROOT) if venv.is_relative_to(ROOT) else venv
    size = DOWNLOAD_MB[extras]
    if made_from == wanted:
        size -= DOWNLOAD_MB[installed]
        say(f"Adding the test tools to {shown} (about {size} MB to download, once) ...")
    elif made_from:
        say(f"Updating {shown}, because pyproject.toml or constraints.txt changed ...")
    else:
        again = " again, because it was not complete" if (venv / "pyvenv.cfg").is_file() and not whole else ""
        say(f"Setting up {shown}{again} (about {size} MB to download, once) ...")
    if not whole:
        create(venv)
    (venv / "handrail.stamp").unlink(missing_ok=True)
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    pip = [venv_python(venv), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *quiet]
    if run(*pip, "-c", "constraints.txt", "-e", REQUIREMENT[extras]) != 0:
        raise SetupError(
            "The packages that Handrail needs could not be installed; pip's own message is above. "
            "Most often the internet connection or a proxy is in the way. Then run the same command again."
        )
    (venv / "handrail.stamp").write_text(f"{wanted} {extras}\n", encoding="utf-8")
    return venv_python(venv)


# The commands


def install(args: list[str]) -> int:
    if args:
        raise SetupError("install takes no arguments.")
    python = ensure("runtime")
    say(f"Installed. Run the bot with: {python} -m bot run")
    return 0


def demo(args: list[str]) -> int:
    return run(ensure("runtime"), "-m", "bot", "demo", *args)


def failed_checks(python: str) -> list[str]:
    """Run every check, say one line about each, show the output of those that fail."""
    failed = []
    for name, command in CHECKS.items():
        done = subprocess.run(
            [python, *command],
            cwd=ROOT,
            env={**os.environ, "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode == 0:
            say(f"passed  {name}")
        else:
            failed.append(name)
            say(f"{done.stdout.rstrip()}\nFAILED  {name}")
    return failed


def check(args: list[str]) -> int:
    if args:
        raise SetupError("check takes no arguments: it always runs everything.")
    return 1 if failed_checks(ensure("test")) else 0


def test(args: list[str]) -> int:
    python = ensure("test")
    if args:
        return run(python, "-m", "pytest", *args)
    failed = failed_checks(python)
    code = run(python, "-m", "pytest", "-n", str(min(4, os.cpu_count() or 1)))
    if failed:  # otherwise pytest's closing line stays the last one
        sys.stderr.write(f"These checks failed, see above the tests: {', '.join(failed)}.\n")
    return code or (1 if failed else 0)


def format_code(args: list[str]) -> int:
    python, where = ensure("test"), args or ["."]
    fixed = run(python, "-m", "ruff", "check", "--fix", *where)
    return run(python, "-m", "ruff", "format", *where) or fixed


def bench(args: list[str]) -> int:
    return run(ensure("test"), "-m", "benchmarks", *args)


def train(args: list[str]) -> int:
    if args:
        raise SetupError("train takes no arguments: it always learns from everything.")
    return run(ensure("train"), "-m", "training")


def texts(args: list[str]) -> int:
    if args:
        raise SetupError("texts takes no arguments: it always collects everything.")
    return run(ensure("runtime"), "-m", "texts")


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "install": install,
    "demo": demo,
    "test": test,
    "check": check,
    "format": format_code,
    "bench": bench,
    "texts": texts,
    "train": train,
}


def main(argv: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a Windows console may lack some characters
    if not argv or argv[0] not in COMMANDS:
        say(__doc__ or "")
        return 0 if argv and argv[0] in ("-h", "--help", "help") else 2
    try:
        return COMMANDS[argv[0]](argv[1:])
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
