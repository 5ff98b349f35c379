"""Of several processes one at a time catches up with changes, and no change is left."""

import subprocess

from tests.site_processes import Site

# Says what it has taken over, and stays at that until it is told to go on.
_CATCH_UP = """
from recommendations.services.turns import take_turns
taken = set()

def catch_up():
    taken.update(User.objects.values_list("username", flat=True))
    print(*sorted(taken), flush=True)
    sys.stdin.readline()

def is_behind():
    return User.objects.exclude(username__in=taken).exists()

take_turns(ProfileChange, catch_up, is_behind)
print("over", flush=True)
"""
_CHANGE = "make_user(username={name!r})"


def say(process: subprocess.Popen[str]) -> str:
    """Return the next line of a process."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_who_comes_second_leaves_its_changes_to_the_first(server_site: Site) -> None:
    server_site.run(_CHANGE.format(name="ana"))
    first = server_site.start(_CATCH_UP)
    assert say(first) == "ana"
    server_site.run(_CHANGE.format(name="bea"))

    assert server_site.run(_CATCH_UP) == "over"

    assert first.stdin is not None
    first.stdin.write("\n")
    first.stdin.flush()
    assert say(first) == "ana bea"
    assert first.communicate("\n")[0] == "over\n"


def test_who_is_killed_holds_up_nobody(server_site: Site) -> None:
    server_site.run(_CHANGE.format(name="ana"))
    first = server_site.start(_CATCH_UP)
    assert say(first) == "ana"
    first.kill()
    first.communicate()

    second = server_site.start(_CATCH_UP)

    assert say(second) == "ana"
    assert second.communicate("\n")[0] == "over\n"
