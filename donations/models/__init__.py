"""What the donations app keeps."""
