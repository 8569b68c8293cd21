"""Import from other programs, and installation of the gateway into clients."""
