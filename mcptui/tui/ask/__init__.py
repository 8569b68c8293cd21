"""Questions that servers ask a person during a call."""
