"""Who has met a peer is found without reading every check-in"""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_index("ix_check_ins_peer_id", "check_ins", ["peer_id"], unique=False)
