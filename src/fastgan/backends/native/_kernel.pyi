from collections.abc import Callable, Mapping
from typing import Any

OK: int
STOPPED: int
NO_MEMORY: int
NO_NORMALS: int

# Fused functions: an index "double" or "float" selects the function of that dtype.
train: Mapping[str, Callable[..., int]]
train_by_algorithm: Mapping[str, Callable[..., int]]
train_crowd: Mapping[str, Callable[..., int]]
generate: Mapping[str, Callable[..., int]]
score: Mapping[str, Callable[..., int]]
exp: Mapping[str, Callable[..., None]]
log1p: Mapping[str, Callable[..., None]]
sigmoid: Mapping[str, Callable[..., None]]

class StreamBits:
    capsule: object
    lock: Any
    def __init__(self, lock: Any) -> None: ...

class NormalSource:
    error: BaseException | None
    def __init__(self, bits: StreamBits, numbers: Any, fill: Callable[[int], object]) -> None: ...

def variants() -> dict[str, bool]: ...
def choose_variant(name: str | None) -> bool: ...
def chosen_variant() -> str: ...
