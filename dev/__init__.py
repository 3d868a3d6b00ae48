"""What only a developer's machine needs: set-up, the local host, the embedded Dataverse. Never deployed."""
