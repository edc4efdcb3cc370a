"""Models of meaning: texts as numbers that lie near one another when the texts say the same."""
