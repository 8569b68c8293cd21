"""Mode 2: orgs, teams, users and keys."""
