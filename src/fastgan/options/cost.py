"""The cost of a training, estimated from its sizes."""


def work_of_a_row(n_features: int, latent_dim: int) -> int:
    """Estimate the multiplications that a step spends on each of its rows."""
    return n_features * (2 * latent_dim + 40) + 100
