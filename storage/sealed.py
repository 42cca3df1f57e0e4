"""The sealed column: text that is encrypted before it reaches the database and opened after.

One type for every sensitive text (notes, names, cards that carry a name). Keys come from the
environment, newest first; the first one seals, all of them open, so keys can be rotated.
"""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

UNREADABLE = "(cannot be read with today's keys)"


class WrongKey(Exception):
    """None of the keys opens what the database holds, or a key is not a key at all."""


class Keys:
    """A ring of Fernet keys, newest first. Raises :class:`WrongKey` if one is malformed or none is given."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._ring = MultiFernet([Fernet(key.strip()) for key in keys])
        except ValueError as error:
            raise WrongKey("a key is 32 random bytes in URL-safe base64 (44 characters)") from error

    @staticmethod
    def make() -> str:
        """A new random key."""
        return Fernet.generate_key().decode()

    def seal(self, text: str) -> bytes:
        """Encrypt a text with the newest key. The result tells when, to the second."""
        return self._ring.encrypt(text.encode())

    def seal_without_time(self, text: str) -> bytes:
        """The same, but the result does not tell when it was made."""
        return self._ring.encrypt_at_time(text.encode(), 0)

    def open(self, token: bytes) -> str:
        """Decrypt. Raises :class:`WrongKey` if no key of the ring fits."""
        try:
            return self._ring.decrypt(token).decode()
        except InvalidToken:
            raise WrongKey("no key opens this text") from None


_keys: WeakKeyDictionary[Dialect, Keys] = WeakKeyDictionary()


def use_keys(dialect: Dialect, keys: Keys) -> None:
    """Give one engine's sealed columns their keys; engines of one process may have different ones."""
    _keys[dialect] = keys


class Sealed(TypeDecorator[str]):
    """A text column that holds only ciphertext. It cannot be searched or compared in SQL.

    A value that no key opens reads as :data:`UNREADABLE`: one name or note sealed with a lost key must not
    keep a page from going out.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _keys[dialect].seal(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        try:
            return _keys[dialect].open(value)
        except WrongKey:
            return UNREADABLE


class SealedWithoutTime(Sealed):
    """The same where even the time of writing must not be kept: a plain seal carries it for all to read."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _keys[dialect].seal_without_time(value)
