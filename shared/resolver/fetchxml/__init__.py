"""RULE_SOURCE=workstream: the record identification rule of a workstream, parsed, filled in, written and asked."""
