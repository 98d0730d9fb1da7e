"""Compares recorded calls of DynamoDB with another implementation. `conform.py` runs it.

- `endpoint`: sends calls to the other implementation
- `comparison`: the differences between two answers to a call
- `replay`: sends all calls of a recording, in order
- `explanations`: the differences that are not the fault of the application or of the local cloud
"""
