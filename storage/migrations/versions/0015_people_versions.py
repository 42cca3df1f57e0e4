"""How often what is kept about somebody was changed, so that two who change it at once notice"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("people", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
