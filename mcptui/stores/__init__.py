"""Ports of everything that outlives a request, and their implementations."""
