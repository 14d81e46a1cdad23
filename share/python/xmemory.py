"""Stands in for the memory tutor's module where another kernel than its own runs: says what is missing and how to get it.

In the kernel "Python 3 (memory tutor)" the module is built in, and this file is never read.
"""

if "_check" in globals():  # reloaded over the built-in one
    raise ImportError("xmemory is built into this kernel: there is nothing to reload.")

MISSING = (
    'This notebook needs the kernel "Python 3 (memory tutor)": choose it with Kernel → Change Kernel…. '
    "Where it is not in the list, install it with ./tutor install, from the folder of xeus-memory."
)


class CheckFailed(AssertionError):
    """What a failed check raises in the memory tutor's kernel."""


def __getattr__(name):
    """Whatever function of the module is asked for: one that says what is missing."""
    if name.startswith("__"):
        raise AttributeError(f"module 'xmemory' has no attribute {name!r}")

    def missing(*_args, **_options):
        raise RuntimeError(MISSING)

    missing.__name__ = missing.__qualname__ = name
    missing.__doc__ = MISSING
    return missing


def load_ipython_extension(shell):
    """%memory and %%memory, with one sentence as their answer."""
    from IPython.core.error import UsageError

    def memory(line, cell=None):
        """Only in the kernel "Python 3 (memory tutor)"."""
        raise UsageError(MISSING)

    shell.register_magic_function(memory, magic_kind="line_cell", magic_name="memory")
