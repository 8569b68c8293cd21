"""Use cases shared by the command line and the app.

Functions that change the state file or secrets are blocking and thread-safe (the app runs them in a
thread); functions that talk to the gateway are async. All of them raise :class:`mcptui.errors.McptuiError`
subclasses with a hint, and nothing else on purpose.
"""
