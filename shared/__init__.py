"""Conversation Linker: link a customer and a case to an Omnichannel conversation. Runs without Azure Functions."""

__version__ = "0.1.0"
