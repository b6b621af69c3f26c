"""Mails that are joined to no case, and those that are."""
