"""Templates of what goes to authorities, returns and reports on cases, with their schemas, and
classifications from elsewhere; read from `policies/`."""

from rulebook.returns.case_reports import read_case_report
from rulebook.returns.reading import read_return, read_returns
from rulebook.returns.schemas import breaches_of

__all__ = ["breaches_of", "read_case_report", "read_return", "read_returns"]
