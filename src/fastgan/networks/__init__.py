"""Generators and discriminators with their numbers, trained or given."""
