"""The use cases: every write and every read of a person goes through here with its actor."""
