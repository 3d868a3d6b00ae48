"""The HTTP API without Azure: a request comes in as plain data, a response goes out; errors become answers here."""
