"""Alembic's environment and the recorded steps of the schema."""
