"""What makers get ready-made: flows, topics, and the table of docs/for-makers.md. Generated, so that it cannot rot."""
