"""Conversation Linker: link a customer and a case to an Omnichannel conversation. Runs without Azure Functions."""

__version__ = "2.0.0"
