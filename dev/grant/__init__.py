"""`python3 -m dev grant`: the security role and the application user that the app needs in a Dataverse environment.

`needs` says as data which privileges and why; `survey` reads what is there; `plan` compares the two; `apply` does what
is missing; `report` prints. `client` speaks HTTP, `fixes` knows what to do about an error, `signin` gets the token.
"""
