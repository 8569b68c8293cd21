"""Who is told of changes."""
