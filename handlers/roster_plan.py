"""What a list of people would change on the roster: who is new, changed, the same; what cannot be taken.

A list never removes anybody, and never changes what one of the adults does: that has consequences for cases,
and is done by hand, one at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pprint import pformat

from handlers.languages import Say, mark
from handlers.roster import welcome_all
from handlers.roster_rows import Row, Sheet, Wrong
from handlers.roster_rules import not_together
from storage import events, people, roster
from storage.db import Tx
from storage.programmes import Connection, Programme
from storage.roster import Entry, NewEntry
from storage.words import HELPING, Role


@dataclass(frozen=True)
class Change:
    """Somebody known as they will be. ``account``: one more of theirs, (connection id, id there)."""

    before: Entry
    after: Entry
    account: tuple[int, str] | None


@dataclass(frozen=True)
class Plan:
    """What a list comes to."""

    new: tuple[NewEntry, ...]
    changed: tuple[Change, ...]
    same: int
    wrong: tuple[Wrong, ...]

    @property
    def good(self) -> int:
        """How many lines would change something."""
        return len(self.new) + len(self.changed)

    @property
    def fingerprint(self) -> str:
        """The same as long as saving it would do the same."""
        return sha256(pformat(self).encode()).hexdigest()  # the same in every process: it sorts sets


class _Refused(Exception):
    """A row that cannot be taken."""

    def __init__(self, text: str, **filled: int) -> None:
        super().__init__(text)
        self.text, self.filled = text, filled


def make(sheet: Sheet, entries: Sequence[Entry], connections: Sequence[Connection], here: int | None) -> Plan:
    """Compare a list with the roster. ``here`` is the connection that ids without a platform belong to."""
    return _Comparing(entries, connections, here).compare(sheet)


class _Comparing:
    """One comparison: what is known, and which lines of the list have spoken of whom already."""

    def __init__(self, entries: Sequence[Entry], connections: Sequence[Connection], here: int | None) -> None:
        self.by_account = {account: entry for entry in entries for account in entry.accounts}
        self.by_name: dict[str, list[Entry]] = {}
        for entry in entries:
            self.by_name.setdefault(entry.name.casefold(), []).append(entry)
        self.connections: Mapping[str, int] = {each.platform.value: each.id for each in connections}
        self.here = here
        self.lines: dict[object, int] = {}

    def compare(self, sheet: Sheet) -> Plan:
        new, changed, same, wrong = list[NewEntry](), list[Change](), 0, list(sheet.wrong)
        for row in sheet.rows:
            try:
                found = self._row(row)
            except _Refused as refused:
                wrong.append(Wrong(row.line, refused.text, refused.filled))
                continue
            match found:
                case NewEntry():
                    new.append(found)
                case Change():
                    changed.append(found)
                case None:
                    same += 1
        wrong.sort(key=lambda each: each.line)
        return Plan(tuple(new), tuple(changed), same, tuple(wrong))

    def _row(self, row: Row) -> NewEntry | Change | None:
        account = self._account(row)
        known = self._known(row, account)
        self._only_once(row, account, known)
        if known is not None:
            return _change(row, account, known)
        roles = row.roles or frozenset({Role.HELPER})
        _check_together(roles)
        helping = roles <= HELPING
        return NewEntry(
            name=row.name,
            phone="" if helping else row.phone,
            also_called="" if helping else row.also_called,
            roles=roles,
            account=account,
            grade=row.grade if helping else "",
        )

    def _account(self, row: Row) -> tuple[int, str] | None:
        if row.account is None:
            return None
        platform, user = row.account
        connection = self.connections.get(platform) if platform else self.here
        if connection is None:
            raise _Refused(mark("It is not clear where the account is. Write slack: or discord: before it."))
        return connection, user

    def _known(self, row: Row, account: tuple[int, str] | None) -> Entry | None:
        if account in self.by_account and account is not None:
            return self.by_account[account]
        namesakes = self.by_name.get(row.name.casefold(), [])
        if account is not None:  # somebody else of the same name may have an account there already
            namesakes = [entry for entry in namesakes if not entry.account(account[0])]
        if len(namesakes) > 1:
            raise _Refused(mark("Several people on the team have this name. Give their account."))
        return namesakes[0] if namesakes else None

    def _only_once(self, row: Row, account: tuple[int, str] | None, known: Entry | None) -> None:
        """Two lines about one person: the first one counts."""
        name = row.name.casefold()
        spoken_of: list[object] = [known.id] if known else []
        spoken_of.append(account if account is not None else ("called", name))
        for key in [*spoken_of, ("called only", name)]:
            if key in self.lines:
                raise _Refused(mark("This is the same person as in line {line}."), line=self.lines[key])
        spoken_of += [("called", name), *([("called only", name)] if account is None else [])]
        for key in spoken_of:
            self.lines.setdefault(key, row.line)


def _check_together(roles: frozenset[Role]) -> None:
    if why := not_together(roles):
        raise _Refused(why)


def _change(row: Row, account: tuple[int, str] | None, known: Entry) -> Change | None:
    roles = row.roles or known.roles
    more = account if account is not None and account not in known.accounts else None
    # A student may be called like one of the adults, whose pages and rights no list may give away.
    by_name = account is None or more is not None
    if known.roles - HELPING and (roles != known.roles or (by_name and (more or not row.roles))):
        raise _Refused(mark("This is one of the adults: change what they do with /roster, by hand."))
    if known.roles & HELPING and roles - HELPING:
        raise _Refused(mark("This is a helper on the team; the role is for adults."))
    helping = roles <= HELPING
    after = replace(
        known,
        name=row.name,
        roles=roles,
        phone="" if helping else row.phone or known.phone,
        also_called="" if helping else row.also_called or known.also_called,
        grade=row.grade or known.grade if helping else "",
    )
    return None if after == known and more is None else Change(known, after, more)


async def save(tx: Tx, programme: Programme, plan: Plan, now: datetime) -> None:
    """Do what a plan says, and welcome whoever is new or has a new role. The wrong lines change nothing."""
    ids = await roster.add_all(tx, programme.id, plan.new)
    for number in ids:
        await events.audit(
            tx,
            programme_id=programme.id,
            person_id=None,
            deed=roster.ADDED,
            subject=f"person:{number}",
            now=now,
        )
    for change in plan.changed:
        after = change.after
        await roster.change(
            tx,
            after.id,
            name=after.name,
            phone=after.phone,
            also_called=after.also_called,
            grade=after.grade,
        )
        await roster.set_roles(tx, after.id, after.roles)
        if change.account is not None:
            await people.add_account(tx, after.id, *change.account)
    entries = {entry.id: entry for entry in await roster.entries(tx, programme.id)}
    fresh = [(entries[number], role) for number in ids for role in sorted(entries[number].roles)]
    fresh += [
        (entries[change.after.id], role)
        for change in plan.changed
        for role in sorted(
            change.after.roles - (change.before.roles if change.before.accounts else frozenset())
        )
        if not change.after.suspended
    ]
    await welcome_all(tx, programme, fresh, now)


def wrong_lines(say: Say, wrong: Sequence[Wrong], most: int) -> list[str]:
    """What cannot be taken, line by line, in words."""
    lines = [
        say("Line {line}: {why}", line=each.line, why=say(each.text, **each.filled)) for each in wrong[:most]
    ]
    if len(wrong) > most:
        lines.append(say("and {count} more", count=len(wrong) - most))
    return lines
