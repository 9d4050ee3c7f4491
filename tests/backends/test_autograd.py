"""Compare training by recipe with PyTorch's automatic differentiation and optimizers.

The losses are written as in the papers, from probabilities and with penalties on D's gradient with
respect to its input, so that the kernels' simplifications are tested too.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from fastgan.backends.algorithm import MOMENTS, generator_moves
from fastgan.backends.reference import moves, training
from fastgan.layers.parameter_table import one_layer_table
from helpers.algorithms import NO_ORDER, NO_STOP, algorithm_of

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")

N, M, D, K, STEPS = 6, 3, 5, 2, 6
CLOSE = 1e-12
SCHEDULES = {
    "sequential": {"schedule": "sequential"},
    "alternating": {"schedule": "alternating"},
    "alternating, 2 of D and 3 of G": {
        "schedule": "alternating", "discriminator_steps": 2, "generator_steps": 3,
    },
    "simultaneous": {"schedule": "simultaneous"},
}  # fmt: skip
LOSSES = {
    "non-saturating": {"loss": "non-saturating"},
    "non-saturating, smooth": {"loss": "non-saturating", "label_smoothing": 0.1},
    "minimax": {"loss": "minimax"},
    "least-squares": {"loss": "least-squares"},
    "least-squares, smooth": {"loss": "least-squares", "label_smoothing": 0.1},
    "wasserstein": {"loss": "wasserstein"},
    "wasserstein, clipped": {"loss": "wasserstein", "clip_value": 0.4},
    "gradient penalty": {"loss": "wasserstein", "gradient_penalty_weight": 10.0},
    "R1": {"loss": "non-saturating", "r1_weight": 0.7},
}
OPTIMIZERS = {
    "sgd": ({"optimizer": "sgd"}, lambda p, lr: torch.optim.SGD(p, lr)),
    "momentum": ({"optimizer": "momentum"}, lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9)),
    "adam": ({"optimizer": "adam"}, lambda p, lr: torch.optim.Adam(p, lr, eps=1e-8)),
}
D_RATE, G_RATE = 0.05, 0.03


class Pair:
    """Both networks in PyTorch, each with an optimizer."""

    def __init__(self, vector: np.ndarray, c: int, optimizer: Any, options: dict[str, Any]) -> None:
        networks = moves.networks_of(vector.copy(), one_layer_table(K, D, c).places, D)
        self.w, self.b, self.weights, self.biases = (
            torch.tensor(part, requires_grad=True) for part in networks[:4]
        )
        self.options = options
        self.d_optimizer = optimizer([self.w, self.b], D_RATE)
        self.g_optimizer = optimizer([self.weights, self.biases], G_RATE)

    def score(self, x: Any, y: Any) -> Any:
        return (x * self.w[y]).sum(1) + self.b[y]

    def draw(self, z: Any, y: Any) -> Any:
        return torch.sigmoid(z @ self.weights + self.biases[y])

    def real_loss(self, x: Any, y: Any) -> Any:
        s, t = self.score(x, y), 1 - self.options.get("label_smoothing", 0.0)
        if self.options["loss"] == "wasserstein":
            loss = -s
        elif self.options["loss"] == "least-squares":
            loss = (s - t) ** 2 / 2
        else:
            p = torch.sigmoid(s)
            loss = -t * torch.log(p) - (1 - t) * torch.log(1 - p)
        slopes = self.gradient_by_input(x, y)
        return loss.mean() + self.options.get("r1_weight", 0.0) * (slopes**2).sum(1).mean()

    def fake_loss(self, fake: Any, y: Any) -> Any:
        s = self.score(fake, y)
        if self.options["loss"] == "wasserstein":
            loss = s
        elif self.options["loss"] == "least-squares":
            loss = s**2 / 2
        else:
            loss = -torch.log(1 - torch.sigmoid(s))
        weight = self.options.get("gradient_penalty_weight", 0.0)
        if not weight:
            return loss.mean()
        norms = self.gradient_by_input(fake, y).norm(dim=1)
        return loss.mean() + weight * ((norms - 1) ** 2).mean()

    def generator_loss(self, z: Any, y: Any) -> Any:
        s = self.score(self.draw(z, y), y)
        if self.options["loss"] == "wasserstein":
            return -s.mean()
        if self.options["loss"] == "least-squares":
            return ((s - 1) ** 2 / 2).mean()
        p = torch.sigmoid(s)
        return (
            torch.log(1 - p).mean() if self.options["loss"] == "minimax" else -torch.log(p).mean()
        )

    def gradient_by_input(self, x: Any, y: Any) -> Any:
        x = x.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(self.score(x, y).sum(), x, create_graph=True)
        return gradient

    def move_discriminator(self, loss: Any) -> None:
        self.d_optimizer.zero_grad()
        loss.backward()
        self.d_optimizer.step()
        if self.options.get("clip_value"):
            most = self.options["clip_value"]
            with torch.no_grad():
                self.w.clamp_(-most, most)
                self.b.clamp_(-most, most)

    def move_generator(self, loss: Any) -> None:
        self.g_optimizer.zero_grad()
        loss.backward()
        self.g_optimizer.step()

    def step(self, x: Any, y: Any, draws: list[Any]) -> None:
        z = draws[0]
        if self.options["schedule"] == "sequential":
            self.move_discriminator(self.real_loss(x, y))
            self.move_discriminator(self.fake_loss(self.draw(z, y).detach(), y))
            self.move_generator(self.generator_loss(z, y))
            return
        d_loss = self.real_loss(x, y) + self.fake_loss(self.draw(z, y).detach(), y)
        if self.options["schedule"] == "simultaneous":
            self.g_optimizer.zero_grad()
            g_loss = self.generator_loss(z, y)
            gradients = torch.autograd.grad(g_loss, [self.weights, self.biases])
            self.move_discriminator(d_loss)
            self.weights.grad, self.biases.grad = gradients
            self.g_optimizer.step()
            return
        self.move_discriminator(d_loss)
        for later in draws[1:]:
            self.move_generator(self.generator_loss(later, y))

    def vector(self) -> np.ndarray:
        parts = (self.w, self.b, self.weights, self.biases)
        return np.concatenate([part.detach().numpy().ravel() for part in parts])


@pytest.mark.parametrize("labelled", [False, True])
@pytest.mark.parametrize(
    ("schedule", "loss", "optimizer"), list(itertools.product(SCHEDULES, LOSSES, OPTIMIZERS))
)
def test_the_same_updates(schedule: str, loss: str, optimizer: str, labelled: bool) -> None:
    rng = np.random.default_rng(4)
    settings, make_optimizer = OPTIMIZERS[optimizer]
    options = {**SCHEDULES[schedule], **LOSSES[loss], **settings}
    recipe = algorithm_of(np.float64, (D_RATE, G_RATE), **options)
    c = 3 if labelled else 1
    data, labels = rng.random((N, D)), rng.integers(0, c, N)
    vector = rng.normal(size=c * (2 * D + 1) + K * D)
    counts = [1 + generator_moves(recipe, step) for step in range(STEPS)]
    latents = rng.random((sum(counts), M, K))

    moved = vector.copy()
    training.train(
        recipe, one_layer_table(K, D, c).places, data, labels, NO_ORDER,
        latents.reshape(-1, K), moved, np.zeros((MOMENTS[recipe.optimizer], len(vector))),
        np.ones(4), M, 0, 0, STEPS, np.empty((5, 0)), 0, 0, NO_STOP,
    )  # fmt: skip

    pair = Pair(vector, c, make_optimizer, options)
    draws = iter(torch.tensor(latents))
    for step, count in enumerate(counts):
        rows = slice(step * M % N, step * M % N + M)
        batch = torch.tensor(data[rows]), torch.tensor(labels[rows])
        pair.step(*batch, list(itertools.islice(draws, count)))
    expected = pair.vector()
    assert not np.array_equal(moved, vector)
    np.testing.assert_allclose(moved, expected, rtol=CLOSE, atol=CLOSE)
