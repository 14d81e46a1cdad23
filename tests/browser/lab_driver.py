"""The real `./tutor lab` and a page of it in Chromium.

Nothing here waits for time to pass: it waits for what a reader would see, and fails when that does not come in time.
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import nbformat
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 600  # ./tutor first builds what is not built yet
MILLISECONDS_TO_SEE = 60_000
KERNEL = "Python 3 (memory tutor)"
REPORT = "application/vnd.xmemory.report+json"
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# All cells are in the page, so that those out of sight can be asked too.
SETTINGS = {"@jupyterlab/notebook-extension/tracker.jupyterlab-settings": '{"windowingMode": "none"}'}

# Our outputs, by what remains of them in any notebook: a block of at most 600 pixels.
FOOTERS = ".jp-RenderedHTMLCommon > details[style*='600px']"
REPORTS = ".jp-RenderedHTMLCommon > div[style*='600px']"
PICTURES = ".jp-RenderedHTMLCommon img"

expect.set_options(timeout=MILLISECONDS_TO_SEE)


class Lab:
    """A JupyterLab started by ./tutor, with settings and workspaces of its own below `home`."""

    def __init__(self, home, notebook=None):
        """Without a notebook: on the first lesson, in the repository's own folder."""
        self.home = home
        self.log = home / "lab.log"
        settings = home / "settings"
        for name, text in SETTINGS.items():
            file = settings / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        environment = {
            **os.environ,
            "JUPYTERLAB_SETTINGS_DIR": str(settings),
            "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        }
        command = [ROOT / "tutor", "lab", "--no-browser", "--port", str(free_port()), *([notebook] if notebook else [])]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        try:
            self.url = self._wait_for_url()
        except BaseException:
            self.end()
            raise

    def _wait_for_url(self):
        deadline = time.monotonic() + SECONDS_TO_START
        while not (found := re.search(r"http://127\.0\.0\.1:\S+token=\w+", self.log.read_text())):
            assert self.process.poll() is None, f"./tutor lab ended:\n{self.log.read_text()}"
            assert time.monotonic() < deadline, f"./tutor lab printed no address:\n{self.log.read_text()}"
            time.sleep(0.1)
        return found[0]

    def address_of(self, notebook, workspace):
        server, token = re.fullmatch(r"(http://[^/]+)/.*(token=\w+)", self.url).groups()
        return f"{server}/lab/workspaces/{workspace}/tree/{notebook}?{token}"

    def end(self):
        """Jupyter ends its kernels when it is asked to end; what is left of its group after that goes too."""
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait(30)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


def new_page(browser, **options):
    context = browser.new_context(**{"viewport": {"width": 1100, "height": 900}, **options})
    page = context.new_page()
    page.set_default_timeout(MILLISECONDS_TO_SEE)
    return page


def write_notebook(path, sources, failing="1/0"):
    """A notebook as one that was never run. A source that begins with `failing` is expected to fail."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    for cell in cells:
        if cell.source.startswith(failing):
            cell.metadata["tags"] = ["raises-exception"]
    metadata = {"kernelspec": {"name": "xmemory", "display_name": KERNEL, "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)


class Notebook:
    """A notebook open in a page."""

    def __init__(self, page, address):
        self.page = page
        self.address = address
        page.goto(address, timeout=240_000)  # the first page of a new Lab takes long on a busy machine
        self.panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        self.status = page.locator("#jp-main-statusbar")
        self.cells = self.panel.locator(".jp-Notebook-cell")
        self.code_cells = self.panel.locator(".jp-CodeCell")
        self.footers = self.panel.locator(FOOTERS)
        self.reports = self.panel.locator(REPORTS)
        self.pictures = self.panel.locator(PICTURES)
        self.errors = self.panel.locator("[data-mime-type='application/vnd.jupyter.stderr']")  # tracebacks too
        self.wait_idle()

    def wait_idle(self):
        """The toolbar says idle before a kernel is there; the status bar does not."""
        expect(self.status).to_contain_text(f"{KERNEL} | Idle")

    def menu(self, *path):
        *menus, item = path
        self.page.locator(".lm-MenuBar-itemLabel", has_text=exactly(menus[0])).click()
        for name in menus[1:]:
            self.menu_item(name).hover()
        self.menu_item(item).click()

    def menu_item(self, name):
        return self.page.locator(".lm-Menu-itemLabel", has_text=exactly(name)).last

    def toolbar(self, command):
        return self.panel.locator(f'.jp-Toolbar [data-command="{command}"]')

    def run_all(self):
        self.menu("Run", "Run All Cells")
        self.wait_done(self.code_cells)

    def wait_done(self, cells):
        """Every cell has its number; one whose source is hidden shows none, but it ran in its turn."""
        for prompt in cells.locator(".jp-InputPrompt:not(.jp-Placeholder-prompt)").all():
            expect(prompt).to_have_text(re.compile(r"\[\d+\]:"))
        self.wait_idle()

    def add_cell(self, source):
        """A new last cell with this source, typed; the cell is being edited."""
        count = self.code_cells.count()
        self.cells.last.locator(".jp-InputPrompt").click()
        self.page.keyboard.press("b")
        expect(self.code_cells).to_have_count(count + 1)
        cell = self.code_cells.last
        cell.locator(".cm-content").click()
        self.page.keyboard.insert_text(source)
        expect(cell.locator(".cm-content")).to_contain_text(source.splitlines()[-1])
        return cell

    def run_cell(self, source):
        """A new last cell, run to its end."""
        cell = self.start_cell(source)
        self.wait_done(cell)
        return cell

    def start_cell(self, source):
        cell = self.add_cell(source)
        self.page.keyboard.press("Control+Enter")
        return cell

    def rewrite(self, cell, source):
        """Puts this source in place of a cell's own, typed."""
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(source)
        expect(cell.locator(".cm-line")).to_have_text(source.splitlines())

    def run_again(self, cell):
        """A cell that may have run before, to its end."""
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        prompt.click()
        self.page.keyboard.press("Control+Enter")
        expect(prompt).not_to_have_text(before)
        self.wait_done(cell)

    def save(self):
        with self.page.expect_response(lambda r: r.request.method == "PUT" and "/api/contents/" in r.url) as saved:
            self.page.keyboard.press("Control+s")
        assert saved.value.ok

    def use_theme(self, name):
        self.menu("Settings", "Theme", name)
        expect(self.page.locator("body")).to_have_attribute("data-jp-theme-name", name)
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0)  # it fades away over the page


def exactly(text):
    return re.compile(rf"^{re.escape(text)}$")


def load_state(images):
    """(natural width, alternative text) of each image, once all have been loaded or have failed."""
    return images.evaluate_all(
        """async images => Promise.all(images.map(async image => {
            await image.decode().catch(() => {});
            return [image.naturalWidth, image.alt];
        }))"""
    )
