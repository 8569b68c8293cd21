"""The terminal app: screens show view state and send intents; services do the work."""
