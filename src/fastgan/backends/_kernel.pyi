from collections.abc import Callable, Mapping

OK: int
STOPPED: int
NO_MEMORY: int

# Fused functions: index by "double" or "float" for the one of that dtype.
train: Mapping[str, Callable[..., int]]
generate: Mapping[str, Callable[..., int]]
score: Mapping[str, Callable[..., int]]
exp: Mapping[str, Callable[..., None]]
log1p: Mapping[str, Callable[..., None]]
sigmoid: Mapping[str, Callable[..., None]]

def variants() -> dict[str, bool]: ...
def choose_variant(name: str | None) -> bool: ...
def chosen_variant() -> str: ...
