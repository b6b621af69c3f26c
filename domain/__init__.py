"""The rules of complaint handling: pure values and arithmetic, standard library only."""
