"""What every page of every test is held to, tried on pages that are not so."""

import pytest

from tests.web.browser import require_closed

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><!-- a <comment> --></head>
<body><p id="a" title="1 > 0">Fish &amp; chips<br>5 &lt; 6</p>
<svg><use href="/icons.svg#x"></use><circle r="1"/><rect width="1"/></svg>
<script src="/keys.js" defer></script></body></html>"""


def test_a_page_on_which_everything_is_closed_is_one() -> None:
    require_closed(PAGE)


@pytest.mark.parametrize(
    ("said", "wrong", "told"),
    [
        ("</p>", "", "</body> closes another element"),
        ("</p>", "</div></p>", "</div> closes another element"),
        ("</html>", "</html></p>", "</p> closes nothing"),
        ("</html>", "", "never closed"),
        ("</script>", "", "</body> closes another element"),
        ("<svg>", '<svg id="a">', "the id a is there twice"),
        ("5 &lt; 6", "5 < 6", "this is no tag: < 6"),
        ('title="1 > 0"', 'title="1 > 0', "this is no tag: <p id="),
    ],
)
def test_what_is_not_closed_or_there_twice_is_told(said: str, wrong: str, told: str) -> None:
    assert said in PAGE
    with pytest.raises(AssertionError, match=told):
        require_closed(PAGE.replace(said, wrong, 1))
