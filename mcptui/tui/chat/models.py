"""Setting up models from the Chat mode."""

from __future__ import annotations

from mcptui.model import LlmModel, State
from mcptui.model.setting import changed, make
from mcptui.services.models import add_model, remove_model, set_api_key, update_model, who_uses_model
from mcptui.tui.chat.model_dialog import ModelDialog
from mcptui.tui.life.changed_on_disk import put_together
from mcptui.tui.settings.fields import Read
from mcptui.tui.settings.named_dialog import NamedDialog, Removal
from mcptui.tui.settings.secret_dialog import SecretDialog, store_name
from mcptui.tui.shell.shell import Shell
from mcptui.tui.widgets.dialogs import ConfirmDialog


def models_dialog(app: Shell, at: str) -> NamedDialog:
    """All models with their address and who is limited to them; the cursor is on ``at``."""

    async def remove(name: str) -> None:
        await app.change(remove_model, name)

    listed = {name: _cells(app.state, model) for name, model in app.state.models.items()}
    removal = Removal(lambda name: delete_dialog(app.state, name), remove)
    return NamedDialog("Models", "New model", listed, removal, at=at)


def _cells(state: State, model: LlmModel) -> tuple[str, ...]:
    users = who_uses_model(state, model.name)
    used = f"used by {', '.join(users)}" if users else ""
    return model.name, f"{model.model} at {model.base_url}", used


def delete_dialog(state: State, name: str) -> ConfirmDialog:
    """Names the model and where access names it."""
    users = ", ".join(who_uses_model(state, name))
    text = f"Access of {users} names it; the name stays there. " if users else ""
    return ConfirmDialog(
        f"Delete model {name}?", f"{text}Its API key stays in the secret store until you quit.", "Delete"
    )


async def set_up_model(app: Shell) -> str | None:
    """Have the person add a model; its name. To be run in a worker."""

    async def save(found: Read) -> None:
        await app.change(add_model, make(LlmModel, found.values))

    saved = await app.push_screen_wait(ModelDialog(save, store_name(app)))
    return saved["name"] if saved is not None else None


async def change_model(app: Shell, model: LlmModel) -> None:
    """Have the person change a model. To be run in a worker."""

    async def save(found: Read) -> None:
        await app.reload_state()
        revision, theirs = app.loaded.revision, app.state.models.get(model.name, model)
        mine = await put_together(app, f"Model {model.name}", model, changed(model, found.values), theirs)
        await app.change(update_model, model.name, mine, expected=revision, unset=found.unset)

    await app.push_screen_wait(ModelDialog(save, store_name(app), model))


async def renew_key(app: Shell, model: str, why: str) -> bool:
    """Have the person enter another API key, because of ``why``; whether they did. To be run in a worker."""

    async def save(api_key: str) -> None:
        change = await app.write(set_api_key, model, api_key)
        if change is not None:
            app.accept(change)

    return await app.push_screen_wait(SecretDialog(f"API key of {model}", why, save, store_name(app)))
