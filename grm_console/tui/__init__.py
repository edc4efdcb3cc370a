"""The console: what operators see and touch. It speaks to the desk only, through a Seat."""
