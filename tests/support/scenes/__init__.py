"""Screens of the app with demo data: the tests compare them, the documentation shows them."""
