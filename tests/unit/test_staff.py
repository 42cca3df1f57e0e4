"""Whose names, nicknames and role words stand in a text."""

import pytest

from handlers.staff import named_in
from storage.adults import Adult
from storage.words import Role

RIVERA = Adult(1, "Ms. Ana Rivera", "", "Miss R, guidance lady", frozenset({Role.COORDINATOR}))
OKAFOR = Adult(2, "Mr. Okafor", "", "vice principal", frozenset({Role.BACKUP}))
ITO = Adult(3, "Ito", "", "", frozenset({Role.BACKUP}))
TEAM = (RIVERA, OKAFOR, ITO)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Ms. Rivera touched him again", {1}),
        ("it was MS RIVERA", {1}),
        ("Rivera's office, after school", {1}),
        ("ms riviera did it", {1}),
        ("ms rivra did it", {1}),
        ("Miss R. keeps texting her at night", {1}),
        ("ms. r hurt me", {1}),
        ("the guidance lady said I must not tell", {1}),
        ("la señora Rivera me tocó", {1}),
        ("R1vera hit him", {1}),
        ("the vice principal hit him", {2}),
        ("the Vice-Principal hit him", {2}),
        ("mr o hits him", {2}),
        ("Mr. Okafor and Ms. Rivera both know", {1, 2}),
        ("mr ito", {3}),
        # Nobody has told what Ito is called at work, so the usual words may mean him too.
        ("our counselor did that to her", {1, 3}),
        ("la consejera del colegio", {1, 3}),
        ("la conseillère du collège", {1, 3}),
        ("her father hits her", set()),
        ("he lives on the river", set()),
        ("she waits at the bus stop on okay street", set()),
        ("", set()),
    ],
)
def test_adults_are_found_by_what_they_are_called(text: str, who: set[int]):
    assert named_in(text, TEAM) == who


def test_titles_alone_name_nobody():
    assert named_in("Mr. and Ms. and Dr. and señora", TEAM) == frozenset()
