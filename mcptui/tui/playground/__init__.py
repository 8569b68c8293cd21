"""Mode 3: tools, prompts and resources as a key sees them."""
