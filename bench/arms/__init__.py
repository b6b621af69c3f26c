"""One module an arm: a claim of ours, measured beside what it is held against."""
