"""How the gateway authenticates at servers, one file a kind."""
