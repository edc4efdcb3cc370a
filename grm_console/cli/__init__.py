"""The command line, and the only place that composes settings, store, desk, doors and screens."""
