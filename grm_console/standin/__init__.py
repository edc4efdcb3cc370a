"""A stand-in for the telephone carrier: it knows the desk by its web addresses alone, as the real one does."""
