"""The Power Platform custom connector, generated from the models and routes of the app."""
