"""What the environment says. Every name is fixed: people's scripts rely on them."""

import os
import re
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from storage.db import address
from storage.sealed import Keys, WrongKey

NEW_KEY = 'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'


class SetupProblem(Exception):
    """Something is missing or wrong in how the bot is set up. The text says what to do."""


class DatabaseNotReady(SetupProblem):
    """The settings are understood, but the database they name cannot be used as it is."""


class Settings(BaseSettings):
    """Environment variables, with their defaults."""

    model_config = SettingsConfigDict(extra="ignore")

    database_url: str = "sqlite:///handrail.sqlite"
    database_direct_url: str = ""
    handrail_keys: str = ""
    handrail_coordinators: str = ""
    slack_bot_token: str = ""
    slack_signing_secret: str = ""
    slack_app_token: str = ""
    slack_api_url: str = "https://slack.com/api/"
    public_url: str = ""
    heartbeat_url: str = ""
    fallback_urls: str = ""
    discord_token: str = ""
    discord_api_url: str = "https://discord.com/api/v10"
    port: int = Field(default=8000, ge=1, le=65535)
    log_level: str = "INFO"
    dyno: str = ""

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        level = value.upper()
        if level not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
            raise ValueError("LOG_LEVEL is one of DEBUG, INFO, WARNING, ERROR, CRITICAL")
        return level

    @field_validator("public_url", "slack_api_url", "discord_api_url", "heartbeat_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("an address begins with https://")
        return value.strip()

    def coordinators(self, platform: str) -> list[str]:
        """The accounts of the first coordinators on a platform, from ``slack:U123,discord:456``.

        Raises :class:`SetupProblem` where an entry names no platform.
        """
        found = []
        for entry in filter(None, (part.strip() for part in self.handrail_coordinators.split(","))):
            where, separator, user = entry.partition(":")
            if not separator or where not in ("slack", "discord") or not user:
                raise SetupProblem(
                    "HANDRAIL_COORDINATORS is written like this: slack:U012AB3CD,discord:456 "
                    "(the platform, a colon, and the id of the person's account there)."
                )
            if where == platform:
                found.append(user)
        return found

    @property
    def names_coordinators(self) -> bool:
        """Whether the environment says who coordinates first, on whichever platform."""
        return bool(self.handrail_coordinators.strip(", \t\r\n"))

    @property
    def shared_addresses(self) -> list[str]:
        """The addresses of ``FALLBACK_URLS``, which commas or spaces part; a comma inside of one stays."""
        found = re.split(r"[\s,]+(?=[A-Za-z][A-Za-z0-9+.-]*://)", self.fallback_urls.strip(" ,\t\r\n"))
        return [each for each in dict.fromkeys(found) if each]

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file on this machine."""
        return address(self.database_url).get_backend_name() == "sqlite"

    @property
    def database_file(self) -> Path | None:
        """The SQLite file; ``None`` on PostgreSQL or in memory."""
        file = address(self.database_url).database if self.is_sqlite else None
        return Path(file) if file and file != ":memory:" else None

    @property
    def spool(self) -> Path:
        """Where events are kept, sealed, while the database cannot be written: beside it, else right here."""
        file = self.database_file
        return Path(f"{file}.spool") if file is not None else Path("handrail.spool")

    def keys(self) -> Keys:
        """The keys for sealed columns.

        Beside a SQLite file a key file is made on first use. Elsewhere missing keys raise
        :class:`SetupProblem`: a key that is made by itself on a disk that is wiped loses every note.
        """
        if self.handrail_keys.strip():
            return _keys([key for key in self.handrail_keys.split(",") if key.strip()])
        file = None if self.dyno else self.database_file
        if file is None:
            raise SetupProblem(
                "HANDRAIL_KEYS is not set. Notes and names are kept encrypted, so a key is needed. "
                f"Make one with\n    {NEW_KEY}\n"
                "set HANDRAIL_KEYS to it, and keep a copy in a safe place: without it nothing can be read."
            )
        return _keys(_key_file(Path(f"{file}.keys")))


def _keys(keys: list[str]) -> Keys:
    try:
        return Keys(keys)
    except WrongKey as error:
        raise SetupProblem(f"HANDRAIL_KEYS cannot be used: {error}. Make one with\n    {NEW_KEY}") from None


def _key_file(path: Path) -> list[str]:
    """Read the key file; make it, for its owner alone, if it is not there yet."""
    try:
        if not path.exists():
            if path.with_suffix("").exists():
                raise SetupProblem(
                    f"The key file {path.name} is missing beside the database it belongs to. "
                    "Put it back, or set HANDRAIL_KEYS. Nothing was changed."
                )
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(Keys.make() + "\n")
        return path.read_text().split()
    except OSError as error:
        raise SetupProblem(
            f"The key file {path.name} cannot be read or written ({error.strerror}). "
            "Allow it for the user that runs Handrail, or set HANDRAIL_KEYS."
        ) from None
