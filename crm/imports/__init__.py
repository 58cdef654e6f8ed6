"""Imports of files: uploaded, inspected, mapped, looked at, taken, corrected, undone.

A file becomes a draft (`create_import`), gets its mapping or mappings (`set_mappings`), is started as a job
(`start_import`) and ends as runs of the loader that can be undone together (`undo_import`). `import_file` and
`import_folder` do the same in place, for commands and set-up.
"""

from __future__ import annotations

from crm.imports.direct import ImportResult, import_file, import_folder
from crm.imports.drafts import create_import, discard_import, matching_sets, save_mapping, set_mappings
from crm.imports.rejected import dismiss_row, replay_row
from crm.imports.running import (
    KIND,
    confirm_ending,
    delete_file,
    resume_import,
    start_import,
    stop_import,
    undo_import,
)

__all__ = [
    "KIND",
    "ImportResult",
    "confirm_ending",
    "create_import",
    "delete_file",
    "discard_import",
    "dismiss_row",
    "import_file",
    "import_folder",
    "matching_sets",
    "replay_row",
    "resume_import",
    "save_mapping",
    "set_mappings",
    "start_import",
    "stop_import",
    "undo_import",
]
