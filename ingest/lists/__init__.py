"""Lists that the user brings: what `sources/*.yml` says about them, how they are read, landed and mapped."""
