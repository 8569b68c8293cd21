"""``model_list`` of LiteLLM → models, for providers with an OpenAI-compatible endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mcptui.interop.reading import Reading
from mcptui.interop.values import first
from mcptui.model import LlmModel
from mcptui.model.names import subject_name_problem

#: Where the providers' OpenAI-compatible endpoints are, by LiteLLM's name of the provider.
_BASE_URLS: Final[Mapping[str, str]] = {
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com/v1",
    "gemini": "https://generativelanguage.googleapis.com/v1beta/openai",
    "groq": "https://api.groq.com/openai/v1",
    "mistral": "https://api.mistral.ai/v1",
    "deepseek": "https://api.deepseek.com/v1",
    "openrouter": "https://openrouter.ai/api/v1",
    "together_ai": "https://api.together.xyz/v1",
    "fireworks_ai": "https://api.fireworks.ai/inference/v1",
    "cerebras": "https://api.cerebras.ai/v1",
    "perplexity": "https://api.perplexity.ai",
    "xai": "https://api.x.ai/v1",
    "ollama": "http://localhost:11434/v1",
    "ollama_chat": "http://localhost:11434/v1",
    "lm_studio": "http://localhost:1234/v1",
}
# Providers whose api_base is an OpenAI-compatible endpoint of somebody else.
_ANYWHERE: Final = frozenset(
    {"openai", "hosted_vllm", "vllm", "litellm_proxy", "custom_openai", "text-completion-openai"}
)


def read_models(reading: Reading, items: object) -> tuple[LlmModel, ...]:
    """The models that mcptui can reach; a remark for each of the others."""
    models: dict[str, LlmModel] = {}
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, Mapping):
            continue
        name = str(item.get("model_name") or "")
        params = item.get("litellm_params")
        model = _model(reading, name, params if isinstance(params, Mapping) else {})
        if model is None:
            continue
        if name in models:
            reading.note(f"model {name}: only the first of several deployments is taken")
        models.setdefault(name, model)
    return tuple(models.values())


def _model(reading: Reading, name: str, params: Mapping[str, Any]) -> LlmModel | None:
    target = first(params, ("model",)) or ""
    provider, slash, model = target.partition("/")
    if not slash or (provider not in _BASE_URLS and provider not in _ANYWHERE):
        # Without a provider LiteLLM guesses it from the model's name.
        provider, model = (
            ("openai", target) if target.startswith(("gpt-", "o1", "o3", "o4", "chatgpt")) else (provider, model)
        )
    if "*" in name or "*" in target:
        reading.note(f"model {name}: wildcards cannot be carried over; add the models by name")
        return None
    if subject_name_problem(name) is not None:
        reading.note(f"model {name}: {subject_name_problem(name)}")
        return None
    base = first(params, ("api_base", "base_url"))
    if not base and provider in _BASE_URLS:
        base = _BASE_URLS[provider]
    elif base and provider not in _ANYWHERE and provider not in _BASE_URLS:
        base = None
    if not base or not model:
        reading.note(f"model {name}: {target or 'nothing'} has no OpenAI-compatible endpoint that mcptui knows")
        return None
    base = reading.text(base, f"model {name}")
    # Only OpenAI itself is sure to have the Responses API.
    api = "responses" if base.rstrip("/") == _BASE_URLS["openai"] else "chat"
    key = first(params, ("api_key",))
    if key is None and provider == "openai" and api == "responses":
        key = "os.environ/OPENAI_API_KEY"
    api_key = reading.text(key, f"model {name}") if key else None
    if provider in {"ollama", "ollama_chat", "lm_studio"} and not base.rstrip("/").endswith("/v1"):
        base = f"{base.rstrip('/')}/v1"
    return LlmModel(
        name=name, base_url=base, model=model, api="responses" if api == "responses" else "chat", api_key=api_key
    )
