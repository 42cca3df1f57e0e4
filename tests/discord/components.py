"""Components as Discord checks them: buttons, lists, layouts and the inputs of modals.

https://docs.discord.com/developers/components/reference
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Any

from tests.discord.shapes import Json, Path, Wrong


class Type(IntEnum):
    """What a component is."""

    ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT = 10
    THUMBNAIL = 11
    GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    UPLOAD = 19
    RADIO = 21
    CHECKBOXES = 22
    CHECKBOX = 23


SELECTS = frozenset({3, 5, 6, 7, 8})
IN_LABEL = frozenset({3, 4, 5, 6, 7, 8, 19, 21, 22, 23})
_OLD = frozenset({1})
_NEW = frozenset({1, 9, 10, 12, 13, 14, 17})
_BOXED = _NEW - {17}
LINK_STYLE, PREMIUM_STYLE = 5, 6
MOST_IN_ALL = 40
MOST_TEXT = 4_000


def check_components(wrong: Wrong, given: Any, path: Path, *, new: bool, files: frozenset[str]) -> None:
    """A message's components. ``new`` is for Components V2; ``files`` are the names of its attachments."""
    checker = Checker(wrong, files)
    allowed = _NEW if new else _OLD
    for number, each in enumerate(wrong.items(given, path, MOST_IN_ALL if new else 5)):
        checker.check(each, (*path, number), allowed)
    checker.together(path)


def check_modal(wrong: Wrong, given: Any, path: Path) -> None:
    """A modal's components."""
    checker = Checker(wrong, frozenset(), modal=True)
    for number, each in enumerate(wrong.items(given, path, 5, 1)):
        checker.check(each, (*path, number), frozenset({1, 10, 18}))
    checker.together(path)


class Checker:
    """Goes through components and remembers what must not come twice."""

    def __init__(self, wrong: Wrong, files: frozenset[str], *, modal: bool = False) -> None:
        self.wrong = wrong
        self.files = files
        self.modal = modal
        self.custom_ids: list[tuple[str, Path]] = []
        self.ids: list[tuple[int, Path]] = []
        self.characters = 0
        self.count = 0

    def check(self, given: Any, path: Path, allowed: frozenset[int]) -> None:
        """One component with all that is in it."""
        component = self.wrong.fields(given, path)
        if component is None:
            return
        self.count += 1
        kind = component.get("type")
        if kind not in allowed or isinstance(kind, bool):
            listed = ", ".join(str(int(each)) for each in sorted(allowed))
            message = f'Value of field "type" must be one of ({listed},).'
            self.wrong.add((*path, "type"), "UNION_TYPE_CHOICES", message)
            return
        number = component.get("id")
        if self.wrong.number(number, (*path, "id"), 0, 2**31 - 1) and number:
            self.ids.append((number, (*path, "id")))
        checks = {
            Type.ROW: self._row,
            Type.BUTTON: self._button,
            Type.TEXT_INPUT: self._text_input,
            Type.SECTION: self._section,
            Type.TEXT: self._text,
            Type.THUMBNAIL: self._thumbnail,
            Type.GALLERY: self._gallery,
            Type.FILE: self._file,
            Type.SEPARATOR: self._separator,
            Type.CONTAINER: self._container,
            Type.LABEL: self._label,
        }
        checks.get(Type(kind), self._chooser)(component, path)

    def _each(self, component: Json, path: Path, allowed: frozenset[int], most: int, least: int) -> list[Any]:
        found = self.wrong.items(component.get("components"), (*path, "components"), most, least)
        for number, each in enumerate(found):
            self.check(each, (*path, "components", number), allowed)
        return found

    def _row(self, component: Json, path: Path) -> None:
        allowed = frozenset({4}) if self.modal else frozenset({2}) | SELECTS
        found = self._each(component, path, allowed, 5, 1)
        wide = [each for each in found if isinstance(each, dict) and each.get("type") != Type.BUTTON]
        if wide and len(found) > 1:
            message = "The specified component exceeds the maximum width"
            at = (*path, "components", len(found) - 1)
            self.wrong.add(at, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)

    def _button(self, button: Json, path: Path) -> None:
        style = button.get("style")
        if not self.wrong.choice(style, (*path, "style"), range(1, 7)):
            return
        self.wrong.text(button.get("label"), (*path, "label"), 80)
        self.wrong.flag(button.get("disabled"), (*path, "disabled"))
        if style != PREMIUM_STYLE and not button.get("label") and not button.get("emoji"):
            self.wrong.add(path, "BUTTON_COMPONENT_LABEL_REQUIRED", "A label or an emoji is required")
        if style == LINK_STYLE:
            if not button.get("url"):
                self.wrong.add((*path, "url"), "BUTTON_COMPONENT_URL_REQUIRED", "A url is required")
            self.wrong.link(button.get("url"), (*path, "url"), 512)
            if button.get("custom_id"):
                message = "A custom id and url cannot both be specified"
                self.wrong.add(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)
        elif style != PREMIUM_STYLE:
            self._custom_id(button, path)
            if button.get("url"):
                message = "A custom id and url cannot both be specified"
                self.wrong.add(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)

    def _custom_id(self, component: Json, path: Path) -> None:
        here = (*path, "custom_id")
        if self.wrong.text(component.get("custom_id"), here, 100, 1):
            self.custom_ids.append((component["custom_id"], here))

    def _text_input(self, component: Json, path: Path) -> None:
        wrong = self.wrong
        self._custom_id(component, path)
        wrong.choice(component.get("style"), (*path, "style"), {1, 2})
        wrong.number(component.get("min_length"), (*path, "min_length"), 0, 4_000)
        wrong.number(component.get("max_length"), (*path, "max_length"), 1, 4_000)
        wrong.flag(component.get("required"), (*path, "required"))
        wrong.text(component.get("placeholder"), (*path, "placeholder"), 100)
        longest = component.get("max_length") or 4_000
        wrong.text(component.get("value"), (*path, "value"), longest if isinstance(longest, int) else 4_000)
        if isinstance(path[-1], int):  # in a row, not in a label
            wrong.text(component.get("label"), (*path, "label"), 45, 1)
        elif component.get("label"):
            message = "A label cannot be given to a text input in a label"
            wrong.add((*path, "label"), "TEXT_INPUT_LABEL_IN_LABEL", message)

    def _section(self, component: Json, path: Path) -> None:
        self._each(component, path, frozenset({10}), 3, 1)
        if component.get("accessory") is None:
            self.wrong.required((*path, "accessory"))
        else:
            self.check(component["accessory"], (*path, "accessory"), frozenset({2, 11}))

    def _text(self, component: Json, path: Path) -> None:
        if self.wrong.text(component.get("content"), (*path, "content"), MOST_TEXT, 1):
            self.characters += len(component["content"])

    def _gallery(self, component: Json, path: Path) -> None:
        for number, item in enumerate(self.wrong.items(component.get("items"), (*path, "items"), 10, 1)):
            here = (*path, "items", number)
            if self.wrong.fields(item, here) is not None:
                self._media(item.get("media"), (*here, "media"))
                self.wrong.text(item.get("description"), (*here, "description"), 1_024)

    def _thumbnail(self, component: Json, path: Path) -> None:
        self._media(component.get("media"), (*path, "media"))
        self.wrong.text(component.get("description"), (*path, "description"), 1_024)

    def _file(self, component: Json, path: Path) -> None:
        self._media(component.get("file"), (*path, "file"), attached=True)

    def _separator(self, component: Json, path: Path) -> None:
        if component.get("spacing") is not None:
            self.wrong.choice(component["spacing"], (*path, "spacing"), {1, 2})

    def _container(self, component: Json, path: Path) -> None:
        self.wrong.number(component.get("accent_color"), (*path, "accent_color"), 0, 0xFFFFFF)
        self._each(component, path, _BOXED, MOST_IN_ALL, 1)

    def _media(self, media: Any, path: Path, *, attached: bool = False) -> None:
        if self.wrong.fields(media, path) is None:
            return
        url = media.get("url")
        if url is None:
            self.wrong.required((*path, "url"))
            return
        self.wrong.link(url, (*path, "url"))
        name = str(url).removeprefix("attachment://")
        if str(url).startswith("attachment://") and name not in self.files:
            message = f"The referenced attachment {name} was not found"
            code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
            self.wrong.add((*path, "url"), code, message)
        elif attached and not str(url).startswith("attachment://"):
            message = "Only attachments can be shown as a file"
            self.wrong.add((*path, "url"), "UNFURLED_MEDIA_ITEM_REQUIRES_ATTACHMENT", message)

    def _label(self, component: Json, path: Path) -> None:
        self.wrong.text(component.get("label"), (*path, "label"), 45, 1)
        self.wrong.text(component.get("description"), (*path, "description"), 100)
        if component.get("component") is None:
            self.wrong.required((*path, "component"))
        else:
            self.check(component["component"], (*path, "component"), IN_LABEL)

    def _chooser(self, component: Json, path: Path) -> None:
        """A list, a group of options, a checkbox or an upload."""
        wrong, kind = self.wrong, component["type"]
        self._custom_id(component, path)
        wrong.text(component.get("placeholder"), (*path, "placeholder"), 150)
        wrong.flag(component.get("required"), (*path, "required"))
        most, few = _RANGES.get(kind, (25, 0))
        options: list[Json] = []
        if kind in _WITH_OPTIONS:
            least, longest = _WITH_OPTIONS[kind]
            options = self._options(component, path, least, longest)
        wrong.number(component.get("min_values"), (*path, "min_values"), 0, most)
        wrong.number(component.get("max_values"), (*path, "max_values"), 1, most)
        fewest, greatest = component.get("min_values"), component.get("max_values")
        if isinstance(fewest, int) and isinstance(greatest, int) and fewest > greatest:
            message = f"int value should be less than or equal to {greatest}."
            wrong.add((*path, "min_values"), "NUMBER_TYPE_MAX", message)
        if kind == Type.STRING_SELECT and isinstance(fewest, int) and options and fewest > len(options):
            message = "The minimum is more than there are options"
            wrong.add((*path, "min_values"), "SELECT_COMPONENT_MIN_VALUES_EXCEEDS_OPTIONS", message)
        chosen = [each for each in options if each.get("default")]
        single = greatest if isinstance(greatest, int) else (few or 1)
        if len(chosen) > single:
            message = "There are more defaults than can be chosen"
            wrong.add((*path, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", message)
        if not self.modal:
            return
        if component.get("disabled"):
            message = "Modals cannot have disabled components"
            wrong.add((*path, "disabled"), "COMPONENT_DISABLED_IN_MODAL", message)
        if kind in SELECTS and fewest == 0 and component.get("required") is not False:
            message = "int value should be greater than or equal to 1."
            wrong.add((*path, "min_values"), "NUMBER_TYPE_MIN", message)

    def _options(self, component: Json, path: Path, least: int, most: int) -> list[Json]:
        wrong = self.wrong
        found: list[Json] = []
        places: list[Path] = []
        for number, given in enumerate(
            wrong.items(component.get("options"), (*path, "options"), most, least)
        ):
            here = (*path, "options", number)
            option = wrong.fields(given, here)
            if option is None:
                continue
            wrong.text(option.get("label"), (*here, "label"), 100, 1)
            wrong.text(option.get("value"), (*here, "value"), 100, 1)
            wrong.text(option.get("description"), (*here, "description"), 100)
            found.append(option)
            places.append((*here, "value"))
        message = "The specified option value is already used"
        values = [str(each.get("value")) for each in found]
        wrong.distinct(values, places, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
        return found

    def together(self, path: Path) -> None:
        """What must not come twice, and what is too much in all."""
        wrong = self.wrong
        ids, places = [each for each, _ in self.custom_ids], [each for _, each in self.custom_ids]
        message = "Component custom id cannot be duplicated"
        wrong.distinct(ids, places, "COMPONENT_CUSTOM_ID_DUPLICATED", message)
        numbers, places = [each for each, _ in self.ids], [each for _, each in self.ids]
        wrong.distinct(numbers, places, "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
        if self.count > MOST_IN_ALL:
            message = f"The maximum number of components was exceeded ({MOST_IN_ALL})"
            wrong.add(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message)
        if self.characters > MOST_TEXT:
            message = f"Component displayable text size exceeds maximum size of {MOST_TEXT}"
            wrong.add(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)


_RANGES = {Type.UPLOAD: (10, 1), Type.CHECKBOXES: (10, 10), Type.STRING_SELECT: (25, 1)}
_WITH_OPTIONS = {Type.STRING_SELECT: (1, 25), Type.RADIO: (2, 10), Type.CHECKBOXES: (1, 10)}


def inside(component: Json) -> Iterator[Json]:
    """A component and all that is in it, from top to bottom."""
    yield component
    for each in [*component.get("components", []), component.get("component"), component.get("accessory")]:
        if each:
            yield from inside(each)


def numbered(components: list[Json]) -> list[Json]:
    """Components with ids where the app gave none, as Discord keeps them."""
    taken = {each["id"] for top in components for each in inside(top) if each.get("id")}
    free = (number for number in range(1, 10_000) if number not in taken)

    def with_ids(component: Json) -> Json:
        made = {**component, "id": component.get("id") or next(free)}
        if "components" in made:
            made["components"] = [with_ids(each) for each in made["components"]]
        for key in ("component", "accessory"):
            if made.get(key):
                made[key] = with_ids(made[key])
        return made

    return [with_ids(each) for each in components]
