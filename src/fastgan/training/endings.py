"""What ended a training, and the step that stands for none."""

EPOCHS, EARLY_STOPPING, CALLBACK, DIVERGENCE = ENDINGS = (
    "epochs",
    "early_stopping",
    "callback",
    "divergence",
)

NEVER = -1  # the step after which a training that kept finite parameters diverged
