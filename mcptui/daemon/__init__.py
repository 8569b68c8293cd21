"""The gateway as a process: the one place where its parts are put together."""
