"""Any form of any page is filled in with what was typed before, and nothing else of it changes."""

import pytest

from web.kit.filling import fill

PAGE = """<!doctype html>
<html lang="en"><body>
<p>Fish &amp; chips &#8212; <!-- as it was --></p>
<form method="post" action="/search"><input name="text" value=""></form>
<details class="act"><summary>Reply</summary>
<form method="post" action="/cases/C-1/acts/reply">
<input type="hidden" name="csrf_token" value="fresh">
<input type="hidden" name="command_id" value="2">
<input name="subject" value="" required>
<textarea name="text" rows="3">
what the page says &amp; does</textarea>
<select name="outcome"><option value="">Please choose</option><option value="kept">Kept</option>
<option value="lost" selected>Lost</option></select>
<input type="checkbox" name="mark" value="media" checked>
<input type="checkbox" name="mark" value="media2">
<input type="password" name="secret"><input type="file" name="file">
<button>Send</button>
</form></details>
<form method="post" action="/cases/C-1/acts/note"><textarea name="text">mine</textarea></form>
</body></html>"""

TYPED = [
    ("command_id", "1"),
    ("subject", 'a "quoted" <word>'),
    ("text", "你好 & goodbye\nsecond line"),
    ("outcome", "kept"),
    ("mark", "media2"),
    ("secret", "never"),
]


def filled(action: str = "/cases/C-1/acts/reply") -> str | None:
    return fill(PAGE, "/cases/C-1", action, TYPED, "<p>NOTICE</p>")


def test_every_kind_of_field_is_as_it_was_typed() -> None:
    page = filled()
    assert page is not None
    assert 'name="command_id" value="1"' in page, "sent twice, it counts once"
    assert 'name="csrf_token" value="fresh"' in page
    assert "a &quot;quoted&quot; &lt;word&gt;" in page
    assert ">\n你好 &amp; goodbye\nsecond line</textarea>" in page
    assert '<option value="kept" selected>' in page
    assert '<option value="lost">' in page
    assert '<input type="checkbox" name="mark" value="media">' in page
    assert '<input type="checkbox" name="mark" value="media2" checked>' in page
    assert '<input type="password" name="secret">' in page, "a password is never put in"


def test_its_fold_is_opened_and_the_notice_stands_at_its_beginning() -> None:
    page = filled()
    assert page is not None
    assert '<details class="act" open>' in page
    assert 'action="/cases/C-1/acts/reply"><p>NOTICE</p>' in page
    assert page.count("NOTICE") == 1


def test_nothing_else_of_the_page_changes() -> None:
    page = filled()
    assert page is not None
    assert "<p>Fish &amp; chips &#8212; <!-- as it was --></p>" in page
    assert '<form method="post" action="/search"><input name="text" value=""></form>' in page
    assert '<textarea name="text">mine</textarea>' in page
    assert page.startswith("<!doctype html>")
    unknown = fill(PAGE, "/cases/C-1", "/cases/C-1/acts/note", [], "")
    assert unknown == PAGE


@pytest.mark.parametrize("action", ["/cases/C-2/acts/reply", "/elsewhere"])
def test_a_page_without_the_form_is_said_to_have_none(action: str) -> None:
    assert filled(action) is None


def test_a_form_without_an_address_leads_to_its_own_page() -> None:
    page = fill(
        '<form method="post"><input name="a"></form>', "/here?x=1", "/here", [("a", "b")], ""
    )
    assert page == '<form method="post"><input name="a" value="b"></form>'
