"""What is in a report's HTML and in the pictures within it, read as a browser does: tags, attributes and text."""
import base64
import xml.etree.ElementTree as xml
from html.parser import HTMLParser

TAGS = {"div", "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "p", "b", "pre", "code", "span", "br", "img"}
ATTRIBUTES = {"style", "alt", "src", "colspan", "open", "width", "height"}
SVG_TAGS = {"svg", "rect", "path", "circle", "line", "polyline", "polygon", "g", "defs", "pattern", "marker"}
PICTURE = "data:image/svg+xml;base64,"
WITHOUT_END = {"br", "img"}


class Page(HTMLParser):
    """.text: what is shown, alternative texts included. Fails on any tag or attribute that reports do not have."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.text, self.pictures, self.open = "", [], []
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attributes):
        assert tag in TAGS, tag
        if tag not in WITHOUT_END:
            self.open.append(tag)
        for name, value in attributes:
            assert name in ATTRIBUTES, (tag, name)
            if name == "src":
                assert value.startswith(PICTURE)
                self.pictures.append(base64.b64decode(value[len(PICTURE) :], validate=True).decode())
                check_picture(self.pictures[-1])
            elif name == "style":
                assert "url(" not in value and "expression" not in value and "<" not in value
            elif name == "alt":
                self.text += value + "\n"

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, tag

    def handle_data(self, text):
        self.text += text

    def handle_comment(self, text):
        raise AssertionError(f"a comment: {text}")

    def unknown_decl(self, text):
        raise AssertionError(f"a declaration: {text}")

    handle_decl = handle_pi = unknown_decl


def check_picture(svg):
    for element in xml.fromstring(svg).iter():
        tag = element.tag.rpartition("}")[2]
        assert tag in SVG_TAGS, tag
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on") and "href" not in name, name
            assert "javascript:" not in value and "url(" not in value
        assert not (element.text or "").strip(), "text in a picture takes no theme's colour"
