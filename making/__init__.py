"""What the repository makes out of packages of others: the files of areas and countries. A run needs none of this."""
