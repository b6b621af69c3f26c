"""Who is let in: by password and second factor, by the provider of the bank, systems by token."""
