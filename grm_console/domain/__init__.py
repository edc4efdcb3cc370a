"""The trade's nouns and rules: plain Python, no input or output, no framework."""
