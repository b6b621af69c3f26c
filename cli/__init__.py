"""The redress command."""
