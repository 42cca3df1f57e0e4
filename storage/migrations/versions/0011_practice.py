"""Services, peers, pairing, handoffs"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "codes_used",
        sa.Column("helper_id", sa.Integer(), nullable=False),
        sa.Column("peer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["helper_id"], ["people.id"], name=op.f("fk_codes_used_helper_id")),
        sa.ForeignKeyConstraint(["peer_id"], ["peers.id"], name=op.f("fk_codes_used_peer_id")),
        sa.PrimaryKeyConstraint("helper_id", "peer_id", name=op.f("pk_codes_used")),
    )
    op.create_table(
        "help_requests",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("time", sa.String(length=40), nullable=False),
        sa.Column("posted_by", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.Integer(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["claimed_by"], ["people.id"], name=op.f("fk_help_requests_claimed_by")),
        sa.ForeignKeyConstraint(["posted_by"], ["people.id"], name=op.f("fk_help_requests_posted_by")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_help_requests_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_requests")),
    )
    with op.batch_alter_table("help_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_requests_next_at"), ["next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_help_requests_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "helper_offers",
        sa.Column("helper_id", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("likes", sa.JSON(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["helper_id"], ["people.id"], name=op.f("fk_helper_offers_helper_id")),
        sa.PrimaryKeyConstraint("helper_id", name=op.f("pk_helper_offers")),
    )
    op.create_table(
        "limits_said",
        sa.Column("helper_id", sa.Integer(), nullable=False),
        sa.Column("peer_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["helper_id"], ["people.id"], name=op.f("fk_limits_said_helper_id")),
        sa.ForeignKeyConstraint(["peer_id"], ["peers.id"], name=op.f("fk_limits_said_peer_id")),
        sa.PrimaryKeyConstraint("helper_id", "peer_id", name=op.f("pk_limits_said")),
    )
    op.create_table(
        "not_with",
        sa.Column("peer_id", sa.Integer(), nullable=False),
        sa.Column("helper_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["helper_id"], ["people.id"], name=op.f("fk_not_with_helper_id")),
        sa.ForeignKeyConstraint(["peer_id"], ["peers.id"], name=op.f("fk_not_with_peer_id")),
        sa.PrimaryKeyConstraint("peer_id", "helper_id", name=op.f("pk_not_with")),
    )
    op.create_table(
        "pairings",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("peer_id", sa.Integer(), nullable=False),
        sa.Column("helper_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("closing", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["helper_id"], ["people.id"], name=op.f("fk_pairings_helper_id")),
        sa.ForeignKeyConstraint(["peer_id"], ["peers.id"], name=op.f("fk_pairings_peer_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_pairings_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairings")),
    )
    with op.batch_alter_table("pairings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pairings_helper_id"), ["helper_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pairings_peer_id"), ["peer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pairings_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "peer_needs",
        sa.Column("peer_id", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("times", sa.JSON(), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("likes", sa.JSON(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["peer_id"], ["peers.id"], name=op.f("fk_peer_needs_peer_id")),
        sa.PrimaryKeyConstraint("peer_id", name=op.f("pk_peer_needs")),
    )
    with op.batch_alter_table("peer_needs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_peer_needs_waiting_since"), ["waiting_since"], unique=False)

    op.create_table(
        "check_in_details",
        sa.Column("check_in_id", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(length=20), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("came", sa.String(length=20), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("agreement", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_in_id"], ["check_ins.id"], name=op.f("fk_check_in_details_check_in_id")
        ),
        sa.PrimaryKeyConstraint("check_in_id", name=op.f("pk_check_in_details")),
    )
    op.create_table(
        "handoffs",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("helper_id", sa.Integer(), nullable=False),
        sa.Column("peer_id", sa.Integer(), nullable=True),
        sa.Column("check_in_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("consent", sa.String(length=20), nullable=False),
        sa.Column("planned", sa.String(length=20), nullable=False),
        sa.Column("walker", sa.String(length=20), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("outcome_by", sa.Integer(), nullable=True),
        sa.Column("referred_to", sa.LargeBinary(), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_handoffs_case_id")),
        sa.ForeignKeyConstraint(["check_in_id"], ["check_ins.id"], name=op.f("fk_handoffs_check_in_id")),
        sa.ForeignKeyConstraint(["helper_id"], ["people.id"], name=op.f("fk_handoffs_helper_id")),
        sa.ForeignKeyConstraint(["outcome_by"], ["people.id"], name=op.f("fk_handoffs_outcome_by")),
        sa.ForeignKeyConstraint(["peer_id"], ["peers.id"], name=op.f("fk_handoffs_peer_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_handoffs_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoffs")),
    )
    with op.batch_alter_table("handoffs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handoffs_helper_id"), ["helper_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handoffs_next_at"), ["next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_handoffs_peer_id"), ["peer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handoffs_programme_id"), ["programme_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("handoffs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handoffs_programme_id"))
        batch_op.drop_index(batch_op.f("ix_handoffs_peer_id"))
        batch_op.drop_index(batch_op.f("ix_handoffs_next_at"))
        batch_op.drop_index(batch_op.f("ix_handoffs_helper_id"))

    op.drop_table("handoffs")
    op.drop_table("check_in_details")
    with op.batch_alter_table("peer_needs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_peer_needs_waiting_since"))

    op.drop_table("peer_needs")
    with op.batch_alter_table("pairings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pairings_programme_id"))
        batch_op.drop_index(batch_op.f("ix_pairings_peer_id"))
        batch_op.drop_index(batch_op.f("ix_pairings_helper_id"))

    op.drop_table("pairings")
    op.drop_table("not_with")
    op.drop_table("limits_said")
    op.drop_table("helper_offers")
    with op.batch_alter_table("help_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_requests_programme_id"))
        batch_op.drop_index(batch_op.f("ix_help_requests_next_at"))

    op.drop_table("help_requests")
    op.drop_table("codes_used")
