"""`python3 -m dev documents`: the tables in the documents that follow from the code."""
