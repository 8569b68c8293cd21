"""Pure: which recorded calls a person wants to see, in a language and as values."""
