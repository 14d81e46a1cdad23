"""Runs test modules of CPython's own suite in this process and says how each single test went.

The same on both sides: imported into the kernel under test, where a cell calls run(); and started as a program, under a
stock Python, where it reads lines "module<TAB>file" and answers each with a line.
"""
import faulthandler
import gc
import io
import json
import os
import sys
import tempfile
import time
import traceback
import unittest
import warnings
from test import support
from test.libregrtest.save_env import saved_test_environment
from test.libregrtest.utils import clear_caches


class Outcomes(unittest.TestResult):
    """By test: "passed", "skipped" or "failed"; and for the last two why."""

    def __init__(self):
        super().__init__()
        self.of = {}
        self.why = {}

    def tell(self, test, outcome, why=""):
        name = test.id() if callable(test.id) else unittest.TestCase.id(test)  # one module gives its tests another id
        if self.of.get(name) != "failed":  # a subtest may have failed before
            self.of[name] = outcome
            self.why[name] = why

    def addSuccess(self, test):
        self.tell(test, "passed")

    def addExpectedFailure(self, test, error):
        self.tell(test, "passed")

    def addUnexpectedSuccess(self, test):
        self.tell(test, "failed", "passed, and was expected to fail")

    def addSkip(self, test, reason):
        self.tell(test, "skipped", reason)

    def addFailure(self, test, error):
        self.tell(test, "failed", "".join(traceback.format_exception(*error))[-3000:])

    addError = addFailure

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.addFailure(test, error)


def outcomes_of(module):
    outcomes = Outcomes()
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        try:
            suite = unittest.defaultTestLoader.loadTestsFromName("test." + module)
        except unittest.SkipTest as skipped:
            return {f"test.{module}": "skipped"}, {f"test.{module}": str(skipped)}
        suite.run(outcomes)
    return outcomes.of, outcomes.why


def run(module, path):
    """Runs test.MODULE, and writes what happened to a file."""
    support.use_resources = []  # as regrtest without -u: nothing that needs a network, a screen or much of the disk
    streams = sys.stdout, sys.stderr
    before, began = os.getcwd(), time.monotonic()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.chdir(folder)
        sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
        try:
            with saved_test_environment("test." + module, 0, True, pgo=False):
                outcomes, why = outcomes_of(module)
        finally:
            sys.stdout, sys.stderr = streams
            os.chdir(before)
    support.reap_children()
    clear_caches()
    gc.collect()
    with open(path, "w") as file:
        json.dump({"outcomes": outcomes, "why": why, "seconds": time.monotonic() - began}, file)


if __name__ == "__main__":
    faulthandler.enable()
    answers = os.fdopen(os.dup(1), "w")
    requests = os.fdopen(os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(0, 1)
    sys.argv = ["worker"]
    for line in requests:
        run(*line.rstrip("\n").split("\t"))
        print("done", file=answers, flush=True)
