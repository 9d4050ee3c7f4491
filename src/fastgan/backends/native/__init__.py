"""The backend "c": the door to the kernels in csrc/."""
