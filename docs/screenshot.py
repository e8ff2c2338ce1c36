"""Remake docs/carte.png: `python docs/screenshot.py`, with the atlas running on 127.0.0.1:8501."""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ADDRESS = "http://127.0.0.1:8501/?territoire=departement-08"
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def main() -> None:
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=QUIET)
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="fr-FR")
        page.goto(ADDRESS)
        page.frame_locator("iframe[title^=streamlit_folium]").locator(".site").first.wait_for()
        page.wait_for_timeout(1500)
        page.screenshot(path=Path(__file__).parent / "carte.png")
        browser.close()


if __name__ == "__main__":
    main()
