"""One configured server at run time."""
