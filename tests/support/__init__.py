"""Fakes of the outside world, shipped so that others can use them."""
