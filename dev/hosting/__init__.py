"""The parts of the development server for an Azure Functions app: routes, invocation, HTTP."""
