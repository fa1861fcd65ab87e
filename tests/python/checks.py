"""What a check is, and what the journeys expect with."""

import inspect

CHECKS = []


def check(function):
    """Has a function run, in the order in which they are written; its name is a sentence."""
    CHECKS.append(function)
    return function


def refused(kind, call, status=None):
    """Expects exactly this exception, with what every answer of the Hub carries."""
    try:
        result = call()
        if inspect.isgenerator(result):
            list(result)
    except kind as error:
        assert type(error) is kind, f"{type(error).__name__} instead of {kind.__name__}"
        if status is not None:
            same(error.response.status_code, status)
            assert error.request_id, "no request id"
            assert error.server_message, "no message of the server"
        return error
    raise AssertionError(f"no {kind.__name__}")


def same(actual, expected):
    assert actual == expected, f"{actual!r} instead of {expected!r}"


def names(users):
    """The names of users, of whom none may come twice."""
    found = [user.username for user in users]
    same(len(set(found)), len(found))
    return set(found)
