"""The public conformance suite, with everything that it can test switched on."""

import jupyter_kernel_test
import pytest

from kernel_driver import KERNEL_NAME

@pytest.fixture(scope="module", autouse=True)
def own_profile(tmp_path_factory):
    """History of other sessions would be searched too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        yield

class TestKernel(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL_NAME
    language_name = "python"
    file_extension = ".py"

    def setUp(self):
        # What the first SVG would import is its cell's, and told in a footer, which is a display of its own.
        super().setUp()
        self.execute_helper("import xml.dom.expatbuilder")

    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('oh dear', file=sys.stderr)"

    completion_samples = [
        {"text": "zi", "matches": {"zip"}},
        {"text": "import shelv", "matches": {"shelve"}},
        {"text": "frozens"},
    ]

    complete_code_samples = ["1", "print('hello, world')", "def f(x):\n  return x*2\n\n\n", "%time pass"]
    incomplete_code_samples = ["print('''hello", "def f(x):\n  x*2", "for i in range(3):"]
    invalid_code_samples = ["import = 7q", "x = = 1"]

    code_page_something = "?print"
    code_generate_error = "raise ValueError('on purpose')"

    code_execute_result = [
        {"code": "1+2+3", "result": "6"},
        {"code": "[n*n for n in range(1, 4)]", "result": "[1, 4, 9]"},
    ]
    code_display_data = [
        {"code": "from IPython.display import HTML, display; display(HTML('<b>test</b>'))", "mime": "text/html"},
        {"code": "from IPython.display import Math, display; display(Math('\\\\frac{1}{2}'))", "mime": "text/latex"},
        {"code": "from IPython.display import JSON, display; display(JSON({'a': 1}))", "mime": "application/json"},
        {"code": "from IPython.display import SVG, display; display(SVG('<svg></svg>'))", "mime": "image/svg+xml"},
    ]

    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "1?2*"

    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output; clear_output()"

