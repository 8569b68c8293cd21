"""Everything to try mcptui without a network or an account: a server, a model, a temporary home."""
