"""The window: the only room that knows Qt."""

import pydantic.fields  # noqa: F401  before PySide6, whose import hook trips over pydantic while it is half imported
