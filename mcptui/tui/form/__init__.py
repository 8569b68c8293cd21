"""Forms from JSON Schema."""
