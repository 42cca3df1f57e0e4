"""Words that a programme adds to its screening, and which rule found a flag"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "local_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("urgency", sa.String(length=20), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_local_words_programme_id")
        ),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f("fk_local_words_added_by")),
        sa.ForeignKeyConstraint(["removed_by"], ["people.id"], name=op.f("fk_local_words_removed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_words")),
    )
    with op.batch_alter_table("local_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_local_words_programme_id"), ["programme_id"], unique=False)
    op.add_column("flags", sa.Column("rule", sa.String(length=60), nullable=True))
