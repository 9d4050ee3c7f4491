"""PyTorch, eager: linear layers, automatic differentiation and two optimisers."""

from __future__ import annotations

from collections.abc import Callable

import torch
from cases import LEARNING_RATE, Outcome, Parameters, Work
from torch import Tensor, nn
from torch.nn.functional import logsigmoid
from torch.optim import SGD

torch.set_num_threads(1)


def _linear(weights: Tensor, biases: Tensor) -> nn.Linear:
    layer = nn.Linear(weights.shape[1], weights.shape[0], dtype=weights.dtype)
    layer.load_state_dict({"weight": weights, "bias": biases})
    return layer


def _step(
    generator: nn.Linear,
    discriminator: nn.Linear,
    generator_optimizer: SGD,
    discriminator_optimizer: SGD,
    real: Tensor,
    z: Tensor,
) -> tuple[Tensor, ...]:
    """Compute one step; return the losses and the logits (m, 1) of D's two moves."""
    discriminator_optimizer.zero_grad()
    real_logits = discriminator(real)
    d_loss_real = -logsigmoid(real_logits).mean()
    d_loss_real.backward()
    discriminator_optimizer.step()

    fake = torch.sigmoid(generator(z))
    discriminator_optimizer.zero_grad()
    fake_logits = discriminator(fake.detach())
    d_loss_fake = -logsigmoid(-fake_logits).mean()
    d_loss_fake.backward()
    discriminator_optimizer.step()

    generator_optimizer.zero_grad()
    g_loss = -logsigmoid(discriminator(fake)).mean()
    g_loss.backward()
    generator_optimizer.step()
    return d_loss_real, d_loss_fake, g_loss, real_logits, fake_logits


def prepare(work: Work, history: bool) -> Callable[[], Outcome]:
    """Convert the arrays to tensors."""
    batches = list(torch.from_numpy(work.batches))
    latents = list(torch.from_numpy(work.latent_batches))

    def train() -> Outcome:
        w, b, weights, biases = map(torch.from_numpy, work.parameters())
        generator = _linear(weights.T, biases)
        discriminator = _linear(w[None], b)
        optimizers = [SGD(net.parameters(), LEARNING_RATE) for net in (generator, discriminator)]
        records = torch.empty((5, work.steps), dtype=w.dtype) if history else None
        for step, z in enumerate(latents):
            *losses, real_logits, fake_logits = _step(
                generator, discriminator, *optimizers, batches[step % len(batches)], z
            )
            if records is not None:
                with torch.no_grad():
                    d_real, d_fake = (torch.sigmoid(s).mean() for s in (real_logits, fake_logits))
                    records[:, step] = torch.stack((*losses, d_real, d_fake))
        state = discriminator.state_dict(), generator.state_dict()
        parameters = Parameters(
            state[0]["weight"][0], state[0]["bias"], state[1]["weight"].T, state[1]["bias"]
        )
        return Outcome(parameters, records)

    return train
