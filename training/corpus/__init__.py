"""A grammar of requests in English and Chinese, our own writing, from which the training data is drawn."""
