"""The desired state: ``mcptui.toml`` read, watched and written; where everything lives."""
