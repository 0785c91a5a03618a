"""Kinds of files, as the dialogs that ask for one call them."""

from rnd_lab.models.spec import MODEL_SUFFIXES, WEIGHT_SUFFIXES

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif")
IMAGES = f"Images ({' '.join(f'*{suffix}' for suffix in IMAGE_SUFFIXES)})"
MODELS = f"Models ({' '.join(f'*{suffix}' for suffix in MODEL_SUFFIXES)})"
WEIGHTS = f"Weights ({' '.join(f'*{suffix}' for suffix in WEIGHT_SUFFIXES)})"
JSON = "Parameters (*.json)"
