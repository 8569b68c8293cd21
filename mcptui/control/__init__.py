"""Client of the gateway's control API."""
