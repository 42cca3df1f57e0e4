"""Lists of people as spreadsheets save them are read whole, and what is wrong is said by line."""

import time

import pytest

from handlers.languages import say_in
from handlers.roster_plan import make, wrong_lines
from handlers.roster_rows import MOST_ROWS, Sheet, decode, read
from storage.programmes import Connection
from storage.words import Platform, Role

HERE = Connection(1, 1, Platform.WEB, "sandbox")
PLAIN = "Name;Role;Account\nZoë Müller;helper;zoe\nJosé Peña;lead;jose\n"


def why(sheet: Sheet) -> list[str]:
    return wrong_lines(say_in("en"), sheet.wrong, 50)


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("cp1252"),
        PLAIN.encode("utf-16"),
        PLAIN.replace("\n", "\r\n").encode("utf-8-sig"),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace(";", ",").encode(),
        PLAIN.replace(";", "\t").encode("utf-16"),
        PLAIN.replace(";", "|").encode(),
        "".join(f'"{line.replace(";", chr(34) + ";" + chr(34))}"\n' for line in PLAIN.splitlines()).encode(),
        PLAIN.split("\n", 1)[1].encode("cp1252"),
        f"\n;;\n{PLAIN}\n;;\n".encode(),
    ],
)
def test_however_a_spreadsheet_saves_it_the_same_people_are_read(content: bytes):
    sheet = read(decode(content))
    assert why(sheet) == []
    assert [(row.name, row.roles, row.account) for row in sheet.rows] == [
        ("Zoë Müller", {Role.HELPER}, ("", "zoe")),
        ("José Peña", {Role.LEAD}, ("", "jose")),
    ]


def test_columns_go_by_their_names_in_three_languages_and_in_any_order():
    rows = [
        *read("Teléfono,Rol,Apellidos,Nombre\n555-0100,Coordinadora,Peña,Ana\n").rows,
        *read("compte\tfonction\tprénom\tnom de famille\n<@U12>\tsuppléante\tAna\tPeña\n").rows,
    ]
    assert [(row.name, row.roles) for row in rows] == [
        ("Ana Peña", {Role.COORDINATOR}),
        ("Ana Peña", {Role.BACKUP}),
    ]
    assert rows[0].phone == "555-0100"
    assert rows[1].account == ("", "U12")


def test_a_grade_has_a_column_of_its_own_in_three_languages_or_comes_last():
    texts = (
        "name;role;account;phone;also called;grade\nAnn;helper;;;;Year  10\n",
        "Nombre,Curso\nAnn,Year 10\n",
        "Niveau\tNom\nYear 10\tAnn\n",
        "Ann;helper;;;;Year 10\n",
    )
    assert [[(row.name, row.grade) for row in read(text).rows] for text in texts] == [
        [("Ann", "Year 10")]
    ] * 4
    sheet = read("name;grade\nAnn;" + "x" * 21)
    assert why(sheet) == ["Line 2: The grade has more than 20 characters."]


def test_commas_and_line_breaks_inside_of_quotes_do_not_split_a_person():
    sheet = read(
        'name,role,account,phone,also called\n"Rivera, Ms.",backup,,"555\n0114","Miss R, counselor"\n'
    )
    (row,) = sheet.rows
    assert (row.name, row.phone, row.also_called) == ("Rivera, Ms.", "555 0114", "Miss R, counselor")


def test_one_lost_quotation_mark_does_not_swallow_the_rest():
    sheet = read('name;role\nAnn "Annie;helper\nBen;helper\nCleo;helper\n')
    assert [row.name for row in sheet.rows] == ['Ann "Annie', "Ben", "Cleo"]


def test_names_alone_are_helpers_and_each_wrong_line_says_why_without_its_words():
    sheet = read(
        "name;role;account;phone\nAnn\n;helper\nBen;wizard\nCleo;helper;two words\nDee;backup;;soon\n"
        + "x" * 61
    )
    assert [row.name for row in sheet.rows] == ["Ann"]
    assert why(sheet) == [
        "Line 3: There is no name.",
        "Line 4: What they do is not known here. Write helper, lead or backup, for example.",
        "Line 5: The account is not an id as the platform writes it.",
        "Line 6: The phone number is not one.",
        "Line 7: The name has more than 60 characters.",
    ]
    plan = make(sheet, [], [HERE], 1)
    assert [(each.name, each.roles) for each in plan.new] == [("Ann", {Role.HELPER})]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n", b";;;\n", b"name;role\n"])
def test_nothing_is_nobody(content: bytes):
    assert read(decode(content)) == Sheet((), ())


def test_people_who_stand_there_twice_are_taken_once():
    rows = ("Sam;helper;sam", "Sam Two;helper;sam", "Kim", "Kim;lead", "kim;helper;kim", "Sam;helper;other")
    plan = make(read("\n".join(["name;role;account", *rows])), [], [HERE], 1)
    assert [each.name for each in plan.new] == ["Sam", "Kim", "Sam"]
    assert wrong_lines(say_in("en"), plan.wrong, 9) == [
        "Line 3: This is the same person as in line 2.",
        "Line 5: This is the same person as in line 4.",
        "Line 6: This is the same person as in line 4.",
    ]


def test_two_thousand_lines_are_read_in_a_moment_and_too_many_are_said():
    began = time.perf_counter()
    sheet = read("name;role;account\r\n" + "".join(f"Helper {n};helper;u{n}\r\n" for n in range(2_000)))
    plan = make(sheet, [], [HERE], 1)
    assert (len(plan.new), plan.wrong) == (2_000, ())
    assert time.perf_counter() - began < 2
    beyond = read("".join(f"Helper {n};helper\n" for n in range(MOST_ROWS + 2)))
    assert len(beyond.rows) == MOST_ROWS
    assert why(beyond)[0].startswith(f"Line {MOST_ROWS + 1}: Only 5000 rows")
