"""Imports: files that other people keep, read row by row into complaints."""
