"""What MkDocs does beside turning Markdown into pages: generated pages, and links that leave the documentation.

The Markdown files are read in the repository too, where a link may lead to any file. On the site such a link becomes
the file's name; one that leads nowhere is a warning, which ends a strict build.
"""

from __future__ import annotations

import logging
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from command_page import command_page
from mkdocs.structure.files import File
from model_pages import layout_page, record_page

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

__all__ = ["on_files", "on_page_markdown", "on_post_page"]

ROOT: Final = Path(__file__).resolve().parents[2]
FROM_ROOT: Final = {"changelog.md": "CHANGELOG.md", "contributing.md": "CONTRIBUTING.md", "security.md": "SECURITY.md"}
"""Pages of the site that are files at the top of the repository."""
LINK: Final = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\((?![a-z]+:|#)([^)\s#]+)(#[^)\s]*)?\)")
LOG: Final = logging.getLogger("mkdocs.hooks.pages")


def on_files(files: Files, /, *, config: MkDocsConfig) -> Files:
    """Add the pages that are written while the site is built."""
    generated = {"record.md": record_page(), "layout-files.md": layout_page(), "commands.md": command_page()}
    taken = {name: (ROOT / source).read_text("utf-8") for name, source in FROM_ROOT.items()}
    for name, content in {**generated, **taken}.items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, /, *, page: Page, **_: Any) -> str:  # noqa: ANN401
    """Lead links to where their targets are on the site."""
    name = page.file.src_uri
    base = "" if name in FROM_ROOT else posixpath.dirname(f"docs/{name}")
    return LINK.sub(lambda link: _led(link, base, f"docs/{name}"), markdown)


def _led(link: re.Match[str], base: str, page: str) -> str:
    """Return a link as it stands on the site."""
    text, target, anchor = link[1], link[2], link[3] or ""
    path = posixpath.normpath(posixpath.join(base, target))
    on_site = {source: f"docs/{name}" for name, source in FROM_ROOT.items()}.get(path, path)
    if on_site.startswith("docs/"):
        return f"[{text}]({posixpath.relpath(on_site, posixpath.dirname(page))}{anchor})"
    if not (ROOT / path).exists():
        LOG.warning("%s: the repository has no %s", page, path)
    plain = text.strip("`")
    return f"`{path}`" if plain in {target, path, posixpath.basename(path)} else f"{text} (`{path}`)"


def on_post_page(output: str, /, *, page: Page, **_: Any) -> str:  # noqa: ANN401
    """Name the language of a page that is not English."""
    language = page.meta.get("language")
    return output.replace('<html lang="en"', f'<html lang="{language}"', 1) if language else output
