"""Who asks: credentials, networks, rate limits."""
