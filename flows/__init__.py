"""Orchestration: the Prefect flow, storage of snapshots, the command line."""
