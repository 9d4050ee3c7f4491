"""The reasons for which a training ends, and the step number that stands for "never"."""

EPOCHS, EARLY_STOPPING, CALLBACK, DIVERGENCE = ENDINGS = (
    "epochs",
    "early_stopping",
    "callback",
    "divergence",
)

NEVER = -1  # the step of divergence of a training that did not diverge
