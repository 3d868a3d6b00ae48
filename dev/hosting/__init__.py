"""The parts of the development server: the app and its endpoints, their invocation, the Dataverse behind them."""
