"""The life of the gateway, as the app follows it."""
