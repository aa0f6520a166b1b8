"""Known right values, landed beside the records of their places and compared with the golden cells."""
