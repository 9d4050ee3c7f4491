"""The endings of a training, and the number that stands for no step."""

EPOCHS, EARLY_STOPPING, CALLBACK, DIVERGENCE = ENDINGS = (
    "epochs",
    "early_stopping",
    "callback",
    "divergence",
)

NEVER = -1  # the step after which a training that kept finite parameters diverged
