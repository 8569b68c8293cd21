"""What strangers, keys and servers do to the gateway on purpose, and what others notice of it."""
