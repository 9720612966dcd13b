"""Schema migrations (Alembic); imported only when the revision of the file differs from the code's."""
