"""One file per widget; widgets show rows and answer with messages, they never touch the Seat."""
