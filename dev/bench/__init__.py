"""`python3 -m dev bench`: how fast the app is, beside the floor and beside what one would write instead."""
