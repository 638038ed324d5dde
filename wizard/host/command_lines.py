"""Read the command lines of processes, whatever their owners do to keep them from being read."""

from __future__ import annotations

from threading import Lock, Thread

from wizard.host import opening
from wizard.host.people import is_ordinary

# Of a command line, which may have megabytes.
MOST_BYTES = 2**14
# In seconds, for each; and how many may hang at a time, of one user and of all.
PATIENCE, MOST_HUNG, MOST_HUNG_IN_ALL = 0.5, 2, 6

_hung: list[tuple[int, Thread]] = []
_turn = Lock()


def command_line(pid: int, uid: int) -> tuple[str, ...]:
    """Return the words of a process of that user; none where it has ended, or does not let them be read.

    They lie in its memory, which the kernel reads once nobody else changes how it is laid out. An ordinary account's
    process can make that wait for a file system that is its own program (fuse(4)), for ever: so it is read by a thread
    that is left behind if it does not end, and no more is asked of a user, or of any, of whom some hang.
    """
    if not is_ordinary(uid):
        return _words(pid)
    with _turn:
        _hung[:] = [(one, thread) for one, thread in _hung if thread.is_alive()]
        if len(_hung) >= MOST_HUNG_IN_ALL or [one for one, _thread in _hung].count(uid) >= MOST_HUNG:
            return ()
    found: list[tuple[str, ...]] = []
    thread = Thread(target=lambda: found.append(_words(pid)), daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if thread.is_alive():
        with _turn:
            _hung.append((uid, thread))
    return found[0] if found else ()


def _words(pid: int) -> tuple[str, ...]:
    try:
        words = opening.made_up(f"/proc/{pid}/cmdline", MOST_BYTES).split(b"\0")
    except OSError:
        return ()
    return tuple(word.decode(errors="replace") for word in words if word)
