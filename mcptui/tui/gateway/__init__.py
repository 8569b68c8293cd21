"""Mode 5: the gateway process."""
