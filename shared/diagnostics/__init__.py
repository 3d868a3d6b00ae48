"""`GET /api/diagnose`: the first thing to open when something is wrong. Reads only; imported when it is asked for.

`requirements` and `privileges` say what the app needs of Dataverse, `queries` ask what is there, the `*_checks` compare
the two, `report` gathers, `response` and `page` make the answer; `runner` is the order of it all.
"""
