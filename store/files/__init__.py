"""The files beside the database."""
