"""`python3 -m dev chaos`: thousands of requests at once over a Dataverse that fails, and a reckoning.

The way through it: `world` (data) and `mix` (requests) come from the seed; `weather` and `hands` say what goes wrong;
`storm` runs it; `history` holds what was written and answered; `heartbeat` when the machine itself stood still; `model`
says what the contract wants of a row; `checks` finds what must not be; `report` shows it. Nothing here shares code with
the app but the door it is called through.
"""
