"""The doors: each turns what comes from outside into one inbound event, and the desk's answer back."""
