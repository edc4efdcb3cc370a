"""The answer engine: analyse, rank, confidence. It reads and writes nothing: desk feeds it rows."""
