"""The public side: what clients connect to."""
