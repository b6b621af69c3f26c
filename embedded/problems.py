"""What stands in the way of a start, said in one sentence that tells what to do."""

import errno


class SetupProblem(Exception):
    """Something outside Redress must change before it can start; the message says what."""


def disk_problem(error: OSError, folder: object) -> SetupProblem | None:
    """The sentence for a failed write, or None when `error` is not about the disk."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SetupProblem(
            f"The disk that holds {folder} is full: free some space and start again."
        )
    if error.errno == errno.EROFS:
        return SetupProblem(f"{folder} lies on a read-only disk: make it writable and start again.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return SetupProblem(f"{folder} cannot be written by this user: change its owner or mode.")
    return None
