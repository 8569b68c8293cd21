"""Collections: saved calls with variables and expectations, in TOML files that can be shared, and how they are run."""
