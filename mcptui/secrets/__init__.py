"""Secrets: references in the state file, and the keyring or vault that they point into."""
