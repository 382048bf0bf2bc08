"""What it can see: fastai models, their bundles, and the service that runs them.

Importing this package brings in nothing heavy: the decoding workers live in it too, and they must stay small.
"""
