"""Language models: a client for OpenAI-compatible providers, and the loop that calls tools for them."""
