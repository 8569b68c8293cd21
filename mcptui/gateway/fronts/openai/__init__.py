"""The OpenAI API of the gateway: models, Chat Completions, Responses."""
