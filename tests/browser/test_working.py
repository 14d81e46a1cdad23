"""Working in a notebook: help while typing, interrupt, restart, and the kernel's place in the launcher."""
import re

import pytest
from playwright.sync_api import expect

from lab_driver import KERNEL, load_state

pytestmark = pytest.mark.timeout(900)  # the first test may have to build the kernel


def test_tab_offers_the_commands(empty):
    empty.add_cell("%memory c")
    empty.page.keyboard.press("Tab")

    offers = empty.page.locator(".jp-Completer .jp-Completer-match")
    expect(offers).to_have_text(["cell", "cells", "check", "compare"])


def test_a_command_is_completed_and_runs(empty):
    cell = empty.add_cell("%memory footer o")
    empty.page.keyboard.press("Tab")
    empty.page.locator(".jp-Completer-item", has_text="on").click()
    expect(cell.locator(".cm-content")).to_have_text("%memory footer on")

    empty.page.keyboard.press("Control+Enter")

    empty.wait_done(cell)
    expect(cell.locator(".jp-OutputArea")).to_contain_text("The memory footer is shown under every cell.")


def test_the_stop_button_stops_a_busy_cell(empty):
    busy = empty.start_cell("print('started')\nwhile True: pass")
    expect(busy.locator(".jp-OutputArea")).to_contain_text("started")
    expect(empty.status).to_contain_text(f"{KERNEL} | Busy")

    empty.toolbar("notebook:interrupt-kernel").click()

    empty.wait_done(busy)
    expect(busy.locator(".jp-OutputArea")).to_contain_text("KeyboardInterrupt")
    expect(empty.run_cell("6 * 7").locator(".jp-OutputArea-executeResult")).to_contain_text("42")


def test_a_restart_begins_anew(empty):
    empty.run_cell("before = 1")

    empty.toolbar("notebook:restart-kernel").click()
    empty.page.locator(".jp-Dialog button", has_text="Restart").click()

    after = empty.run_cell("'before' in globals()")
    expect(after.locator(".jp-InputPrompt")).to_have_text("[1]:")
    expect(after.locator(".jp-OutputArea-executeResult")).to_contain_text("False")


def test_the_launcher_offers_the_kernel_with_its_logo(empty):
    empty.page.keyboard.press("Escape")
    empty.menu("File", "New Launcher")

    card = empty.page.locator(f'.jp-LauncherCard[title="{KERNEL}"]').first
    expect(card).to_be_visible()
    [(natural_width, _)] = load_state(card.locator("img"))
    assert natural_width > 0
