"""Codes are those of RFC 6238, and each is good once."""

import base64
import re

import pytest

from arena.accounts.one_time_codes import (
    app_address,
    code_of,
    find_step,
    hash_recovery_code,
    make_recovery_code,
    make_secret,
)

SECRET = base64.b32encode(b"12345678901234567890").decode()


# RFC 6238, appendix B, SHA-1: the last six of its eight digits.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_of(SECRET, seconds // 30) == code
    assert find_step(SECRET, code, seconds=seconds) == seconds // 30
    assert find_step(SECRET, f" {code[:3]} {code[3:]} ", seconds=seconds) == seconds // 30


def test_code_is_good_one_step_early_and_late_and_never_again() -> None:
    code, step = code_of(SECRET, 1000), 1000
    assert [find_step(SECRET, code, seconds=30 * at) for at in (998, 999, 1000, 1001, 1002)] == [
        None, step, step, step, None,
    ]  # fmt: skip
    assert find_step(SECRET, code, seconds=30 * step, after=step) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "28708２", "\x00"])
def test_what_is_no_code_finds_nothing(code: str) -> None:
    assert find_step(SECRET, code, seconds=59) is None


def test_secrets_and_recovery_codes_are_random_and_long() -> None:
    assert len({make_secret() for _ in range(100)}) == 100
    assert len(base64.b32decode(make_secret())) == 20
    code = make_recovery_code()
    # Each of 28 characters is one of 32.
    assert re.fullmatch(r"([a-z2-7]{4}-){6}[a-z2-7]{4}", code)
    assert len({make_recovery_code() for _ in range(100)}) == 100
    assert hash_recovery_code(code) == hash_recovery_code(code.upper().replace("-", " "))
    assert code.replace("-", "") not in hash_recovery_code(code)


def test_app_reads_who_and_where() -> None:
    address = app_address("ABC", site="Easel arena.example.org", name="a b:c")
    assert address == (
        "otpauth://totp/Easel%20arena.example.org%3Aa%20b%3Ac?secret=ABC&issuer=Easel%20arena.example.org"
    )
