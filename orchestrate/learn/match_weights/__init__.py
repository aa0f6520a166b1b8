"""Learns the match weights: from records alone, or from the answers of a person. It proposes a change of the seed."""
