"""For whoever keeps Redress going: failed cases, repairs, verifications, health."""
