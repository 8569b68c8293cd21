"""Text as it is drawn."""
