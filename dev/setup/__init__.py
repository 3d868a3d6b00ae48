"""Makes the environment that the verbs run in.

By hand and with the standard library only, because a machine that has nothing but Python is all it asks for.
"""
