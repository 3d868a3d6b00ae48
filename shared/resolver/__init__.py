"""The front door: from what a bot learned to the customer and the case on the conversation.

`Resolver.link` goes this way, one module for each step:

1. `filters`    what the request describes, as match criteria: per entity the OData filter that finds it
2. `queries`    those filters as reads, `lookup` asks them in one `$batch`
3. `matching`   the decision: exactly one customer, exactly one case, or why not (`link_policy`: what may be replaced)
4. `patch`      the update of the conversation's customer, case and regarding
5. `service`    the order of it all: read, decide, create a case where asked, write under the row's version

`values` holds what people type, `fetchxml` the identification rule of a workstream.
"""

from shared.resolver.service import Resolver

__all__ = ["Resolver"]
