"""Makes the picture of the README again: share/pictures/lab.png, a real cell with its footer and a comparison.

    ./tutor test browser && build/venv/bin/python tests/browser/make_pictures.py
"""
import tempfile
from pathlib import Path

from playwright.sync_api import expect

from lab_driver import ROOT, Lab, Notebook, chromium, new_page, write_notebook

PICTURE = ROOT / "share" / "pictures" / "lab.png"
CELLS = [
    "squares = [n * n for n in range(1_000_000)]",
    "del squares",
    "%%memory compare\n## list\nsum([n * n for n in range(1_000_000)])\n## generator\nsum(n * n for n in range(1_000_000))",
]
MARGIN = 10
WIDTH = 720


def main():
    with tempfile.TemporaryDirectory() as folder:
        write_notebook(Path(folder) / "squares.ipynb", CELLS)
        lab = Lab(Path(folder), Path(folder) / "squares.ipynb")
        try:
            with chromium() as browser:
                take(new_page(browser, device_scale_factor=2), lab)
        finally:
            lab.end()
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size:,} bytes")


def take(page, lab):
    notebook = Notebook(page, lab.address_of("squares.ipynb", "pictures"))
    notebook.run_all()
    notebook.footers.first.locator("summary").click()
    expect(notebook.footers.first.locator("table").first).to_be_visible()
    notebook.code_cells.last.locator(".jp-InputPrompt").click()
    page.mouse.move(0, 0)  # away from what it would light up
    first, last = notebook.code_cells.first.bounding_box(), notebook.code_cells.last.bounding_box()
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(
        path=PICTURE,
        clip={
            "x": first["x"] - MARGIN,
            "y": first["y"] - MARGIN,
            "width": WIDTH,
            "height": last["y"] + last["height"] - first["y"] + 2 * MARGIN,
        },
    )


if __name__ == "__main__":
    main()
