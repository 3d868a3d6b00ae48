"""Two Power Platform solutions: the custom connector, and the flow that calls it. Importable in make.powerapps.com.

A flow cannot be bound to a custom connector that arrives in the same import, so each has a solution of its own.
"""
