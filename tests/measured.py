"""Measures lines in xdist's workers without taking out the marks of those that were seen.

To take them out, slipcover goes through every module each time: on 5,000 tests that costs more than to leave them. Its
--threshold is for that, and does not reach the workers.
"""

import os

if "PYTEST_XDIST_WORKER" in os.environ and "SLIPCOVER_ENABLED" in os.environ:
    from slipcover import pytest_plugin

    pytest_plugin._slipcover_instance.d_miss_threshold = 10**9
