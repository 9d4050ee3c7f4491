"""Turn the stop flag of compiled kernels into an exception."""


def raise_unless_done(done: bool) -> None:
    """Raise an InterruptedError if a kernel says that it was asked to stop."""
    if not done:
        raise InterruptedError("the kernel was asked to stop")
