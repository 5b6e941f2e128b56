"""Runs named cases in order and says how each went."""

import sys
import traceback

_cases = []


def case(function):
    """Registers a case; its name is the function's, with spaces."""
    _cases.append(function)
    return function


def run(world):
    """Runs every case with `world`, prints a line each, and ends the process."""
    failed = 0
    for function in _cases:
        name = function.__name__.replace("_", " ")
        try:
            function(world)
            print(f"ok {name}")
        except Exception:  # a case that fails must not hide the next one
            failed += 1
            print(f"FAIL {name}\n{traceback.format_exc(limit=-3)}")
    print(f"{len(_cases) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def refused(error, call):
    """The exception that `call` must raise."""
    try:
        call()
    except error as caught:
        return caught
    raise AssertionError("was accepted, and should have been refused")
