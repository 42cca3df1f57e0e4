"""Who and what there is when a scenario begins."""

from dataclasses import replace

from storage.words import Role
from tests.scenarios.language import given
from tests.scenarios.scenario import Wrong
from tests.scenarios.world import Setting


@given("there is no backup")
def no_backup(setting: Setting) -> Setting:
    return setting.without(Role.BACKUP)


@given("there is no coordinator")
def no_coordinator(setting: Setting) -> Setting:
    return setting.without(Role.COORDINATOR)


@given("there are no adults")
def no_adults(setting: Setting) -> Setting:
    return setting.without(Role.COORDINATOR, Role.BACKUP)


@given("a second coordinator, {name}")
def second_coordinator(setting: Setting, name: str) -> Setting:
    return _with(setting, name, Role.COORDINATOR)


@given("a second backup, {name}")
def second_backup(setting: Setting, name: str) -> Setting:
    return _with(setting, name, Role.BACKUP)


@given("another helper, {name}")
def another_helper(setting: Setting, name: str) -> Setting:
    return _with(setting, name, Role.HELPER)


@given("a lead helper, {name}")
def lead_helper(setting: Setting, name: str) -> Setting:
    return _with(setting, name, Role.LEAD)


@given("an observer, {name}")
def observer(setting: Setting, name: str) -> Setting:
    return _with(setting, name, Role.OBSERVER)


@given("an outside contact, {name}")
def outside_contact(setting: Setting, name: str) -> Setting:
    return _with(setting, name, Role.OUTSIDE_CONTACT)


@given("somebody not on the team, {name}")
def somebody_else(setting: Setting, name: str) -> Setting:
    return _with(setting, name, None)


@given("{person} is suspended")
def suspended(setting: Setting, person: str) -> Setting:
    return setting.changed(person, suspended=True)


@given("{person} speaks {language}")
def speaks(setting: Setting, person: str, language: str) -> Setting:
    return setting.changed(person, language=language)


@given("the programme speaks {language}")
def programme_speaks(setting: Setting, language: str) -> Setting:
    return replace(setting, language=language)


@given("Handrail does not read the channel")
def channel_is_not_read(setting: Setting) -> Setting:
    return replace(setting, channel_is_read=False)


def _with(setting: Setting, name: str, role: Role | None) -> Setting:
    if name in setting.names:
        raise Wrong(f"There is a {name} already.")
    return setting.joined_by(name, role)
