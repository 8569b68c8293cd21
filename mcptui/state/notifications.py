"""What the system tells about changes around one file, wherever links lead and whatever is not there yet."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Reading the directory or the file is no event that we want to be woken by.
_EVENTS: Final[list[type[FileSystemEvent]]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]
#: As many links in a row are followed, as Linux does.
_MAX_LINKS: Final = 40
_RENEWALS: Final = 5


class Notifications(FileSystemEventHandler):
    """Calls back, in a thread of its own, when ``path`` may have changed. Its methods block for an instant.

    Args:
        path: a file that need not exist, nor its directory.
        notify: called for each event.
    """

    def __init__(self, path: Path, notify: Callable[[], object]) -> None:
        self._path = path
        self._notify = notify
        self._observer = Observer()
        self._observer.start()
        #: Directories as they were when they were watched last, and the names in them that matter.
        self._places: frozenset[tuple[Path, int, int]] = frozenset()
        self._names: frozenset[str] = frozenset()

    def renew(self) -> bool:
        """Watch the directories that matter now; whether the system notifies about all of them."""
        try:
            # Anew until nothing changed while the watches were set.
            return any(self._is_current() for _ in range(_RENEWALS))
        except (OSError, RuntimeError):
            # A directory went this moment, links go round in a circle, or the system has no watches left.
            return False

    def _is_current(self) -> bool:
        """Whether the right directories are watched; else those are from now on that were right at this moment."""
        found = [(directory, directory.stat(), name) for directory, name in _places(self._path)]
        places = frozenset((directory, stat.st_dev, stat.st_ino) for directory, stat, _ in found)
        if places == self._places and all(emitter.is_alive() for emitter in self._observer.emitters):
            return True
        self._places = frozenset()
        self._observer.unschedule_all()
        # The name of a directory itself, because that is what is told when it goes.
        self._names = frozenset(name for directory, _, named in found for name in (directory.name, named))
        for directory in {directory for directory, _, _ in found}:
            self._observer.schedule(self, str(directory), event_filter=_EVENTS)
        self._places = places
        return False

    def end(self) -> None:
        """Stop; nothing is called back any more."""
        self._observer.stop()
        self._observer.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """As of the library: an event in one of the directories."""
        if any(Path(str(path)).name in self._names for path in (event.src_path, event.dest_path) if path):
            self._notify()


def _places(path: Path) -> Iterator[tuple[Path, str]]:
    """Where ``path`` leads may change in these directories, none of them a link, and with what name in them.

    That is where each link on the way lies, and where the file lies, or the first directory that is not there. Not the
    file itself: a watch on a file ends with its first replacement.
    """
    path = path.absolute()
    here, names, links = Path(path.anchor), deque(path.parts[1:]), 0
    while names:
        name = names.popleft()
        if name == "..":
            here = here.parent
            continue
        found = here / name
        is_link, goes_on = found.is_symlink(), bool(names) and found.is_dir()
        # The links of the root are the system's, and macOS tells of everything below what is watched.
        if not goes_on or (is_link and here.name):
            yield here, name
        if is_link and links < _MAX_LINKS:
            links += 1
            target = found.readlink()
            here = here / target.anchor
            names.extendleft(reversed(target.parts[1:] if target.anchor else target.parts))
        elif goes_on:
            here = found
        else:
            return
