"""Mode 4: a conversation with a model that uses the servers."""
