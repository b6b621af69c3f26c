"""By which figures units and people are assessed, each with its formula and the cases behind it."""
