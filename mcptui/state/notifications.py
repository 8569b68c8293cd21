"""What the system tells about changes around one file, wherever links lead and whatever is not there yet."""

from __future__ import annotations

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
    """The directory to watch for ``path``, and for each link that it is: the nearest that exists, and what name in it.

    Not the file: a watch on a file ends with its first replacement.
    """
    for _ in range(_MAX_LINKS):
        directory = next((each for each in path.parents if each.is_dir()), Path(path.anchor))
        yield directory.resolve(), path.relative_to(directory).parts[0]
        if not path.is_symlink():
            return
        path = path.parent / path.readlink()
