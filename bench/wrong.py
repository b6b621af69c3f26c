"""What a measurement may end in besides figures."""


class Wrong(Exception):
    """Something was missing, doubled or early, or did not happen at all: no figure counts."""


class TooSlow(Exception):
    """This machine was not ready in time for what was to be measured; more time is all it needs."""
