"""Classifiers from outside: those that come with the lab, torchvision's, and people's own files."""
