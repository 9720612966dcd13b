"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create all tables."""
    _create_home()
    _create_requests()
    op.create_table(
        "logins",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("grants", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop all tables."""
    for table in (
        "settings",
        "logins",
        "transactions",
        "schedule",
        "requests",
        "overrides",
        "states",
        "floors",
        "areas",
        "devices",
    ):
        op.drop_table(table)


def _create_home() -> None:
    for table in ("devices", "areas", "floors"):
        op.create_table(
            table,
            sa.Column("id", sa.String, primary_key=True),
            sa.Column("body", sa.Text, nullable=False),
        )
    op.create_table(
        "states",
        sa.Column("device_id", sa.String, sa.ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("field", sa.String, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "overrides",
        sa.Column("device_id", sa.String, primary_key=True),
        sa.Column("field", sa.String, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )


def _create_requests() -> None:
    op.create_table(
        "requests",
        sa.Column("asker_id", sa.String, primary_key=True),
        sa.Column("request_id", sa.String, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.Text),
        sa.Column("record", sa.LargeBinary),
    )
    op.create_index("ix_requests_request_id", "requests", ["request_id"])
    op.create_index("ix_requests_at", "requests", ["at"])
    op.create_table(
        "schedule",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("effects", sa.Text, nullable=False),
        sa.Column("asker", sa.Text, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("request_id", sa.String, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("skills", sa.Text, nullable=False),
        sa.Column("is_confirmed", sa.Boolean, nullable=False),
    )
    op.create_index("ix_schedule_status_due", "schedule", ["status", "due"])
    op.create_table(
        "transactions",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("asker_id", sa.String, nullable=False),
        sa.Column("request_id", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effects", sa.Text, nullable=False),
        sa.Column("is_undone", sa.Boolean, nullable=False),
    )
    op.create_index("ix_transactions_asker_at", "transactions", ["asker_id", "at"])
