"""Files that people hand in to be imported, from the moment they lie there until they are gone."""

from enum import StrEnum


class UploadStatus(StrEnum):
    """How far the import of an uploaded file has come."""

    UPLOADED = "uploaded"
    """It lies there; nobody has said yet how to read it."""
    CHECKING = "checking"
    CHECKED = "checked"
    """The dry run is over; whoever uploaded it decides."""
    IMPORTING = "importing"
    STOPPED = "stopped"
    """Somebody has stopped the import: what came in stays, the rest may be gone on with."""
    DONE = "done"
    """The report is kept, the file is not."""
    UNREADABLE = "unreadable"
    """It cannot be read as was said; it may be said otherwise."""

    @property
    def is_at_work(self) -> bool:
        """Whether the worker has it in hand."""
        return self in (UploadStatus.CHECKING, UploadStatus.IMPORTING)
