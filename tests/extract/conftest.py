from tests.extract.llm.scripted_model import model

__all__ = ["model"]
