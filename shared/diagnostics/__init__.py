"""`GET /api/diagnose`: the first thing to open when something is wrong. Reads only; imported when it is asked for.

`uses` says as data what the app needs of Dataverse, `survey` asks what is there, the `*_checks` compare the two,
`report` gathers, `answer` and `page` tell; `course` is the order of it all.
"""
