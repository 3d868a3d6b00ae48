"""What every other package stands on: errors, the names of the Dataverse schema, the request's context, the log."""
