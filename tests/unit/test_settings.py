"""What the environment says, and what is said where it says too little."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import ValidationError

from bot.settings import Settings, SetupProblem
from storage.sealed import Keys, WrongKey

KEY = Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder to start in, and none of the machine's own settings."""
    for name in ("DATABASE_URL", "HANDRAIL_KEYS", "PORT", "LOG_LEVEL", "DYNO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def from_environment(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return Settings()


# --- keys --------------------------------------------------------------------------------------


def test_without_any_setting_a_key_file_is_made_beside_the_database_for_its_owner_alone(tmp_path: Path):
    sealed = Settings().keys().seal("words")
    file = tmp_path / "handrail.sqlite.keys"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Settings().keys().open(sealed) == "words", "the next start reads the same file"


def test_a_key_file_with_several_keys_seals_with_the_first_and_opens_with_all(tmp_path: Path):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    (tmp_path / "handrail.sqlite.keys").write_text(f"{new}\n{old}\n")
    keys = Settings().keys()
    assert keys.open(Keys([old]).seal("words")) == "words"
    assert Keys([new]).open(keys.seal("words")) == "words"


def test_keys_from_the_environment_come_before_any_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    older = Fernet.generate_key().decode()
    keys = from_environment(monkeypatch, HANDRAIL_KEYS=f" {KEY} ,{older},").keys()
    assert Keys([KEY]).open(keys.seal("words")) == "words"
    assert keys.open(Keys([older]).seal("words")) == "words"
    assert not (tmp_path / "handrail.sqlite.keys").exists()


@pytest.mark.parametrize(
    "environment",
    [
        {"DATABASE_URL": "postgres://u:secret@h/d"},
        {"DATABASE_URL": "postgresql://h/d", "HANDRAIL_KEYS": "  "},
        {"DYNO": "web.1"},
        {"DYNO": "web.1", "DATABASE_URL": "postgres://u:secret@h/d"},
        {"DATABASE_URL": "sqlite://"},
        {"DATABASE_URL": "sqlite:///:memory:"},
    ],
    ids=" ".join,
)
def test_where_a_key_file_would_be_lost_missing_keys_say_how_to_make_one(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with pytest.raises(SetupProblem) as problem:
        from_environment(monkeypatch, **environment).keys()
    assert "HANDRAIL_KEYS is not set" in str(problem.value)
    assert "Fernet.generate_key()" in str(problem.value)
    assert "secret" not in str(problem.value)
    assert list(tmp_path.iterdir()) == [], "no file is made"


@pytest.mark.parametrize("keys", ["short", f"{KEY},short", "A" * 44], ids=["short", "second", "zeros"])
def test_a_key_that_is_none_is_refused_and_not_repeated(keys: str, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(SetupProblem) as problem:
        from_environment(monkeypatch, HANDRAIL_KEYS=keys).keys()
    assert "HANDRAIL_KEYS cannot be used" in str(problem.value)
    assert KEY not in str(problem.value)


def test_a_lost_key_file_beside_a_database_is_not_replaced_by_a_new_one(tmp_path: Path):
    (tmp_path / "handrail.sqlite").write_bytes(b"SQLite format 3")
    with pytest.raises(SetupProblem, match="Put it back"):
        Settings().keys()
    assert not (tmp_path / "handrail.sqlite.keys").exists()


@pytest.mark.parametrize("content", ["", "nonsense\n", "# a comment\n"])
def test_a_spoilt_key_file_is_said_to_be_so(tmp_path: Path, content: str):
    (tmp_path / "handrail.sqlite.keys").write_text(content)
    with pytest.raises(SetupProblem):
        Settings().keys()


def test_a_key_file_that_cannot_be_made_says_why(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(SetupProblem) as problem:
        from_environment(monkeypatch, DATABASE_URL="sqlite:////no/such/folder/h.sqlite").keys()
    assert "h.sqlite.keys cannot be read or written" in str(problem.value)


def test_keys_never_show_themselves():
    keys = Keys([KEY])
    assert KEY not in repr(keys)
    with pytest.raises(WrongKey) as refused:
        Keys([Keys.make()]).open(keys.seal("words"))
    assert "words" not in str(refused.value)


# --- the rest ----------------------------------------------------------------------------------


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", ""])
def test_a_port_that_is_none_is_refused(port: str, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(ValidationError, match="port"):
        from_environment(monkeypatch, PORT=port)


@pytest.mark.parametrize(("level", "read_as"), [("debug", "DEBUG"), ("Warning", "WARNING"), ("INFO", "INFO")])
def test_a_log_level_is_read_in_any_case(level: str, read_as: str, monkeypatch: pytest.MonkeyPatch):
    assert from_environment(monkeypatch, LOG_LEVEL=level).log_level == read_as


@pytest.mark.parametrize("level", ["loud", "", "NOTSET", "10"])
def test_a_log_level_that_is_none_names_those_there_are(level: str, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(ValidationError, match="DEBUG, INFO, WARNING, ERROR, CRITICAL"):
        from_environment(monkeypatch, LOG_LEVEL=level)


def test_settings_of_others_do_no_harm(monkeypatch: pytest.MonkeyPatch):
    settings = from_environment(monkeypatch, PORT="8080", SOMETHING_ELSE="x", DATABASE_URL="postgres://h/d")
    assert settings.port == 8080
    assert not settings.is_sqlite
