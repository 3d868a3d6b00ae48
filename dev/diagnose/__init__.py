"""The diagnosis of an app that runs somewhere, drawn in the terminal."""
