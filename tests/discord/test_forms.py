"""The suite's own Discord checks what it is given: messages, embeds, components, modals and commands."""

from typing import Any

import pytest

from tests.discord import commands, components, embeds
from tests.discord.shapes import Wrong

Json = dict[str, Any]
BUTTON: Json = {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}
LIST: Json = {"type": 3, "custom_id": "pick", "options": [{"label": "A", "value": "a"}]}
TEXT: Json = {"type": 10, "content": "Hello"}
INPUT: Json = {"type": 4, "style": 1, "custom_id": "note", "label": None}
COMMAND: Json = {"name": "checkin", "description": "Log a check-in"}


def row(*inside: Json) -> Json:
    return {"type": 1, "components": list(inside)}


def label(component: Json, **more: Any) -> Json:
    return {"type": 18, "label": "Note", "component": component, **more}


def complaints(wrong: Wrong) -> list[str]:
    return [
        ".".join(map(str, path)) + " " + each["code"] for path, found in wrong.found.items() for each in found
    ]


def message(*given: Json, new: bool = False, files: tuple[str, ...] = ()) -> list[str]:
    wrong = Wrong()
    components.check_components(wrong, list(given), (), new=new, files=frozenset(files))
    return complaints(wrong)


def modal(*given: Json) -> list[str]:
    wrong = Wrong()
    components.check_modal(wrong, list(given), ())
    return complaints(wrong)


def command(**more: Any) -> list[str]:
    wrong = Wrong()
    commands.check_command(wrong, {**COMMAND, **more})
    return complaints(wrong)


def option(**more: Any) -> Json:
    return {"type": 3, "name": "text", "description": "Text", **more}


def embed(*given: Json) -> list[str]:
    wrong = Wrong()
    embeds.check_embeds(wrong, list(given), ())
    return complaints(wrong)


def test_errors_stand_under_their_path() -> None:
    wrong = Wrong()
    wrong.text("x" * 5, ("embeds", 0, "title"), 4)
    wrong.required(())
    assert wrong.nested() == {
        "_errors": [{"code": "BASE_TYPE_REQUIRED", "message": "This field is required"}],
        "embeds": {
            "0": {
                "title": {
                    "_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 4 or fewer in length."}]
                }
            }
        },
    }


def test_components_that_are_right() -> None:
    assert message(row(BUTTON), row(LIST)) == []
    section = {"type": 9, "components": [TEXT], "accessory": BUTTON}
    picture = {"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}
    boxed = {"type": 17, "components": [TEXT, {"type": 14, "spacing": 2}, section, picture, row(LIST)]}
    assert message(TEXT, boxed, new=True, files=("a.png",)) == []
    assert modal(TEXT, label(INPUT), label({**LIST, "required": False, "min_values": 0})) == []
    assert modal(row({**INPUT, "label": "Note"})) == []
    options = [{"label": each, "value": each} for each in "ab"]
    radio = {"type": 21, "custom_id": "r", "options": options}
    several = {"type": 22, "custom_id": "c", "options": options}
    assert modal(label(radio), label(several), label({"type": 23, "custom_id": "y"})) == []


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ([BUTTON], "0.type UNION_TYPE_CHOICES"),
        ([TEXT], "0.type UNION_TYPE_CHOICES"),
        ([row()], "0.components BASE_TYPE_BAD_LENGTH"),
        ([row(*[{**BUTTON, "custom_id": str(n)} for n in range(6)])], "0.components BASE_TYPE_BAD_LENGTH"),
        ([row({**BUTTON, "custom_id": str(n)}) for n in range(6)], " BASE_TYPE_MAX_LENGTH"),
        ([row(BUTTON, LIST)], "0.components.1 COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
        ([row(BUTTON, BUTTON)], "0.components.1.custom_id COMPONENT_CUSTOM_ID_DUPLICATED"),
        ([row({**BUTTON, "custom_id": "x" * 101})], "0.components.0.custom_id BASE_TYPE_BAD_LENGTH"),
        ([row({**BUTTON, "label": "x" * 81})], "0.components.0.label BASE_TYPE_MAX_LENGTH"),
        ([row({**BUTTON, "label": ""})], "0.components.0 BUTTON_COMPONENT_LABEL_REQUIRED"),
        ([row({**BUTTON, "style": 7})], "0.components.0.style BASE_TYPE_CHOICES"),
        ([row({"type": 2, "style": 5, "label": "x"})], "0.components.0.url BUTTON_COMPONENT_URL_REQUIRED"),
        (
            [row({**BUTTON, "style": 5, "url": "https://x.example"})],
            "0.components.0 BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
        ),
        ([row({**LIST, "options": []})], "0.components.0.options BASE_TYPE_BAD_LENGTH"),
        (
            [row({**LIST, "options": [LIST["options"][0]] * 26})],
            "0.components.0.options BASE_TYPE_BAD_LENGTH",
        ),
        (
            [row({**LIST, "options": [LIST["options"][0]] * 2})],
            "0.components.0.options.1.value SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
        ),
        (
            [row({**LIST, "options": [{"label": "x" * 101, "value": "a"}]})],
            "0.components.0.options.0.label BASE_TYPE_BAD_LENGTH",
        ),
        ([row({**LIST, "placeholder": "x" * 151})], "0.components.0.placeholder BASE_TYPE_MAX_LENGTH"),
        (
            [row({**LIST, "min_values": 2, "max_values": 2})],
            "0.components.0.min_values SELECT_COMPONENT_MIN_VALUES_EXCEEDS_OPTIONS",
        ),
        ([row(INPUT)], "0.components.0.type UNION_TYPE_CHOICES"),
    ],
)
def test_components_that_are_wrong(given: list[Json], what: str) -> None:
    assert message(*given) == [what]


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ([TEXT] * 41, " BASE_TYPE_MAX_LENGTH"),
        ([{"type": 17, "components": [TEXT] * 20}] * 2, " COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
        ([{**TEXT, "content": "x" * 2_001}] * 2, " COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"),
        ([{**TEXT, "content": ""}], "0.content BASE_TYPE_REQUIRED"),
        ([{"type": 9, "components": [TEXT]}], "0.accessory BASE_TYPE_REQUIRED"),
        ([{"type": 9, "components": [TEXT] * 4, "accessory": BUTTON}], "0.components BASE_TYPE_BAD_LENGTH"),
        ([{"type": 17, "components": [{"type": 17}]}], "0.components.0.type UNION_TYPE_CHOICES"),
        (
            [{"type": 13, "file": {"url": "attachment://a.txt"}}],
            "0.file.url UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
        ),
        ([{**TEXT, "id": 5}, {**TEXT, "id": 5}], "1.id COMPONENT_ID_DUPLICATED"),
    ],
)
def test_new_components_that_are_wrong(given: list[Json], what: str) -> None:
    assert message(*given, new=True) == [what]


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ([], " BASE_TYPE_BAD_LENGTH"),
        ([label({**INPUT, "custom_id": str(n)}) for n in range(6)], " BASE_TYPE_BAD_LENGTH"),
        ([label(INPUT, label="x" * 46)], "0.label BASE_TYPE_BAD_LENGTH"),
        ([label(INPUT, description="x" * 101)], "0.description BASE_TYPE_MAX_LENGTH"),
        ([label({**INPUT, "label": "Note"})], "0.component.label TEXT_INPUT_LABEL_IN_LABEL"),
        ([label({**INPUT, "max_length": 4_001})], "0.component.max_length NUMBER_TYPE_MAX"),
        ([label({**INPUT, "max_length": 3, "value": "long"})], "0.component.value BASE_TYPE_MAX_LENGTH"),
        ([label({**INPUT, "placeholder": "x" * 101})], "0.component.placeholder BASE_TYPE_MAX_LENGTH"),
        ([label(BUTTON)], "0.component.type UNION_TYPE_CHOICES"),
        ([label({**LIST, "min_values": 0})], "0.component.min_values NUMBER_TYPE_MIN"),
        ([label({**LIST, "disabled": True})], "0.component.disabled COMPONENT_DISABLED_IN_MODAL"),
        ([row(INPUT)], "0.components.0.label BASE_TYPE_REQUIRED"),
        ([label(INPUT), label(INPUT)], "1.component.custom_id COMPONENT_CUSTOM_ID_DUPLICATED"),
        ([label({**LIST, "type": 21})], "0.component.options BASE_TYPE_BAD_LENGTH"),
    ],
)
def test_modals_that_are_wrong(given: list[Json], what: str) -> None:
    assert modal(*given) == [what]


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ([{"title": "x" * 257}], "0.title BASE_TYPE_MAX_LENGTH"),
        ([{"description": "x" * 4_097}], "0.description BASE_TYPE_MAX_LENGTH"),
        ([{"fields": [{"name": "a", "value": "b"}] * 26}], "0.fields BASE_TYPE_MAX_LENGTH"),
        ([{"fields": [{"name": "a"}]}], "0.fields.0.value BASE_TYPE_REQUIRED"),
        ([{"fields": [{"name": "a", "value": " "}]}], "0.fields.0.value BASE_TYPE_REQUIRED"),
        ([{"fields": [{"name": "a", "value": "x" * 1_025}]}], "0.fields.0.value BASE_TYPE_BAD_LENGTH"),
        ([{"title": "a", "footer": {"text": "x" * 2_049}}], "0.footer.text BASE_TYPE_BAD_LENGTH"),
        ([{"title": "a", "color": 1 << 24}], "0.color NUMBER_TYPE_MAX"),
        ([{"title": "a", "url": "ftp://x"}], "0.url URL_TYPE_INVALID_SCHEME"),
        ([{}], "0.description BASE_TYPE_REQUIRED"),
        ([{"title": "a"}] * 11, " BASE_TYPE_MAX_LENGTH"),
        ([{"description": "x" * 3_001}] * 2, " MAX_EMBED_SIZE_EXCEEDED"),
    ],
)
def test_embeds_that_are_wrong(given: list[Json], what: str) -> None:
    assert embed({"title": "right"}) == []
    assert embed(*given) == [what]


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"name": "Checkin"}, "name APPLICATION_COMMAND_INVALID_NAME"),
        ({"name": "check in"}, "name APPLICATION_COMMAND_INVALID_NAME"),
        ({"name": "x" * 33}, "name BASE_TYPE_BAD_LENGTH"),
        ({"description": "x" * 101}, "description BASE_TYPE_BAD_LENGTH"),
        ({"description": ""}, "description BASE_TYPE_REQUIRED"),
        ({"options": [option(name=f"o{n}") for n in range(26)]}, "options BASE_TYPE_MAX_LENGTH"),
        ({"options": [option(), option()]}, "options.1.name APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"),
        (
            {"options": [option(), option(name="last", required=True)]},
            "options.1 APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
        (
            {"options": [option(choices=[{"name": str(n), "value": str(n)} for n in range(26)])]},
            "options.0.choices BASE_TYPE_MAX_LENGTH",
        ),
        (
            {"options": [option(choices=[{"name": "x" * 101, "value": "x"}])]},
            "options.0.choices.0.name BASE_TYPE_BAD_LENGTH",
        ),
        (
            {"options": [option(), option(type=1, name="sub")]},
            "options APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
        ),
        ({"options": [option(type=12)]}, "options.0.type BASE_TYPE_CHOICES"),
        ({"name_localizations": {"xx": "a"}}, "name_localizations.xx LOCALE_INVALID"),
        ({"name_localizations": {"fr": "Écrire"}}, "name_localizations.fr APPLICATION_COMMAND_INVALID_NAME"),
        ({"type": 3}, "description APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID"),
    ],
)
def test_commands_that_are_wrong(more: Json, what: str) -> None:
    assert command(name="écoute_2", options=[option(required=True), option(name="b")]) == []
    assert command(**more) == [what]


def test_sets_of_commands() -> None:
    wrong = Wrong()
    commands.check_together(wrong, [COMMAND, COMMAND, {**COMMAND, "type": 3}], listed=True)
    assert complaints(wrong) == ["1.name APPLICATION_COMMANDS_DUPLICATE_NAME"]
    wrong = Wrong()
    commands.check_together(wrong, [{"name": f"c{n}"} for n in range(101)], listed=True)
    assert complaints(wrong) == [" APPLICATION_COMMANDS_MAX"]
