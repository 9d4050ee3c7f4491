"""Many trainings at once: crowds while they are results, ensembles when they are done."""
