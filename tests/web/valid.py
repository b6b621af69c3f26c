"""Whether a page is HTML as the standard has it, by the parser of others that follows it word for
word, and by what a parser forgives."""

from justhtml import JustHTML

from tests.web.browser import require_well_formed


def require_valid(page: str, url: str) -> None:
    """Nothing in a page that a browser would have to mend as it reads it."""
    errors = [str(error) for error in JustHTML(page, collect_errors=True).errors]
    assert errors == [], f"{url}: {errors}"
    require_well_formed(page)
