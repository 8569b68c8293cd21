"""The control API: HTTP over a unix socket that only the owner of this account can open."""
