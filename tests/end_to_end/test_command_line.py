"""The command line as people and scripts use it, each in a process of its own."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.conftest import ROOT, bot_environment


def bot(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m bot`` from an empty folder and wait for its end."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=stdin,
        capture_output=True,
        env={**bot_environment(), "PYTHONPATH": str(ROOT), **environment},
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_the_script_plays_a_disclosure_to_its_outcome() -> None:
    played = bot("demo", "--script")
    assert played.returncode == 0, played.stderr
    assert re.search(r"Ms. Rivera sees in direct messages: E-\d+ · Immediate", played.stdout)
    assert "Mr. Okafor" in played.stdout
    assert played.stdout.rstrip().endswith("Resolved.")


def test_run_without_a_platform_says_what_to_set_and_where(tmp_path: Path) -> None:
    done = bot("run")
    assert done.returncode == 2
    assert "SLACK_BOT_TOKEN" in done.stderr
    assert "DISCORD_TOKEN" in done.stderr
    assert "api.slack.com" in done.stderr


def test_a_port_in_use_is_said_with_another_one_to_take() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = bot("demo", "--port", str(port))
    assert done.returncode == 2
    assert f"Port {port} is in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_screen_explains_one_text() -> None:
    done = bot("screen", "she told me she wants to kill herself tonight")
    assert done.returncode == 0
    assert "Immediate: pages now" in done.stdout
    assert "Self-harm or suicide: plan and time" in done.stdout
    assert "“tonight”" in done.stdout


def test_screen_answers_lines_in_order_and_names_the_ones_it_cannot_read() -> None:
    rows = [{"id": n, "text": text} for n, text in ((3, "homework done"), ("b", "he wants to die tonight"))]
    lines = [json.dumps(rows[0]), "not json", "", json.dumps(rows[1]), '{"id": 1}']
    done = bot("screen", "--jsonl", stdin="\n".join(lines).encode())
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers[0] == {"id": 3, "labels": [], "urgency": "none"}
    assert answers[1]["id"] == "b"
    assert answers[1]["labels"] == ["self_harm"]
    assert len(answers) == 2
    assert "line 2 " in done.stderr
    assert "line 5 " in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DATABASE_URL": "mysql://localhost/x"}, "runs on sqlite and postgresql"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "HANDRAIL_KEYS is not set"),
        ({"DYNO": "web.1"}, "HANDRAIL_KEYS is not set"),
        ({"HANDRAIL_KEYS": "short"}, "cannot be used"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL"),
    ],
)
def test_a_set_up_that_cannot_work_ends_with_2_and_what_to_do(
    environment: dict[str, str], said: str, tmp_path: Path
) -> None:
    given = {"DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite'}", **environment}
    done = bot("migrate", **given)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_migrate_works_twice_and_refuses_other_keys(tmp_path: Path) -> None:
    file = tmp_path / "handrail.sqlite"
    url = {"DATABASE_URL": f"sqlite:///{file}"}
    assert bot("migrate", **url).returncode == 0
    assert bot("migrate", **url).returncode == 0
    if os.name == "posix":
        assert (tmp_path / "handrail.sqlite.keys").stat().st_mode & 0o777 == 0o600
    other = "A" * 43 + "="
    refused = bot("migrate", HANDRAIL_KEYS=other, **url)
    assert refused.returncode == 2
    assert "do not fit this database" in refused.stderr


def test_the_sandbox_leaves_a_real_programmes_database_alone(tmp_path: Path) -> None:
    url = {"DATABASE_URL": f"sqlite:///{tmp_path / 'handrail.sqlite'}"}
    assert bot("demo", "--script", **url).returncode == 0
    again = bot("demo", "--script", **url)
    assert again.returncode == 0, again.stderr  # its own programme may be used again
    code = (
        "import asyncio\n"
        "from datetime import UTC, datetime\n"
        "from bot.app import open_database\n"
        "from bot.settings import Settings\n"
        "from storage import programmes\n"
        "async def main():\n"
        "    database = await open_database(Settings(), migrate=True)\n"
        "    async with database.write() as tx:\n"
        "        await programmes.add(tx, name='Real', time_zone='UTC', locale='en', room='', phone='',\n"
        "            emergency_number='', crisis_line='', services=(), now=datetime.now(UTC))\n"
        "    await database.close()\n"
        "asyncio.run(main())\n"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env={**bot_environment(), "PYTHONPATH": str(ROOT), **url},
    )
    refused = bot("demo", "--script", **url)
    assert refused.returncode == 2
    assert "holds a real programme" in refused.stderr


def test_doctor_makes_nothing_and_says_what_to_do_first(tmp_path: Path) -> None:
    file = tmp_path / "handrail.sqlite"
    done = bot("doctor", DATABASE_URL=f"sqlite:///{file}")
    assert done.returncode == 1
    assert "There is no database yet" in done.stdout
    assert "python -m bot migrate" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_doctor_finds_the_sandboxs_programme_in_order(tmp_path: Path) -> None:
    url = {"DATABASE_URL": f"sqlite:///{tmp_path / 'handrail.sqlite'}"}
    assert bot("demo", "--script", **url).returncode == 0
    done = bot("doctor", **url)
    assert done.returncode == 0, done.stdout
    assert "nothing is missing" in done.stdout
    for name in ("Rivera", "Okafor", "Hale", "Maya"):
        assert name not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DATABASE_URL": "mysql://localhost/x"}, "runs on sqlite and postgresql"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "HANDRAIL_KEYS is not set"),
    ],
)
def test_doctor_in_a_wrong_environment_ends_with_2(environment: dict[str, str], said: str) -> None:
    done = bot("doctor", **environment)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
