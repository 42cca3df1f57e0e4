"""Who and where; never to the wrong adult; joined cases; care after a case; fallback addresses"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "details",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_details_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_details")),
    )
    op.create_index(op.f("ix_details_case_id"), "details", ["case_id"])
    op.create_table(
        "left_out",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_left_out_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_left_out_person_id")),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_left_out")),
    )
    op.create_index(op.f("ix_left_out_person_id"), "left_out", ["person_id"])
    _outcomes_again()
    # With its foreign key in one statement: SQLite cannot add a constraint to a table that exists.
    op.execute(
        "ALTER TABLE cases ADD COLUMN joined_to INTEGER CONSTRAINT fk_cases_joined_to REFERENCES cases (id)"
    )
    op.add_column("cases", sa.Column("care", sa.String(length=20), nullable=True))
    op.add_column("cases", sa.Column("care_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_cases_care_at", "cases", ["care_at"])
    op.add_column("people", sa.Column("also_called", sa.LargeBinary(), nullable=True))
    op.add_column("programmes", sa.Column("country", sa.String(length=2), nullable=False, server_default=""))
    op.add_column(
        "programmes", sa.Column("child_line", sa.String(length=200), nullable=False, server_default="")
    )
    op.add_column("outbox", sa.Column("follows", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE outbox SET follows = page")
    for table in ("accounts", "ladder"):
        channel = sa.Column("channel", sa.String(length=20), nullable=False, server_default="chat")
        op.add_column(table, channel)
    op.add_column("accounts", sa.Column("url", sa.LargeBinary(), nullable=True))
    op.create_index("ix_outbox_connection_id_created_at", "outbox", ["connection_id", "created_at"])


def _outcomes_again() -> None:
    """A case may close more than once, so its outcome is no longer known by the case's number alone."""
    op.create_table(
        "case_outcomes",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("student_seen", sa.Boolean(), nullable=False),
        sa.Column("handed_over", sa.Boolean(), nullable=False),
        sa.Column("report", sa.String(length=40), nullable=False),
        sa.Column("parents", sa.String(length=40), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_case_outcomes_by")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_outcomes_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_outcomes")),
    )
    op.create_index(op.f("ix_case_outcomes_case_id"), "case_outcomes", ["case_id"])
    op.execute(
        "INSERT INTO case_outcomes"
        ' (case_id, outcome, student_seen, handed_over, report, parents, note, "by", at)'
        ' SELECT case_id, outcome, student_seen, false, report, parents, note, "by", at'
        " FROM outcomes ORDER BY at"
    )
    op.drop_table("outcomes")
