"""``model_list`` of LiteLLM → models, for providers with an OpenAI-compatible endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from mcptui.interop.reading import Reading
from mcptui.interop.values import first, unusable
from mcptui.model import LlmModel
from mcptui.model.entities import OPENAI_URL, api_at
from mcptui.model.names import subject_name_problem
from mcptui.model.setting import make

#: Where the providers' OpenAI-compatible endpoints are, by LiteLLM's name of the provider.
_BASE_URLS: Final[Mapping[str, str]] = {
    "openai": OPENAI_URL,
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

_PARTS: Final = ("litellm_params", "model_info")
#: LiteLLM's prices are those of one token.
_PRICES: Final = {
    "input_cost_per_token": "input_price",
    "output_cost_per_token": "output_price",
    "cache_read_input_token_cost": "cached_input_price",
}


def read_models(reading: Reading, items: object) -> tuple[LlmModel, ...]:
    """The models that mcptui can reach; a remark for each of the others."""
    models: dict[str, LlmModel] = {}
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, Mapping):
            continue
        name = str(item.get("model_name") or "")
        params, info = (found if isinstance(found := item.get(part), Mapping) else {} for part in _PARTS)
        model = _model(reading, name, params)
        if model is None:
            continue
        model = replace(model, **_limits({**info, **params}))
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
    api = api_at(base)
    key = first(params, ("api_key",))
    if key is None and provider == "openai" and api == "responses":
        key = "os.environ/OPENAI_API_KEY"
    api_key = reading.text(key, f"model {name}") if key else None
    if provider in {"ollama", "ollama_chat", "lm_studio"} and not base.rstrip("/").endswith("/v1"):
        base = f"{base.rstrip('/')}/v1"
    settings = {"base_url": base, "model": model, "api": api, "api_key": api_key}
    for setting, reason in unusable(LlmModel, settings).items():
        reading.note(f"model {name}: {setting} {reason}")
        return None
    return make(LlmModel, {"name": name, **settings})


def _limits(said: Mapping[str, Any]) -> dict[str, Any]:
    """Context and prices, as far as the file says them by itself."""
    size = said.get("max_input_tokens")
    limits: dict[str, Any] = {"context_size": size} if type(size) is int and size > 0 else {}
    for theirs, ours in _PRICES.items():
        price = _price(said.get(theirs))
        if price is not None:
            limits[ours] = round(price * 1_000_000, 9)
    return limits


def _price(value: object) -> float | None:
    """US dollars for one token; YAML reads ``1e-05`` as text."""
    try:
        price = float(value) if isinstance(value, str | int | float) else -1.0
    except ValueError:
        return None
    return price if 0 <= price < 1 else None
