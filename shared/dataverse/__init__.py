"""The Dataverse Web API: client, transport, tokens, OData text, and rows as typed records. Knows no rule of linking."""
