"""What the on-call engineer is given: queries, the workbook that draws them, the tables of docs/operations.md."""
