"""What axe-core says of a page, light and dark, asked once of each kind of page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()

PARTS = """() => {
  const found = new Set();
  const look = (each, above) => {
    const attributes = each.getAttributeNames().filter(name => name !== 'style');
    const kind = [each.localName, each.getAttribute('role'), ...each.classList, ...attributes];
    const part = above + '/' + kind.join(' ');
    found.add(part);
    for (const below of each.children) look(below, part);
  };
  look(document.body, document.documentElement.lang);
  return [...found];
}"""
"""Every element of a page by its tag, its classes and the names of its attributes, with all that it
lies in; said once however often it is there."""

_looked_at: set[str] = set()


def require_accessible(page: Page) -> None:
    """Nothing on the page that axe-core calls a violation. A page made of nothing but parts that
    were looked at on others, in the same language, is taken at its word: what axe-core finds lies
    in the parts, and asking costs more than all else a story does. Dark differs in its colours
    alone."""
    page.wait_for_load_state("domcontentloaded")
    parts = set(page.evaluate(PARTS))
    if parts <= _looked_at:
        return
    found = AXE.run(page)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    if page.locator("html[data-bs-theme=dark]").count():
        found = AXE.run(page, options={"runOnly": ["color-contrast"]})
        assert found.violations_count == 0, f"{page.url}, dark: {found.generate_report()}"
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    _looked_at.update(parts)
