"""The version of the numbers' contract."""

# Equal versions give equal bits for equal arguments. A change to any result is a new version and
# a line in the changelog.
NUMERICS_VERSION = 1
