"""An exchange, or a leg of a call, found by what a provider calls it.

What was entered by hand, or is not rung yet, has no such id, so the indexes of these ids leave it out, and a planner
takes them only for a statement that says so in the same words.
"""

from sqlalchemy import literal_column

from grm_console.store.tables import CallLeg, Interaction
from grm_console.store.tables.columns import table_of

HAS_SID = table_of(Interaction).c.sid != literal_column("''")
"""Whether an exchange came from a provider; belongs into every WHERE that looks for one by its id."""

LEG_HAS_SID = table_of(CallLeg).c.sid != literal_column("''")
"""The same of a leg."""
