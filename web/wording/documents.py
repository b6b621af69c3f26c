"""What is said of documents that cannot be made."""

from web.base.phrases import _


def no_font_sentence(fonts: object) -> str:
    """That this machine has no font for Chinese, and which would do."""
    return _("No font with Chinese is on this machine; install one of: %(fonts)s.", fonts=fonts)
