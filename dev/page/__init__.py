"""A page to look at: a bot and the representative's screen side by side, on the port of the embedded Dataverse.

For a developer's machine only, and only beside the embedded Dataverse. `python3 -m dev start` serves it. The page
posts to the app what a flow would post (see `page_state`), and shows what stands in the tables (see `screen`).
"""

from .page import Page

__all__ = ["Page"]
