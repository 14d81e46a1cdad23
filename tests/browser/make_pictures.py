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
MOST_BYTES = 200_000


def main():
    with tempfile.TemporaryDirectory() as folder:
        write_notebook(Path(folder) / "squares.ipynb", [*CELLS, ""])
        lab = Lab(Path(folder), Path(folder) / "squares.ipynb")
        try:
            with chromium() as browser:
                take(new_page(browser, viewport={"width": 780, "height": 1000}, device_scale_factor=2), lab)
        finally:
            lab.end()
    size = PICTURE.stat().st_size
    print(f"{PICTURE.relative_to(ROOT)}: {size:,} bytes")
    assert size <= MOST_BYTES


def take(page, lab):
    notebook = Notebook(page, lab.address_of("squares.ipynb", "pictures"))
    notebook.menu("View", "Appearance", "Show Left Sidebar")
    expect(page.locator("#jp-left-stack")).not_to_be_visible()
    for cell in notebook.code_cells.all()[: len(CELLS)]:
        cell.locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        notebook.wait_done(cell)
    notebook.footers.first.locator("summary").click()
    expect(notebook.footers.first.locator("table").first).to_be_visible()
    notebook.code_cells.last.locator(".cm-content").click()  # the selected cell is marked, so it is one below the picture
    page.mouse.move(0, 0)  # and what the mouse is on lights up
    first, last = (notebook.code_cells.nth(n).bounding_box() for n in (0, len(CELLS) - 1))
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(
        path=PICTURE,
        clip={
            "x": first["x"],
            "y": first["y"],
            "width": first["width"] + MARGIN,
            "height": last["y"] + last["height"] - first["y"],
        },
    )


if __name__ == "__main__":
    main()
