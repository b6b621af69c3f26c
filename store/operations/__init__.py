"""What whoever runs Redress asks: verifications, failures, repairs, archived histories."""
