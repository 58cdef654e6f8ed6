"""The REST API of numbers: metrics, their values, receipts, the rows behind a number, replay, and change."""
