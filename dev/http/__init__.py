"""The one HTTP server of `dev`: under the development host and under the embedded Dataverse.

By hand: calls through it are measured, and the standard library's server and Werkzeug's take longer for each.
"""
