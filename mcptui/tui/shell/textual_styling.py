"""Work of Textual on styles that changes nothing, left out: most of what the first opening of a screen costs."""

from __future__ import annotations

from typing import Any

from textual.css.model import RuleSet
from textual.css.styles import RenderStyles
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.events import ScreenResume
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

_get_component_styles = DOMNode.get_component_styles
_resume = Screen._on_screen_resume  # noqa: SLF001
_update_focus_styles = Screen._update_focus_styles  # noqa: SLF001
_validate = Input.validate


def style_once() -> None:
    """Change Textual 8.2.

    The hash of a rule of a style sheet, its identity, needs no call: every widget that is styled looks all rules up.

    The styles of the parts of a widget (the cursor of a field, its placeholder) are found when they are asked for, and
    for most parts of most widgets they never are.

    A widget that is not mounted yet is styled when it is, and not for every class that it has until then.

    A screen that comes back is styled again only if the sheets changed.

    A frame that shows that the focus is within is styled, and not also all that it holds.

    A field without validators gets no class for being valid.
    """
    RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]
    for owner, name, changed in (
        (Stylesheet, "_process_component_classes", _style_known_parts),
        (DOMNode, "get_component_styles", _parts_when_asked),
        (Widget, "update_node_styles", _update_if_mounted),
        (Screen, "_on_screen_resume", _resume_as_it_was),
        (Screen, "_update_focus_styles", _style_frames),
        (Input, "validate", _validate_if_asked),
    ):
        setattr(owner, name, changed)


def _style_known_parts(sheet: Stylesheet, node: DOMNode) -> None:
    """Style the parts that were asked for again, and draw the widget if one looks different."""
    before = node._component_styles  # noqa: SLF001
    if before:
        node._component_styles = {part: _part(sheet, node, part) for part in before}  # noqa: SLF001
        if node._component_styles != before:  # noqa: SLF001
            node.refresh()


def _parts_when_asked(self: DOMNode, *names: str) -> RenderStyles:
    known = self._component_styles
    for name in names:
        if name not in known and name in self._get_component_classes():
            known[name] = _part(self.app.stylesheet, self, name)
    return _get_component_styles(self, *names)


def _part(sheet: Stylesheet, node: DOMNode, name: str) -> RenderStyles:
    part = DOMNode(classes=name)
    part._attach(node)  # noqa: SLF001
    sheet.apply(part)
    return part.styles


def _update_if_mounted(self: Widget, animate: bool = True) -> None:
    if self._parent is not None:
        DOMNode.update_node_styles(self, animate)


def _resume_as_it_was(self: Screen[Any], event: ScreenResume) -> None:
    sheets = self.app._css_update_count  # noqa: SLF001
    # A screen that was never shown is styled since it was mounted just now.
    event.refresh_styles = event.refresh_styles and self._css_update_count not in (-1, sheets)
    self._css_update_count = sheets
    _resume(self, event)


def _style_frames(self: Screen[Any], focused: Widget | None = None, blurred: Widget | None = None) -> None:
    if any(_looks_at_focus_above(rule) for rule in self.app.stylesheet.rules if "focus-within" in rule.pseudo_classes):
        _update_focus_styles(self, focused, blurred)
        return
    around = {node for widget in (focused, blurred) if widget is not None for node in widget.ancestors_with_self}
    if frames := [node for node in around if node._has_focus_within]:  # noqa: SLF001
        self.app.stylesheet.update_nodes(frames, animate=True)


def _looks_at_focus_above(rule: RuleSet) -> bool:
    """Whether what a rule is about depends on whether the focus is within something around it."""
    return any(
        "focus-within" in selector.pseudo_classes
        for selectors in rule.selector_set
        for selector in selectors.selectors[:-1]
    )


def _validate_if_asked(self: Input, value: str) -> Any:
    return _validate(self, value) if self.validators else None
