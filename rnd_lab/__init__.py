"""RND Lab: watch, measure and understand query-based black-box attacks and the Random Noise Defense."""

__version__ = "0.1.0"
