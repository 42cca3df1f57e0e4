"""When words were written that reached the bot late"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for table in ("cases", "case_notes"):
        op.add_column(table, sa.Column("written_at", sa.DateTime(timezone=True), nullable=True))
