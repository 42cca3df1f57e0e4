"""The commands that a newcomer types first: dev.py, the Makefile, and the files they rely on."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
HAS_URL_OR_HASH = re.compile(r"://|--hash|--index|--find-links|@")


@pytest.fixture
def dev() -> ModuleType:
    spec = importlib.util.spec_from_file_location("handrail_dev", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Machine:
    """An empty checkout in which programs are only noted down, and pip can be made to fail."""

    def __init__(self, dev: ModuleType, root: Path) -> None:
        self.dev, self.root, self.venv = dev, root, root / ".venv"
        self.ran: list[tuple[str, ...]] = []
        self.broken = False
        self.codes: dict[str, int] = {}

    def run(self, *command: str) -> int:
        self.ran.append(command)
        if "venv" in command:
            self.venv.mkdir(exist_ok=True)
            (self.venv / "pyvenv.cfg").touch()
            self.broken = False
        return self.codes.get(command[2], 0)

    def usable(self, venv: Path) -> bool:
        return (venv / "pyvenv.cfg").exists() and not self.broken

    def type(self, *words: str) -> tuple[int, list[str]]:
        """What `python dev.py ...` gives back, and which programs it ran ("venv", "pip", "pytest", ...)."""
        self.ran.clear()
        return self.dev.main(list(words)), [command[2] for command in self.ran]


@pytest.fixture
def machine(dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text("first\n")
    made = Machine(dev, tmp_path)
    monkeypatch.delenv("HANDRAIL_VENV", raising=False)
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "run", made.run)
    monkeypatch.setattr(dev, "usable", made.usable)
    monkeypatch.setattr(dev, "failed_checks", lambda _: [])
    return made


def test_first_run_installs_and_the_second_starts_at_once(
    machine: Machine, capsys: pytest.CaptureFixture[str]
):
    assert machine.type("demo", "--port", "8001") == (0, ["venv", "pip", "bot"])
    assert machine.ran[-1][1:] == ("-m", "bot", "demo", "--port", "8001")
    assert re.search(r"about \d+ MB to download, once", capsys.readouterr().out)

    assert machine.type("demo") == (0, ["bot"])
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_changed_project_file_installs_again_once(machine: Machine, name: str):
    machine.type("demo")
    (machine.root / name).write_text("second\n")
    assert machine.type("demo") == (0, ["pip", "bot"])
    assert machine.type("demo") == (0, ["bot"])


def test_the_demo_leaves_the_test_tools_out_until_they_are_wanted(machine: Machine):
    machine.type("demo")
    assert machine.ran[1][-4:] == ("-c", "constraints.txt", "-e", ".")
    assert machine.type("bench") == (0, ["pip", "benchmarks"])
    assert machine.ran[0][-1] == ".[test]"
    assert machine.type("demo") == (0, ["bot"])  # what tests need is enough for the demo


def test_a_broken_environment_is_made_anew(machine: Machine, capsys: pytest.CaptureFixture[str]):
    machine.type("demo")
    machine.broken = True
    assert machine.type("demo") == (0, ["venv", "pip", "bot"])
    assert "--clear" in machine.ran[0]
    assert "again, because it was not complete" in capsys.readouterr().out


def test_without_network_it_says_so_and_tries_again_next_time(
    machine: Machine, capsys: pytest.CaptureFixture[str]
):
    machine.codes["pip"] = 1
    assert machine.type("demo") == (2, ["venv", "pip"])
    said = capsys.readouterr().err
    assert "internet connection" in said
    assert "Traceback" not in said

    machine.codes.clear()
    assert machine.type("demo") == (0, ["pip", "bot"])


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_that_cannot_make_environments_says_what_to_install(
    machine: Machine, missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else object())
    assert machine.type("demo") == (2, [])
    said = capsys.readouterr().err
    assert "sudo apt install python3." in said
    assert said.count("\n") == 1
    assert not machine.venv.exists()


def test_a_folder_with_something_else_in_it_is_left_alone(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").touch()
    monkeypatch.setenv("HANDRAIL_VENV", str(tmp_path / "home"))
    assert machine.type("test") == (2, [])
    assert "left alone" in capsys.readouterr().err


def test_an_empty_folder_is_not_taken_for_an_environment(dev: ModuleType, tmp_path: Path):
    assert not dev.usable(tmp_path)


def test_tests_come_with_the_checks_and_at_most_four_workers(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    machine.type("test")
    assert machine.ran[-1][2:] == ("pytest", "-n", "4")


def test_named_tests_run_alone(machine: Machine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(machine.dev, "failed_checks", lambda _: pytest.fail("checks were not asked for"))
    machine.type("test", "tests/unit", "-k", "ladder")
    assert machine.ran[-1][2:] == ("pytest", "tests/unit", "-k", "ladder")


def test_a_failed_check_fails_the_tests_which_run_all_the_same(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(machine.dev, "failed_checks", lambda _: ["mypy"])
    code, ran = machine.type("test")
    assert code == 1
    assert ran[-1] == "pytest"
    assert "mypy" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "program"),
    [
        (["demo"], "bot"),
        (["test"], "pytest"),
        (["format"], "ruff"),
        (["bench"], "benchmarks"),
        (["texts"], "texts"),
    ],
)
def test_return_codes_are_passed_on(machine: Machine, words: list[str], program: str):
    machine.codes[program] = 5
    assert machine.type(*words)[0] == 5


def test_return_codes_of_real_programs(dev: ModuleType):
    assert dev.run(sys.executable, "-c", "raise SystemExit(7)") == 7
    if os.name == "posix":
        assert dev.run(sys.executable, "-c", "import os; os.kill(os.getpid(), 9)") == 137


def test_ctrl_c_is_quiet(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def interrupted(args: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(machine.dev.COMMANDS, "demo", interrupted)
    assert machine.type("demo")[0] == 130
    assert capsys.readouterr() == ("", "")


def test_every_check_runs_and_only_failures_show_their_output(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    checks = {
        "first": ["-c", "raise SystemExit('line 3 is wrong')"],
        "second": ["-c", "print('a long banner')"],
        "third": ["-c", "raise SystemExit(2)"],
    }
    monkeypatch.setattr(dev, "CHECKS", checks)
    assert dev.failed_checks(sys.executable) == ["first", "third"]
    said = capsys.readouterr().out
    assert "line 3 is wrong" in said
    assert "banner" not in said
    assert re.findall(r"(passed|FAILED)  (\w+)", said) == [
        ("FAILED", "first"),
        ("passed", "second"),
        ("FAILED", "third"),
    ]


def test_an_unknown_command_shows_the_known_ones(dev: ModuleType, capsys: pytest.CaptureFixture[str]):
    assert dev.main(["lunch"]) == 2
    assert dev.main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(f"python dev.py {name}" in said for name in dev.COMMANDS)


def test_an_older_python_is_told_what_is_needed():
    ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 7))
    script = "import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_path('dev.py', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "needs Python 3.11 or newer, and this is Python 3.9." in done.stderr
    assert "Traceback" not in done.stderr


def test_make_offers_what_dev_offers(dev: ModuleType):
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    rules = {
        line.removesuffix(":"): lines[n + 1] for n, line in enumerate(lines) if re.fullmatch(r"\w+:", line)
    }
    assert rules == {name: f"\t@$(PYTHON) dev.py {name} $(ARGS)" for name in dev.COMMANDS}
    phony = next(line for line in lines if line.startswith(".PHONY:"))
    assert set(phony.split()[1:]) == set(dev.COMMANDS)


def pins() -> list[tuple[str, str]]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = [line.split("==") for line in lines if line and not line.startswith("#")]
    return [(name, version) for name, version in found]


def test_constraints_are_exact_sorted_and_name_no_place():
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert not HAS_URL_OR_HASH.search(text)
    names = [name for name, _ in pins()]
    assert names == sorted(set(names))
    assert names == [canonicalize_name(name) for name in names]
    assert all(re.fullmatch(r"[0-9][0-9a-z.]*", version) for _, version in pins())


def test_every_dependency_is_pinned_within_its_bounds():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [
        Requirement(line) for line in [*project["dependencies"], *(line for some in extras for line in some)]
    ]
    pinned = dict(pins())
    unmet = [
        str(need)
        for need in wanted
        if not need.specifier.contains(pinned.get(canonicalize_name(need.name), "0"), prereleases=True)
    ]
    assert unmet == []


def test_the_processes_have_their_fixed_names():
    assert (ROOT / "Procfile").read_text(encoding="utf-8").splitlines() == [
        "release: python -m bot migrate",
        "web: python -m bot run",
        "worker: python -m bot run --only worker",
    ]


@pytest.mark.skipif(os.name == "nt", reason="the build machine's script needs bash")
@pytest.mark.parametrize(
    ("printed", "make_code", "accepted"),
    [
        ("===== 12 passed in 3.04s =====", 0, True),
        ("===== 812 passed in 74.51s (0:01:14) =====", 0, True),
        ("===== 12 passed, 1 skipped in 3.04s =====", 0, False),
        ("===== 12 passed, 1 xfailed in 3.04s =====", 0, False),
        ("===== 1 failed, 12 passed in 3.04s =====", 1, False),
        ("===== 12 passed in 3.04s =====\nThese checks failed: mypy.", 1, False),
        ("===== no tests ran in 0.01s =====", 0, False),
        ("===== 3 skipped in 0.01s =====", 0, False),
        ("nothing at all", 0, False),
    ],
)
def test_the_build_accepts_only_a_full_pass(tmp_path: Path, printed: str, make_code: int, accepted: bool):
    stubs = {
        "make": f"cat <<'END'\n{printed}\nEND\nexit {make_code}",
        "apt-get": "exit 0",
        "sudo": 'shift; exec "$@"',
    }
    for name, body in stubs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["bash", str(ROOT / ".ci" / "run")],
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) is accepted
    last = done.stdout.splitlines()[-1]
    assert last == printed.splitlines()[0] if " in " in printed else "no closing line" in last
