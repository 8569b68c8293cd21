"""The way of a call from a client to a server and back."""
