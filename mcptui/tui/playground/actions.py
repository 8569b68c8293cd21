"""What can be done in the Test mode."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from mcptui.tui.keys import meanings
from mcptui.tui.keys.actions import Action


class Trying(Protocol):
    """What decides which actions there are."""

    @property
    def item(self) -> object | None: ...
    @property
    def sees_something(self) -> bool: ...
    @property
    def is_calling(self) -> bool: ...
    @property
    def has_outcome(self) -> bool: ...
    @property
    def shows_json(self) -> bool: ...
    @property
    def resource(self) -> str | None: ...
    @property
    def updated(self) -> Mapping[str, int]: ...


def _has_item(screen: Trying) -> bool:
    return screen.item is not None


def _sees_something(screen: Trying) -> bool:
    return screen.sees_something


def _can_run(screen: Trying) -> bool:
    return screen.item is not None and not screen.is_calling


def _is_calling(screen: Trying) -> bool:
    return screen.is_calling


def _shows_json(screen: Trying) -> bool:
    return screen.shows_json


def _has_resource(screen: Trying) -> bool:
    return screen.resource is not None


def _has_updates(screen: Trying) -> bool:
    return bool(screen.updated)


def _has_result(screen: Trying) -> bool:
    return screen.has_outcome


ACTIONS: Final = (
    Action(
        id="test.run",
        title="Run",
        handler="run",
        meaning=meanings.TEST,
        label="Run",
        when=_can_run,
    ),
    Action(
        id="test.cancel",
        title="Cancel the running call",
        handler="cancel",
        meaning=meanings.BACK,
        label="Cancel",
        when=_is_calling,
        priority=True,
    ),
    Action(id="test.back", title="Go back to the list", handler="back", meaning=meanings.BACK),
    Action(
        id="test.run_both",
        title="Run as two keys and compare the results",
        handler="run_both",
        meaning=meanings.TEST_MANY,
        when=_can_run,
    ),
    Action(
        id="test.json",
        title="Form or JSON",
        handler="toggle_json",
        meaning=meanings.JSON,
        label="Form/JSON",
        when=_has_item,
    ),
    Action(
        id="test.type",
        title="Type the call on one line: add a=1, add(1, 2), add {…}",
        handler="type_call",
        meaning=meanings.COMMAND_LINE,
        label="Command line",
        when=_sees_something,
    ),
    Action(
        id="test.recall",
        title="Previous arguments, one set at each press",
        handler="recall",
        meaning=meanings.RECALL,
        label="Previous args",
        when=_has_item,
    ),
    Action(
        id="test.earlier",
        title="History and examples: use again, compare",
        handler="earlier",
        meaning=meanings.EARLIER,
        when=_has_item,
    ),
    Action(
        id="test.save_example",
        title="Save the arguments as an example",
        handler="save_example",
        meaning=meanings.SAVE,
        when=_has_item,
    ),
    Action(
        id="test.save_call",
        title="Save the call to a collection, with the result as expectation",
        handler="save_call",
        meaning=meanings.SAVE_CALL,
        when=_has_item,
    ),
    Action(
        id="test.describe",
        title="Show the whole description and schema",
        handler="describe",
        meaning=meanings.VIEW,
        when=_has_item,
    ),
    Action(
        id="test.copy",
        title="Copy the result",
        handler="copy_result",
        meaning=meanings.COPY,
        label="Copy",
        when=_has_result,
    ),
    Action(
        id="test.copy_as",
        title="Copy a path, a value, or the call as a command, curl, Python or a test",
        handler="copy_as",
        meaning=meanings.COPY_AS,
        when=_has_item,
    ),
    Action(
        id="test.copy_path",
        title="Copy the path of the value under the cursor (JSON view)",
        handler="copy_path",
        when=_shows_json,
    ),
    Action(
        id="test.copy_value",
        title="Copy the value under the cursor (JSON view)",
        handler="copy_value",
        when=_shows_json,
    ),
    Action(
        id="test.copy_command",
        title="Copy the call as a command line",
        handler="copy_command",
        when=_has_item,
    ),
    Action(
        id="test.copy_curl",
        title="Copy the call as curl",
        handler="copy_curl",
        when=_has_item,
    ),
    Action(
        id="test.copy_python",
        title="Copy the call as a Python program",
        handler="copy_python",
        when=_has_item,
    ),
    Action(
        id="test.copy_test",
        title="Copy the call as a pytest function that expects this result",
        handler="copy_test",
        when=_has_item,
    ),
    Action(
        id="test.inspect",
        title="Show the messages of this call, as sent and received",
        handler="inspect",
        meaning=meanings.CALLS,
        when=_has_result,
    ),
    Action(
        id="test.save",
        title="Save the result, or binary content of it, to a file",
        handler="save_result",
        meaning=meanings.EXPORT,
        when=_has_result,
    ),
    Action(
        id="test.diff",
        title="Compare the result with the previous one",
        handler="diff_results",
        meaning=meanings.DIFFERENCES,
        when=_has_result,
    ),
    Action(
        id="test.compare",
        title="Compare the tools, prompts and resources of two keys",
        handler="compare_keys",
        meaning=meanings.COMPARE_KEYS,
    ),
    Action(id="test.key", title="Choose the key to test as", handler="choose_key", meaning=meanings.KEY),
    Action(id="test.filter", title="Filter the list", handler="filter", meaning=meanings.FILTER),
    Action(id="test.refresh", title="Reload the lists", handler="refresh_lists", meaning=meanings.AGAIN),
    Action(
        id="test.next_tab",
        title="Next list, or view of the result",
        handler="step_tab(1)",
        meaning=meanings.NEXT_VIEW,
    ),
    Action(
        id="test.previous_tab",
        title="Previous list, or view of the result",
        handler="step_tab(-1)",
        meaning=meanings.PREVIOUS_VIEW,
    ),
    Action(
        id="test.notifications",
        title="Show or hide the notifications of servers",
        handler="notifications",
        meaning=meanings.NOTIFICATIONS,
    ),
    Action(
        id="test.subscribe",
        title="Subscribe to the resource, or unsubscribe",
        handler="subscribe",
        meaning=meanings.SUBSCRIBE,
        label="Subscribe",
        when=_has_resource,
    ),
    Action(
        id="test.read_updated",
        title="Go to the updated resource and read it again",
        handler="read_updated",
        meaning=meanings.READ_UPDATED,
        label="Read the update",
        when=_has_updates,
    ),
)
