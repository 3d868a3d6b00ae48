"""Loads a function app as the Functions host does, and reads its HTTP triggers."""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

import azure.functions as func

ROOT = Path(__file__).resolve().parent.parent.parent
DEFAULT_PREFIX = "api"


class AppError(Exception):
    """The app cannot be served; the text says why."""


@dataclass(frozen=True)
class Endpoint:
    """One HTTP trigger of the app."""

    name: str
    route: str
    methods: tuple[str, ...]
    auth_level: str
    handler: Callable[..., Any]
    request_parameter: str
    wants_context: bool


@dataclass(frozen=True)
class Application:
    """The HTTP triggers of an app and the prefix of their routes."""

    endpoints: tuple[Endpoint, ...]
    prefix: str

    def find(self, method: str, path: str) -> Endpoint | None:
        """Return the endpoint of a path, in any case; None also where only the method differs: the host says 404."""
        wanted = path.strip("/").lower()
        for endpoint in self.endpoints:
            serves = not endpoint.methods or method in endpoint.methods
            if serves and f"{self.prefix}/{endpoint.route}".strip("/").lower() == wanted:
                return endpoint
        return None


def load_app(path: Path = ROOT / "function_app.py") -> ModuleType:
    """Import an app's module afresh: whatever it reads from the environment at import is read again."""
    specification = importlib.util.spec_from_file_location(path.stem, path)
    if specification is None or specification.loader is None or not path.exists():
        raise AppError(f"There is no function app at {path}.")
    module = importlib.util.module_from_spec(specification)
    sys.modules[path.stem] = module
    with _importable(path.parent):
        specification.loader.exec_module(module)
    return module


def application(app: func.FunctionApp | ModuleType, prefix: str | None = None) -> Application:
    """Return what an app serves. Without `prefix` it is that of the host.json in the folder of the app's module."""
    if isinstance(app, ModuleType):
        folder = Path(app.__file__).parent if app.__file__ else ROOT
        return Application(_endpoints(_only_app(app)), _prefix(folder) if prefix is None else prefix)
    return Application(_endpoints(app), DEFAULT_PREFIX if prefix is None else prefix)


@contextlib.contextmanager
def environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Set variables of the environment, and put back what was there."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


_functions: WeakKeyDictionary[func.FunctionApp, tuple[Endpoint, ...]] = WeakKeyDictionary()
# get_functions() may be called only once per app: it takes its own second answer for duplicate names.


def _endpoints(app: func.FunctionApp) -> tuple[Endpoint, ...]:
    if app not in _functions:
        _functions[app] = tuple(_endpoint(each) for each in app.get_functions() if each.is_http_function())
    return _functions[app]


def _endpoint(function: Any) -> Endpoint:
    trigger = function.get_trigger()
    handler = function.get_user_function()
    name = function.get_function_name()
    route = trigger.route or name
    if "{" in route:
        raise AppError(f"{name}: the route {route} has parameters, and this server knows fixed routes only.")
    return Endpoint(
        name=name,
        route=route,
        methods=tuple(_word(method) for method in trigger.methods or ()),
        auth_level=_word(trigger.auth_level),
        handler=handler,
        request_parameter=trigger.name,
        wants_context="context" in inspect.signature(handler).parameters,
    )


def _word(value: Any) -> str:
    """Return the name of a method or level: the library keeps some as enumerations and some as texts."""
    return str(getattr(value, "value", value)).upper()


def _only_app(module: ModuleType) -> func.FunctionApp:
    apps = [value for value in vars(module).values() if isinstance(value, func.FunctionApp)]
    if len(apps) != 1:
        raise AppError(f"{module.__name__} has {len(apps)} names for a FunctionApp; the worker wants exactly one.")
    return apps[0]


def _prefix(folder: Path) -> str:
    path = folder / "host.json"
    settings = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    http = settings.get("extensions", {}).get("http", {})
    return str(http.get("routePrefix", DEFAULT_PREFIX))


@contextlib.contextmanager
def _importable(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
