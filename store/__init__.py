"""PostgreSQL: the words, the people, the journal and the projection pages read from."""
