import pytest

from foundation.sealing import Seal, SealBrokenError

SEAL = Seal("secret", "held mail")
WORDS = b"A letter about quokkas" * 100


def test_what_was_sealed_is_opened_again_and_says_nothing_meanwhile():
    sealed = SEAL.close(WORDS, belongs_to="1/a/0")
    assert b"quokka" not in sealed
    assert len(sealed) == len(WORDS) + 29
    assert SEAL.open(sealed, belongs_to="1/a/0") == WORDS


def test_the_same_sealed_twice_looks_different():
    assert SEAL.close(WORDS, belongs_to="1") != SEAL.close(WORDS, belongs_to="1")


@pytest.mark.parametrize(
    ("seal", "belongs_to"),
    [
        (Seal("another", "held mail"), "1/a/0"),
        (Seal("secret", "another purpose"), "1/a/0"),
        (SEAL, "1/a/1"),
        (SEAL, "2/a/0"),
    ],
)
def test_another_key_purpose_or_place_opens_nothing(seal, belongs_to):
    sealed = SEAL.close(WORDS, belongs_to="1/a/0")
    with pytest.raises(SealBrokenError, match="key"):
        seal.open(sealed, belongs_to=belongs_to)


@pytest.mark.parametrize(
    "broken",
    [
        lambda sealed: b"",
        lambda sealed: sealed[:12],
        lambda sealed: sealed[:-1],
        lambda sealed: b"\x02" + sealed[1:],
        lambda sealed: sealed[:20] + bytes([sealed[20] ^ 1]) + sealed[21:],
        lambda sealed: sealed + b"\x00",
    ],
)
def test_what_was_changed_is_not_opened(broken):
    sealed = SEAL.close(WORDS, belongs_to="1")
    with pytest.raises(SealBrokenError):
        SEAL.open(broken(sealed), belongs_to="1")


def test_a_seal_never_shows_its_secret():
    assert "secret" not in repr(SEAL)
