"""What takes a second person: asked for, shown to whoever may decide, carried out once."""
