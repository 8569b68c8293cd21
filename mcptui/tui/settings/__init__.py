"""Forms of settings, made of the declarations in :mod:`mcptui.model`."""
