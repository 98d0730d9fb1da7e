"""Calls the routes of the API with generated requests."""
