"""Python programs that reproduce, bit for bit, what the page shows."""

from __future__ import annotations

from fastgan.lab.one_gan import SAMPLES, SAMPLES_SEED
from fastgan.lab.settings import SEEDS, Picture, Settings


def one_gan(settings: Settings) -> str:
    """Return the program of the first view."""
    if settings.child is None:
        head, rng = "import fastgan", str(settings.seed)
    else:
        head = "import numpy as np\n\nimport fastgan"
        rng = f"np.random.SeedSequence({settings.seed}, spawn_key=({settings.child},))"
    return f"""{head}

{_faces(settings)}
run = fastgan.train(
    faces,
{_options(settings)}
    rng={rng},
)
print(run.gan.generator)
print(run.gan.discriminator)
samples = run.gan.sample({SAMPLES}, rng={SAMPLES_SEED})
print(samples)
print(run.gan.discriminate(faces), run.gan.discriminate(samples))
print(run.gan.discriminate([{_picture(settings.picture)}]))
# The curves show run.history, and so does
# fastgan.plotting.history(run.history).figure.savefig("curves.png")
"""


def many_seeds(settings: Settings) -> str:
    """Return the program of the second view."""
    return f"""import fastgan

{_faces(settings)}
ensemble = fastgan.train_many(
    faces,
    {SEEDS},
{_options(settings)}
    rng={settings.seed},
)
outcomes = ensemble.outcome()
print(outcomes.counts())
print(outcomes.label)
"""


def _faces(settings: Settings) -> str:
    rows = "".join(f"    {_picture(face)},\n" for face in settings.faces)
    return f"faces = [\n{rows}]"


def _picture(picture: Picture) -> str:
    return str([list(row) for row in picture])


def _options(settings: Settings) -> str:
    options = {"epochs": settings.epochs, **settings.options()}
    lines = (
        f'    {name}="{value}",' if isinstance(value, str) else f"    {name}={value!r},"
        for name, value in options.items()
    )
    return "\n".join(lines)
