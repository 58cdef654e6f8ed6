"""The API of records: lists, one record, its history, each as of any time and as known at any time."""
