"""What the gateway costs: ``make bench``."""
