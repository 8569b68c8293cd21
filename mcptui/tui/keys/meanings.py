"""What every key means, once for the whole app: actions, dialogs and lists take their keys from here.

A letter is also there as ``alt+letter`` where the same is wanted inside text fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class Meaning:
    """One meaning, and all keys that have it."""

    title: str
    keys: tuple[str, ...]

    def bind(self, action: str, description: str = "", *, priority: bool = False) -> Binding:
        """A binding that the footer does not show, for widgets and dialogs."""
        return Binding(",".join(self.keys), action, description, show=False, priority=priority)

    def only(self, *keys: str) -> Meaning:
        """The same with some of its keys, where the others are text or taken by the widget."""
        if not set(keys) <= set(self.keys):
            raise ValueError(f"{keys} are not keys of {self.title}")
        return Meaning(self.title, keys)


# --- moving ---
DOWN: Final = Meaning("Down", ("down", "j"))
UP: Final = Meaning("Up", ("up", "k"))
LEFT: Final = Meaning("Left, previous tab, fold", ("left", "h"))
RIGHT: Final = Meaning("Right, next tab, unfold", ("right", "l"))
UNFOLD_ALL: Final = Meaning("Unfold all rows", ("shift+right",))
FOLD_ALL: Final = Meaning("Fold all rows", ("shift+left",))
PAGE_DOWN: Final = Meaning("One page down", ("pagedown", "ctrl+d"))
PAGE_UP: Final = Meaning("One page up", ("pageup", "ctrl+u"))
FIRST: Final = Meaning("To the beginning", ("home", "g"))
LAST: Final = Meaning("To the end", ("end", "G"))
NEXT_FIELD: Final = Meaning("Next field, or accept the completion", ("tab",))
PREVIOUS_FIELD: Final = Meaning("Previous field", ("shift+tab",))
NEXT_VIEW: Final = Meaning("Next view or pane", ("right_square_bracket",))
PREVIOUS_VIEW: Final = Meaning("Previous view or pane", ("left_square_bracket",))
NEXT_BLOCK: Final = Meaning("Next text or tool call", ("alt+j",))
PREVIOUS_BLOCK: Final = Meaning("Previous text or tool call", ("alt+k",))
MOVE_DOWN: Final = Meaning("Move the item down", ("alt+down",))
MOVE_UP: Final = Meaning("Move the item up", ("alt+up",))
RECALL: Final = Meaning("Previous input", ("ctrl+up",))

# --- panes ---
ZOOM: Final = Meaning("Zoom the pane, or give it its place again", ("z", "alt+z"))
LARGER: Final = Meaning("Make the pane larger", ("greater_than_sign",))
SMALLER: Final = Meaning("Make the pane smaller", ("less_than_sign",))
RESET_SIZES: Final = Meaning("The panes have their first sizes again", ("equals_sign",))

# --- everywhere ---
OPEN: Final = Meaning("Open, choose, go there", ("enter",))
BACK: Final = Meaning("One level up: close, cancel, stop, clear the filter", ("escape",))
CLOSE: Final = Meaning("Close what is only to be read", ("escape", "q"))
ACTIONS: Final = Meaning("Actions and keys of this screen", ("question_mark", "f1"))
GO_TO: Final = Meaning("Go to anything by its name", ("colon", "ctrl+p"))
FILTER: Final = Meaning("Filter", ("slash",))
UNDO: Final = Meaning("Undo", ("u", "ctrl+z"))
REDO: Final = Meaning("Redo", ("U",))
CHANGES: Final = Meaning("History of changes", ("Z",))
JUMP: Final = Meaning("Jump to a pane or field by letter", ("ctrl+o",))
PAGER: Final = Meaning("Open in the pager", ("f3",))
EDITOR: Final = Meaning("Edit the field in the editor", ("f4",))
EDIT_FILE: Final = Meaning("Edit the state file", ("E",))
ERRORS: Final = Meaning("Recent errors", ("f12",))
QUIT: Final = Meaning("Quit", ("ctrl+q",))

# --- what is under the cursor ---
ADD: Final = Meaning("New, add", ("n", "alt+n"))
EDIT: Final = Meaning("Edit, rename", ("e", "alt+e"))
DELETE: Final = Meaning("Delete, remove, disconnect", ("d",))
UNSET: Final = Meaning("Unset: no value of its own", ("delete",))
TOGGLE: Final = Meaning("Enable or disable, check or uncheck", ("space",))
TEST: Final = Meaning("Test, run", ("t", "f5", "alt+t", "ctrl+enter", "alt+enter"))
TEST_MANY: Final = Meaning("Test all, or as two keys", ("B",))
AGAIN: Final = Meaning("Again: reload, reconnect, replay, ask again", ("r", "alt+r"))
RENEW: Final = Meaning("Rotate, restart", ("R",))
GRANT: Final = Meaning("Allow, grant", ("a",))
GRANT_ALWAYS: Final = Meaning("Always allow", ("A",))
DENY: Final = Meaning("Deny, reject", ("minus",))
DENY_ALWAYS: Final = Meaning("Always reject", ("underscore",))
GRANT_NONE: Final = Meaning("Allow none", ("0",))
EXPLAIN: Final = Meaning("Who and why: explain access, or give a reason", ("w",))
READ_ONLY: Final = Meaning("Restrict to read-only tools", ("P", "alt+p"))
SELECT: Final = Meaning("Select, or deselect", ("m",))
SELECT_ALL: Final = Meaning("Select all, or none", ("M",))
INVERT: Final = Meaning("Invert the selection", ("asterisk",))
COPY: Final = Meaning("Copy", ("y", "alt+y"))
COPY_AS: Final = Meaning("Copy something else of it: code, configuration, program, all", ("Y",))
VIEW: Final = Meaning("View the whole, or all at once", ("v",))
DIFFERENCES: Final = Meaning("Compare, only differences", ("D", "alt+d"))
COMPARE_KEYS: Final = Meaning("Compare two keys", ("K",))
SORT: Final = Meaning("Sort or group by the next one", ("b",))
PERIOD: Final = Meaning("Next period", ("W",))
FOLLOW: Final = Meaning("Follow the end, or stop", ("f",))
LEVEL: Final = Meaning("Minimum level", ("L",))

# --- saving and files ---
SAVE: Final = Meaning("Save, apply, write, accept", ("ctrl+s",))
SAVE_ANYWAY: Final = Meaning("Save without a test", ("ctrl+g",))
SAVE_CALL: Final = Meaning("Save to a collection", ("S",))
DISCARD: Final = Meaning("Discard the changes", ("backspace",))
EXPORT: Final = Meaning("Write to a file", ("x", "alt+x"))
IMPORT: Final = Meaning("Import", ("i",))
IMPORT_ALL: Final = Meaning("Import from all clients, and connect them", ("I",))
CONNECT: Final = Meaning("Connect a client", ("c",))

# --- to something else ---
CALLS: Final = Meaning("Recorded calls", ("C", "alt+c"))
TOOLS: Final = Meaning("Tools of the server", ("T",))
TAGS: Final = Meaning("Tags", ("number_sign",))
SECRETS: Final = Meaning("Secrets", ("dollar_sign",))
GROUPS: Final = Meaning("Groups of servers", ("at",))
FINDINGS: Final = Meaning("Findings", ("F",))
NOTIFICATIONS: Final = Meaning("Notifications of servers", ("N",))
SUBSCRIBE: Final = Meaning("Subscribe, or unsubscribe", ("plus",))
READ_UPDATED: Final = Meaning("Go to what was updated and read it again", ("J",))
EARLIER: Final = Meaning("Earlier calls or conversations", ("H", "alt+h"))
SETTINGS: Final = Meaning("Settings", ("f2",))
MODELS: Final = Meaning("Models", ("f6",))
APPROVALS: Final = Meaning("Approve tool calls, or run them automatically", ("f7",))
KEY: Final = Meaning("Key to test as", ("f8",))
SERVERS: Final = Meaning("Servers whose tools are used", ("f9",))
LOG_IN: Final = Meaning("Log in, open in the browser", ("o", "alt+o"))
LOG_OUT: Final = Meaning("Log out", ("O",))

# --- gateway and demo ---
DEMO: Final = Meaning("Add the demo server", ("X",))
START_STOP: Final = Meaning("Start or stop the gateway", ("s",))
SURVIVE: Final = Meaning("Keep the gateway running after quitting, or not", ("Q",))
FREE_PORT: Final = Meaning("Take a free port", ("p",))

# --- in text fields ---
NEW_LINE: Final = Meaning("New line", ("ctrl+j", "shift+enter"))
JSON: Final = Meaning("Form or JSON", ("ctrl+t",))
COMMAND_LINE: Final = Meaning("Type it on one line", ("ctrl+l",))
NULL: Final = Meaning("null, or a value", ("ctrl+n",))
REVEAL: Final = Meaning("Show or hide a secret", ("ctrl+r",))
