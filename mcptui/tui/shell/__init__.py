"""The app around its modes."""
