"""What axe-core says of a page, light and dark."""

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page, expect

RUN = "options => axe.run(document, {...options, resultTypes: ['violations']})"

EVERYTHING: dict[str, object] = {}
COLOURS_ALONE: dict[str, object] = {"runOnly": ["color-contrast"]}
"""In which a dark page differs from a light one."""
ALL_BUT_COLOURS: dict[str, object] = {"rules": {"color-contrast": {"enabled": False}}}
"""In which a page differs from the same one in another language."""

PARTS = """() => {
  const found = new Set();
  const look = (each, above) => {
    const attributes = each.getAttributeNames().filter(name => name !== 'style');
    const kind = [each.localName, each.getAttribute('role'), ...each.classList, ...attributes];
    const part = above + '/' + kind.join(' ');
    found.add(part);
    for (const below of each.children) look(below, part);
  };
  look(document.body, '');
  return [...found];
}"""
"""Every element of a page by its tag, its classes and the names of its attributes, with all that it
lies in; said once however often it is there."""

_looked_at: set[str] = set()


def require_accessible(page: Page) -> None:
    """Nothing on the page that axe-core calls a violation. A page made of nothing but parts that
    were looked at on others is taken at its word: what axe-core finds lies in the parts, and asking
    costs more than all else a story does. What a language changes is looked for on every page of
    every role, in `tests/access`."""
    page.wait_for_load_state("domcontentloaded")
    parts = set(page.evaluate(PARTS))
    if parts <= _looked_at:
        return
    require_accessible_by_day_and_night(page)
    _looked_at.update(parts)


def require_accessible_by_day_and_night(page: Page) -> None:
    """The same, asked of this page however well its parts are known; by night, of all that follow
    the device."""
    page.evaluate(AXE_SCRIPT)
    _require_nothing_found(page, EVERYTHING, "light")
    if page.locator("html[data-follows-device]").count():
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        _require_nothing_found(page, COLOURS_ALONE, "dark")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")


def require_accessible_but_for_colours(page: Page) -> None:
    """The same, but for its colours, which take most of the time: whoever asks has seen them in the
    other language."""
    page.evaluate(AXE_SCRIPT)
    _require_nothing_found(page, ALL_BUT_COLOURS, "light")


def _require_nothing_found(page: Page, options: dict[str, object], appearance: str) -> None:
    found = AxeResults(page.evaluate(RUN, options))
    assert found.violations_count == 0, f"{page.url}, {appearance}: {found.generate_report()}"
