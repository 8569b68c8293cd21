"""The way to model providers."""
