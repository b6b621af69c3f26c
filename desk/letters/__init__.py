"""Letters to customers: set as PDF and kept with the case."""

from desk.letters.keeping import LetterDesk
from desk.letters.sheet import REFERENCE, paragraphs_of, print_letter

__all__ = ["REFERENCE", "LetterDesk", "paragraphs_of", "print_letter"]
