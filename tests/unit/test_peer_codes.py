"""Peer codes: made to be read aloud, read forgivingly, found in a text without guessing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import peer_codes


def test_new_codes_differ_and_hold_nothing_that_is_mistaken_for_something_else():
    codes = {peer_codes.new() for _ in range(500)}
    assert len(codes) > 490
    assert not set("".join(code[2:] for code in codes)) & set("01ILO")


@pytest.mark.parametrize("spelling", [str, str.lower, lambda code: f" {code}\n"])
def test_a_new_code_is_read_and_found_again(spelling):
    for code in (peer_codes.new() for _ in range(50)):
        assert peer_codes.read(spelling(code)) == code
        assert peer_codes.find(f"with {spelling(code)} today") == code


@pytest.mark.parametrize("text", ["P-7K2M", "p-7k2m", "P–7K2M", "P7K2M", "p 7k2m", "  P-7K2M "])
def test_a_code_by_itself_is_read_in_any_spelling(text: str):
    assert peer_codes.read(text) == "P-7K2M"


@pytest.mark.parametrize(
    "text", ["", "P-", "P-7K2", "P-7K2MM", "7K2M", "Q-7K2M", "P-7K2M and more", "P--7K2M", "P-7K_M"]
)
def test_what_is_not_just_a_code_is_not_read(text: str):
    assert peer_codes.read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "met P-7K2M.",
        "p-7k2m: fine",
        "(P–7K2M)",
        "«P-7K2M»",
        "P-7K2M, P-9QQ2",
        "مع P-7K2M",
        "p-values, P-7K2M",
    ],
)
def test_the_first_code_in_a_text_is_found(text: str):
    assert peer_codes.find(text) == "P-7K2M"


@pytest.mark.parametrize(
    "text",
    ["p-values", "P7K2M", "p 7k2m", "stop-7K2M", "x-P-7K2M", "P-7K2M-2", "P-7K2M_", "step-1234", "p-12345"],
)
def test_what_may_be_another_word_is_no_code(text: str):
    assert peer_codes.find(text) is None


@given(st.text(max_size=60))
def test_any_text_is_searched_and_read_without_an_error(text: str):
    for found in (peer_codes.find(text), peer_codes.read(text)):
        assert found is None or (len(found) == 6 and found.startswith("P-"))
