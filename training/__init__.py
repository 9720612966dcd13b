"""How the model is made: corpus, fine-tuning, export, evaluation. Never imported by the hub."""
