"""Which modules of CPython's test suite run inside the kernel, which do not, and what may be different in them."""
from fnmatch import fnmatchcase
from pathlib import Path

SUITE = Path("/usr/lib/python3.11/test")

# With every ./tutor test: what allocates in ways of its own, a few seconds each at most.
SHORT = """
test_asyncgen test_bytes test_call test_class test_code test_collections test_context test_copy
test_coroutines test_defaultdict test_deque test_descr test_dict test_dictviews test_except_star test_exceptions
test_format test_frame test_functools test_gc test_generators test_heapq test_int test_itertools test_json test_list test_long
test_marshal test_memoryio test_memoryview test_ordered_dict test_range test_re test_slice test_sort
test_string test_struct test_structseq test_super test_tracemalloc test_types test_unicode test_userlist
test_weakset
""".split()

# Left out altogether.
NOT_IN_PROCESS = {
    "test_regrtest": "tests the runner of the suite itself",
    "test_gdb": "wants a debugger on a Python of its own",
    "test_idle": "wants a screen",
    "test_tk": "wants a screen",
    "test_ttk_guionly": "wants a screen",
    "test_tix": "wants a screen",
    "test_turtle": "wants a screen",
    "test_readline": "wants a terminal",
    "test_curses": "wants a terminal",
    "test_pty": "wants to be the leader of its own terminal",
    "test_venv": "makes environments and installs into them by way of the network",
    "test_ensurepip": "wants the network",
    "test_distutils": "builds extensions",
    "test_cppext": "builds extensions",
    "test_peg_generator": "builds extensions",
    "test_tools": "tests programs of CPython's source tree",
    "test_clinic": "tests programs of CPython's source tree",
    "test_check_c_globals": "tests programs of CPython's source tree",
    "test_freeze": "tests programs of CPython's source tree",
    "test_crashers": "crashes Python on purpose",
    "test_bigmem": "wants many gigabytes",
    "test_bigaddrspace": "wants many gigabytes",
    "test_largefile": "wants gigabytes of disk",
    "test_zipfile64": "wants gigabytes of disk",
    "test_multiprocessing_main_handling": "wants a __main__ that is a file",
    "test_signal": "raises SIGINT and SIGALRM against the process's own handlers, which are the kernel's",
    "test_threadsignals": "raises SIGINT against the process's own handler, which is the kernel's",
}

# By test, as a pattern: why it may go otherwise than under a stock Python.
THE_KERNELS_INPUT = "builtins.input is the kernel's, which asks the front end"
A_VENV = "the kernel may run in a virtual environment"
A_NEWER_NUMPY = "the environment has a numpy, which the test uses where there is one, and which is newer than the test"
IPYTHONS_HOOK = "sys.excepthook is IPython's"
IPYTHONS_QUIT = "IPython takes quit and exit out of builtins"
UTF_8 = "skipped by the suite where UTF-8 mode is on"
A_CLASS_WITHOUT_MODULE = "the environment has typing_extensions, of whose classes one has no __module__"
ALL_FILES = "wants as many files as a process may have open, and the kernel has some open already"
EXPLAINED = {
    "test.test_buffer.TestBufferProtocol.test_py_buffer_to_contiguous": A_NEWER_NUMPY,
    "test.test_builtin.BuiltinTest.test_input": THE_KERNELS_INPUT,
    "test.test_builtin.PtyTests.*": THE_KERNELS_INPUT,
    "test.test_builtin.BuiltinTest.test_open_default_encoding": UTF_8,
    "test.test_concurrent_futures.*.test_traceback": IPYTHONS_HOOK,
    "test.test_io.*TextIOWrapperTest.test_default_encoding": UTF_8,
    "test.test_multiprocessing_*.test_traceback": IPYTHONS_HOOK,
    "test.test_pdb.*": THE_KERNELS_INPUT,
    "test.test_pickletools.*.test_builtin_functions": THE_KERNELS_INPUT + ", and cannot be pickled",
    "test.test_pydoc.PydocDocTest.test_builtin_with_more_than_four_children": A_CLASS_WITHOUT_MODULE,
    "test.test_selectors.*.test_above_fd_setsize": ALL_FILES,
    "test.test_site.HelperFunctionsTests.test_getsitepackages": A_VENV,
    "test.test_site.HelperFunctionsTests.test_s_option": A_VENV,
    "test.test_site.ImportSideEffectTests.test_setting_quit": IPYTHONS_QUIT,
    "test.test_support.TestSupport.test_captured_stdin": THE_KERNELS_INPUT,
    "test.test_zipimport_support.ZipSupportTests.test_doctest_issue4197": THE_KERNELS_INPUT,
    "test.test_code_module.TestInteractiveConsole.*": IPYTHONS_HOOK,
    "test.test_doctest.test_debug": THE_KERNELS_INPUT,
    "test.test_doctest.test_pdb_set_trace*": THE_KERNELS_INPUT,
    "test.test_getpath.MockGetPathTests.test_registry_win32": THE_KERNELS_INPUT + ", and cannot be copied",
    "test.test_inspect.TestSignatureDefinitions.test_builtins_have_signatures": THE_KERNELS_INPUT + ", without a signature",
    "test.test_pickle.*.test_builtin_functions": THE_KERNELS_INPUT + ", and cannot be pickled",
    "test.test_sys.ExceptHookTest.test_excepthook": IPYTHONS_HOOK,
    "test.test_subprocess.*.test_executable_with*_cwd": A_VENV,
    "test.test_sys.SysModuleTest.test_executable": A_VENV,
    "test.test_sysconfig.TestSysConfig.*_venv_scheme": A_VENV,
}


def explanation_of(test):
    return next((why for pattern, why in EXPLAINED.items() if fnmatchcase(test, pattern)), None)


def all_modules():
    names = [path.stem for path in SUITE.glob("test_*.py")]
    packages = [path.parent.name for path in SUITE.glob("test_*/__init__.py")]
    return sorted(set(names + packages) - NOT_IN_PROCESS.keys())
