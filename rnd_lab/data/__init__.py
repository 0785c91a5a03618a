"""Images from outside: files, the gallery that comes with the lab, CIFAR-10."""
