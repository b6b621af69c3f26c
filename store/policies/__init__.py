"""Published versions of packs and calendars, which never change."""
