"""Makes the environment that the verbs run in. Standard library only, because nothing is installed yet."""
