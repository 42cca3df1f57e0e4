"""The year or grade of peers and helpers"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    for table in ("people", "peers"):
        op.add_column(table, sa.Column("grade", sa.LargeBinary(), nullable=True))
