"""What every page stands on: its way to the records, its language, who asks."""
