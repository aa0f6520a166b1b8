from tests.extract.scripted_model import model

__all__ = ["model"]
