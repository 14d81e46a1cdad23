"""Anything that can come from outside, given to what takes it: no crash, no sanitizer's word, and what has to hold, holds.

The corpus of each target and some inputs made of it by chance run always. ./tutor test --long fuzz lets libFuzzer, which follows the
branches that inputs take, try XMEMORY_FUZZ_INPUTS (a million) on each, where clang is (apt-get install clang libclang-rt-14-dev)."""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TARGETS = sorted(folder.name for folder in (HERE / "corpus").iterdir())
INPUTS_BY_CHANCE = 5_000
LONG_INPUTS = int(os.environ.get("XMEMORY_FUZZ_INPUTS", 1_000_000))
FASTER = {"ASAN_OPTIONS": "malloc_context_size=0:quarantine_size_mb=4"}  # a find is run again, with all that it can tell
FUZZ_BUILD = ROOT / "build" / "fuzz"


def built(target):
    return ROOT / "build" / "release" / "tests" / "fuzz" / f"fuzz_{target}"


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.timeout(300)
def test_the_corpus_and_what_chance_makes_of_it(target):
    command = [built(target), str(INPUTS_BY_CHANCE), HERE / "corpus" / target]

    done = subprocess.run(command, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr[-4000:]
    assert int(re.match(r"(\d+) files", done.stdout)[1]) == len(list((HERE / "corpus" / target).iterdir())) > 0


@pytest.fixture(scope="session")
def fuzzers():
    """The targets with libFuzzer in them."""
    if not os.environ.get("XMEMORY_LONG"):
        pytest.skip("with ./tutor test --long")
    if shutil.which("clang++") is None:
        pytest.skip("there is no clang++ here")
    configure = ["cmake", "-S", ROOT, "-B", FUZZ_BUILD, "-G", "Ninja", "-DXMEMORY_TESTS=ON", "-DXMEMORY_FUZZ=ON",
                 "-DCMAKE_C_COMPILER=clang", "-DCMAKE_CXX_COMPILER=clang++", "-DPython_EXECUTABLE=/usr/bin/python3"]
    subprocess.run(configure, check=True)
    subprocess.run(["cmake", "--build", FUZZ_BUILD, "--target", *(f"fuzz_{target}" for target in TARGETS)], check=True)
    return FUZZ_BUILD / "tests" / "fuzz"


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.timeout(7200)
def test_a_million_inputs(fuzzers, target, tmp_path):
    found = tmp_path / "corpus"
    shutil.copytree(HERE / "corpus" / target, found)
    command = [fuzzers / f"fuzz_{target}", f"-runs={LONG_INPUTS}", "-timeout=20", "-rss_limit_mb=4000", "-max_len=9000",
               "-print_final_stats=1", f"-artifact_prefix={tmp_path}/", found]

    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **FASTER})

    print(f"{target}:", summary(done.stderr), file=sys.stderr)
    assert done.returncode == 0, done.stderr[-6000:]


def summary(words):
    last = re.findall(r"^#(\d+).*? cov: (\d+) ft: (\d+) corp: (\S+)", words, re.MULTILINE)
    return "{} inputs, {} edges, {} features, corpus {}".format(*last[-1]) if last else "nothing was said"
