"""What our figures are held against: programs that do the least for the same cases, each in a
process of its own. They keep nothing of a case but that its limit has passed or that it is closed:
no journal, no people, no words, no keys."""
