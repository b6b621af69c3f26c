"""A page as a person has it before them: its words, its links, its forms and what stands in them.

By labels and words, as people and screen readers find their way; how a page is built is its own.
"""

from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

from werkzeug.test import TestResponse

from tests.web.browser import VOID

UNSEEN = {"head", "script", "style", "template"}
FIELDS = {"input", "select", "textarea"}


class _Tree(HTMLParser):
    """A well-formed page as elements."""

    def __init__(self) -> None:
        super().__init__()
        self.builder = TreeBuilder()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self.builder.end(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.data(data)


def tree_of(answer: TestResponse) -> Element:
    """A well-formed page as its elements."""
    tree = _Tree()
    tree.feed(answer.text)
    return tree.builder.close()


def words_of(element: Element) -> str:
    """What can be read in it, as one line."""
    return " ".join("".join(_texts(element)).split())


def _texts(element: Element) -> Iterator[str]:
    if element.tag not in UNSEEN:
        yield element.text or ""
        for each in element:
            yield from _texts(each)
            yield each.tail or ""


class Field:
    """Something to fill in, as its label names it."""

    def __init__(self, element: Element, page: Element) -> None:
        self._element = element
        self._page = page

    @property
    def value(self) -> str:
        """What stands in it: what was typed, or the words of what is chosen."""
        if self._element.tag == "select":
            return next(words_of(each) for each in self._options() if "selected" in each.attrib)
        if self._element.tag == "textarea":
            return (self._element.text or "").removeprefix("\n")
        return self._element.get("value", "")

    @property
    def choices(self) -> list[str]:
        """The words of what may be chosen."""
        return [words_of(each) for each in self._options() if each.get("value")]

    @property
    def fault(self) -> str:
        """What is said to be wrong with it, beside it and to whoever has it read aloud."""
        return self.beside if self._element.get("aria-invalid") == "true" else ""

    @property
    def beside(self) -> str:
        """What is said about it, to whoever has it read aloud too."""
        beside = self._element.get("aria-describedby", "").split()
        return " ".join(words_of(each) for each in self._page.iter() if each.get("id") in beside)

    def _options(self) -> Iterator[Element]:
        return self._element.iter("option")


class Part:
    """A part of a page that has fields in it."""

    def __init__(self, element: Element, page: Element) -> None:
        self._element = element
        self._page = page

    def field(self, label: str) -> Field:
        """The field of this label."""
        for each in self._element.iter("label"):
            if words_of(each).removesuffix(" (optional)") == label:
                named = each.get("for")
                found = [field for field in self._element.iter() if field.get("id") == named]
                assert len(found) == 1, f"{label} labels no field"
                return Field(found[0], self._page)
        raise AssertionError(f"no field is called {label}")

    def hidden(self, name: str) -> str:
        """What the form sends along without showing it."""
        return next(each.get("value", "") for each in self._inputs() if each.get("name") == name)

    def _inputs(self) -> Iterator[Element]:
        return self._element.iter("input")


class Form(Part):
    """What is filled in and sent together."""

    @property
    def action(self) -> str:
        """Where it is sent to."""
        return self._element.get("action", "")

    @property
    def is_unfolded(self) -> bool:
        """Whether its fields can be seen without unfolding anything."""
        folds = [each for each in self._page.iter("details") if self._element in each.iter()]
        return all("open" in each.attrib for each in folds)


class Page(Part):
    """A whole page."""

    def __init__(self, answer: TestResponse) -> None:
        root = tree_of(answer)
        super().__init__(root, root)

    @property
    def words(self) -> str:
        """All that can be read on it."""
        return words_of(self._page)

    @property
    def language(self) -> str:
        """In which language it is read aloud."""
        return self._page.get("lang", "")

    @property
    def title(self) -> str:
        """What its tab is called, without the name of the program; pictures have titles too."""
        title = next(self._page.iter("title"))
        return (title.text or "").removesuffix(" · Redress")

    @property
    def heading(self) -> str:
        """What it says that it shows; a page says so once."""
        (heading,) = self._page.iter("h1")
        return words_of(heading)

    @property
    def menu(self) -> dict[str, str]:
        """Where the entries of the menu lead."""
        menu = next(self._page.iter("nav"))
        return {words_of(link): link.get("href", "") for link in menu.iter("a")}

    @property
    def alert(self) -> str:
        """What is said first, and read aloud at once; nothing when all is well."""
        return " ".join(map(words_of, self._alerts()))

    @property
    def faulty(self) -> dict[str, Field]:
        """The fields that the alert leads to, by what it says of them."""
        fields = {each.get("id"): each for each in self._page.iter() if each.tag in FIELDS}
        links = [link for alert in self._alerts() for link in alert.iter("a")]
        return {
            words_of(link): Field(fields[link.get("href", "")[1:]], self._page) for link in links
        }

    @property
    def addresses(self) -> list[str]:
        """Where all its links lead that leave the page and stay in the house, each once."""
        found = (link.get("href", "").partition("#")[0] for link in self._page.iter("a"))
        return list(dict.fromkeys(each for each in found if each.startswith("/")))

    def link(self, text: str) -> str:
        """Where the link with this text leads."""
        (target,) = {
            each.get("href", "") for each in self._page.iter("a") if words_of(each) == text
        }
        return target

    def fact(self, term: str) -> str:
        """What stands beside this term."""
        (value,) = [
            words_of(pair[1])
            for pair in map(list, self._page.iter("div"))
            if [each.tag for each in pair] == ["dt", "dd"] and words_of(pair[0]) == term
        ]
        return value

    def pictures(self) -> list[str]:
        """What is drawn, in words."""
        drawn = [each for each in self._page.iter("svg") if each.get("role") == "img"]
        return [words_of(title) for each in drawn for title in each.iter("title")]

    def offers(self, button: str, about: str = "") -> bool:
        """Whether there is a form to do this with, in a section that names what it is about."""
        return any(self._forms(button, about))

    def form(self, button: str, about: str = "") -> Form:
        """The form that this button sends; of several the one in a section that names what it is
        about."""
        (form,) = self._forms(button, about)
        return Form(form, self._page)

    def _forms(self, button: str, about: str) -> Iterator[Element]:
        for section in self._page.iter("section") if about else (self._page,):
            if about in words_of(section):
                for form in section.iter("form"):
                    if button in map(words_of, form.iter("button")):
                        yield form

    def _alerts(self) -> list[Element]:
        return [each for each in self._page.iter() if each.get("role") == "alert"]
