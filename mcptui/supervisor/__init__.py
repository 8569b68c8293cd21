"""Starts, adopts, watches and stops the gateway process of a home."""
