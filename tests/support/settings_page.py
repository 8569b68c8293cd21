"""The tables of docs/state-file.md, made of what the fields of the model say; ``python -m`` writes them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from mcptui.model import GatewaySettings, Group, Key, LlmModel, Org, SecretSettings, Server, Team, User
from mcptui.model.setting import Setting, settings_of

PAGE: Final = Path(__file__).parents[2] / "docs" / "state-file.md"
#: The classes with a table on the page, by the name that its mark has.
CLASSES: Final[dict[str, type]] = {
    "gateway": GatewaySettings,
    "secrets": SecretSettings,
    "servers": Server,
    "groups": Group,
    "orgs": Org,
    "teams": Team,
    "users": User,
    "keys": Key,
    "models": LlmModel,
}


def settings_table(cls: type) -> str:
    """One row for each setting of ``cls``."""
    rows = [f"| `{setting.name}` | {_default(setting)} | {_what(setting)} |" for setting in settings_of(cls).values()]
    return "\n".join(["| key | default | |", "|---|---|---|", *rows])


def written(page: str) -> str:
    """``page`` with its tables as the model has them now."""

    def table(mark: re.Match[str]) -> str:
        return f"{mark[1]}\n{settings_table(CLASSES[mark[2]])}\n{mark[3]}"

    return re.sub(r"(<!-- settings: (\w+) -->)\n.*?(<!-- end -->)", table, page, flags=re.DOTALL)


def _default(setting: Setting) -> str:
    if setting.is_required:
        return "needed"
    if setting.about.default_means:
        return setting.about.default_means
    if setting.default in (None, ""):
        return ""
    plain = list(setting.default) if isinstance(setting.default, tuple) else setting.default
    return f"`{json.dumps(plain)}`"


def _what(setting: Setting) -> str:
    valid = f" ({', '.join(f'`{choice}`' for choice in setting.choices)})" if setting.choices else ""
    return setting.help.replace("|", "\\|") + valid


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
