"""Train the golden crowds on the workers of an MPI job; run by `test_mpi`, or by hand:

PYTHONPATH=tests mpiexec -n 3 python -m mpi4py.futures -m helpers.mpi_crowds
"""

from __future__ import annotations

from mpi4py.futures import MPIPoolExecutor

from fastgan.ensembles import block_sizes
from helpers import crowd_cases
from helpers.executor_doubles import Watching

if __name__ == "__main__":
    block_sizes.models_in_task = lambda *_: 3
    with MPIPoolExecutor() as executor:
        watching = Watching(executor)
        crowd_cases.check(executor=watching)
        processes = {answer.worker.process for answer in watching.trained}
        print(f"{executor.num_workers} workers, of which {len(processes)} trained")
