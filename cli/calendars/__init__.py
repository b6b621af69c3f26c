"""Working calendars at the terminal: built, shown, checked, applied to open cases."""
