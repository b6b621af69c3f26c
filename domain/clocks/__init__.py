"""The clock ledger: which clocks run on a case, when each is due, what happens then, and why.

`ledger` holds the values, `plan` folds a case into them, `counting` counts days and hours, `steps`
says what a clock does by itself.
"""
