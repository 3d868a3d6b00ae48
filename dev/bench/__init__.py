"""`python3 -m dev bench`: how fast the app is, compared with the floor and with what one would write instead."""
