"""Whether a machine answers a text, and with what: one straight list of rules, see `policy`."""
