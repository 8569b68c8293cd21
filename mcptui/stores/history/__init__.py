"""What crossed the gateway, kept in SQLite."""
