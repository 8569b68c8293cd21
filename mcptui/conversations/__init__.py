"""Conversations with models: documents of the person, which need no gateway."""
