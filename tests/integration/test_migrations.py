"""A database of an earlier version keeps what it holds when it is brought up to date."""

from alembic import command
from sqlalchemy import Connection, text

from storage import schema
from storage.db import Database
from storage.sealed import Keys

_BEFORE = (
    "INSERT INTO programmes (id, name, time_zone, locale, room, phone, emergency_number, crisis_line,"
    " services, ladder_minutes, created_at)"
    " VALUES (1, 'School', 'UTC', 'en', '', '', '911', '988', '{}', '{}', '2026-03-02 10:00:00')",
    "INSERT INTO connections (id, programme_id, platform, workspace) VALUES (1, 1, 'web', 'w')",
    "INSERT INTO people (id, programme_id, name, phone, locale, suspended)"
    " VALUES (1, 1, :sealed, :sealed, 'en', false)",
    "INSERT INTO cases (id, programme_id, number, state, urgency, about, drill, helper_id,"
    " writer_connection_id, writer_user, opened_at, minutes, climb, climb_started_at, step, follow_up)"
    " VALUES (1, 1, 1, 'resolved', 'soon', 'unknown', false, 1, 1, 'maya', '2026-03-02 10:00:00', '{}', 1,"
    " '2026-03-02 10:00:00', 1, 'waiting')",
    'INSERT INTO outcomes (case_id, outcome, student_seen, report, parents, note, "by", at)'
    " VALUES (1, 'talked', true, 'made', 'told', :sealed, 1, '2026-03-02 11:00:00')",
    'INSERT INTO outbox (id, key, lane, deed, connection_id, "user", case_id, page, card, state, due_at,'
    " attempts, possible_repeat, created_at)"
    " VALUES (1, 'page:1', 'pages', 'send', 1, 'rivera', 1, true, :sealed, 'sent', '2026-03-02 10:00:00', 1,"
    " false, '2026-03-02 10:00:00')",
)


async def test_outcomes_and_pages_of_the_first_version_are_kept(database_url: str, keys: Keys):
    old = Database(database_url, keys)

    def first_version(connection: Connection) -> None:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        sealed = keys.seal("words")
        for statement in _BEFORE:
            connection.execute(text(statement), {"sealed": sealed} if ":sealed" in statement else {})

    async with old.engine.begin() as connection:
        await connection.run_sync(first_version)
    await schema.migrate(old)
    async with old.engine.connect() as connection:
        outcome = (
            await connection.execute(
                text("SELECT case_id, outcome, student_seen, handed_over, note FROM case_outcomes")
            )
        ).one()
        follows = (await connection.execute(text("SELECT follows FROM outbox"))).scalar_one()
    await old.close()
    assert outcome[:2] == (1, "talked")
    assert (bool(outcome[2]), bool(outcome[3])) == (True, False)
    assert keys.open(bytes(outcome[4])) == "words"
    assert bool(follows), "the card of a page goes on following its case"
