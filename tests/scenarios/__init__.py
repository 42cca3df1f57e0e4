"""What Handrail does for people, told as scenarios that read like prose and run on every platform."""
