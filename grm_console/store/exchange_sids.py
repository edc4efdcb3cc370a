"""An exchange, or a leg of a call, found by what a provider calls it.

What was entered by hand, or is not rung yet, has no such id, so the indexes of these ids leave it out, and a planner
takes them only for a statement that says so in the same words.
"""

from grm_console.store.prepared import filled
from grm_console.store.tables import CallLeg, Interaction
from grm_console.store.tables.columns import table_of

HAS_SID = filled(table_of(Interaction).c.sid)
"""Whether an exchange came from a provider; belongs into every WHERE that looks for one by its id."""

LEG_HAS_SID = filled(table_of(CallLeg).c.sid)
"""The same of a leg."""
