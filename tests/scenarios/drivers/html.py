"""A page of HTML as a small tree, read with the standard library."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "path"})


@dataclass
class Element:
    """An element with what stands in it."""

    tag: str
    attributes: dict[str, str]
    inside: "list[Element | str]" = field(default_factory=list)

    def __contains__(self, attribute: str) -> bool:
        return attribute in self.attributes

    def get(self, attribute: str) -> str:
        """An attribute's value; empty where it is missing."""
        return self.attributes.get(attribute, "")

    @property
    def classes(self) -> set[str]:
        """The element's classes."""
        return set(self.get("class").split())

    @property
    def children(self) -> "list[Element]":
        """The elements right inside."""
        return [item for item in self.inside if isinstance(item, Element)]

    @property
    def text(self) -> str:
        """All text inside."""
        return "".join(item if isinstance(item, str) else item.text for item in self.inside)

    @property
    def concealed(self) -> bool:
        """Whether somebody who looks at the page does not see it."""
        unseen = "visually-hidden" in self.classes or self.get("aria-hidden") == "true"
        return unseen or "hidden" in self

    def all(self, wanted: "Callable[[Element], bool]") -> "Iterator[Element]":
        """Every element inside, at any depth, that is wanted."""
        for child in self.children:
            if wanted(child):
                yield child
            yield from child.all(wanted)

    def tagged(self, tag: str) -> "list[Element]":
        """Every element inside with this tag."""
        return list(self.all(lambda element: element.tag == tag))

    def classed(self, name: str) -> "list[Element]":
        """Every element inside with this class."""
        return list(self.all(lambda element: name in element.classes))

    def having(self, attribute: str) -> "list[Element]":
        """Every element inside with this attribute."""
        return list(self.all(lambda element: attribute in element))


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        while len(self._open) > 1 and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


def read(page: str) -> Element:
    """The tree of a page or of a piece of one."""
    builder = _Builder()
    builder.feed(page)
    builder.close()
    return builder.root
