"""What matters, kept in SQLite or PostgreSQL: durable before it is acknowledged."""
