"""Supervision: when prompts go out, what they ask, who is asked, answers with and without names"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    of_schedules: tuple[sa.Column[Any], ...] = (
        sa.Column("rule", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("grace", sa.Integer(), nullable=False, server_default="720"),
        sa.Column("open_for", sa.Integer(), nullable=False, server_default="3"),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    )
    for column in of_schedules:
        op.add_column("schedules", column)
    of_rounds: tuple[sa.Column[Any], ...] = (
        sa.Column("skipped", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nudge_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nudges", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("results", sa.JSON(), nullable=True),
    )
    for column in of_rounds:
        op.add_column("rounds", column)
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rounds_closes_at"), ["closes_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_rounds_nudge_at"), ["nudge_at"], unique=False)
    op.add_column("answers", sa.Column("content", sa.LargeBinary(), nullable=True))
    op.add_column("answers", sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false()))
    _who_is_asked()
    _what_is_asked()


def _who_is_asked() -> None:
    op.create_table(
        "asked",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_asked_round_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_asked_person_id")),
        sa.PrimaryKeyConstraint("round_id", "person_id", name=op.f("pk_asked")),
    )
    op.create_table(
        "sheets",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("answered", sa.LargeBinary(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_sheets_round_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_sheets")),
    )
    op.create_table(
        "prompt_wishes",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(length=200), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.Column("pause", sa.String(length=20), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_prompt_wishes_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_prompt_wishes")),
    )


def _what_is_asked() -> None:
    op.create_table(
        "own_prompts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_own_prompts_programme_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_own_prompts_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_prompts")),
    )
    op.create_table(
        "school_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_school_days_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_days")),
    )
    with op.batch_alter_table("school_days", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_school_days_programme_id"), ["programme_id"], unique=False)
