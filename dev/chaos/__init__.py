"""`python3 -m dev chaos`: thousands of requests at once over a Dataverse that fails, and what came of them.

`world` (data) and `mix` (requests) come from the seed. `fault_plan` and `concurrent_edits` say what goes wrong.
`runner` runs it; `history` holds what was written and answered, `heartbeat` when the machine itself stood still.
`model` says what the contract wants of a row; `checks` finds what must not be; `report` shows it. It shares no code
with the app but the API that it calls.
"""
