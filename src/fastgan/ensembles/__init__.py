"""Many trainings at once: crowds while they are trained, ensembles afterwards."""
