"""What servers list, made such that typed clients can read it."""
