"""Files that pages hand out to be saved."""

from io import BytesIO

from flask import Response, send_file

from domain.file_names import savable

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def saved(content: bytes, kind: str, name: str) -> Response:
    """A file that the browser saves under a name that any system can have, Chinese ones too."""
    answer = send_file(
        BytesIO(content), mimetype=kind, as_attachment=True, download_name=savable(name)
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
