"""The HTTP contract: the request and answer models, how a body is read, and their OpenAPI definition."""
