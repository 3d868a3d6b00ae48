"""`python3 -m dev demo`: conversations linked end to end, over HTTP, on the embedded Dataverse."""
