"""Contrast of what is drawn in a page, as WCAG reckons it."""
import base64
import re

# The colours of an element's text and of what is behind it, with all opacities between them and the page.
COLOURS = """element => {
    const parsed = css => {
        const [r, g, b, a = 1] = css.match(/[\\d.]+/g).map(Number);
        return {rgb: [r, g, b], a};
    };
    const mixed = (over, under, share) => over.map((value, i) => value * share + under[i] * (1 - share));
    const ancestors = [];
    for (let at = element; at; at = at.parentElement) ancestors.unshift(at);
    let ground = [255, 255, 255];
    let opacity = 1;
    for (const ancestor of ancestors) {
        const style = getComputedStyle(ancestor);
        const background = parsed(style.backgroundColor);
        opacity *= Number(style.opacity);
        ground = mixed(background.rgb, ground, background.a * opacity);
    }
    const text = parsed(getComputedStyle(element).color);
    return {text: mixed(text.rgb, ground, text.a * opacity), ground, opacity};
}"""


def of_text(element):
    colours = element.evaluate(COLOURS)
    return ratio(colours["text"], colours["ground"])


def of_texts(part, selector):
    """(its words, its contrast) of the part and of each element within it that is seen and has words of its own."""
    colours = part.evaluate(
        f"""(part, selector) => [part, ...part.querySelectorAll(selector)]
            .filter(one => one.checkVisibility() && [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
            .map(one => [one.innerText, ({COLOURS})(one)])""",
        selector,
    )
    return [(words, ratio(found["text"], found["ground"])) for words, found in colours]


def of_fills(image):
    """The contrast of each colour that a bar is filled or outlined with."""
    colours = image.evaluate(COLOURS)
    assert colours["opacity"] == 1, "a bar is not to be faded"
    svg = base64.b64decode(image.get_attribute("src").removeprefix("data:image/svg+xml;base64,")).decode()
    fills = set(re.findall(r'(?:fill|stroke)="#(\w{6})"', svg))
    assert fills, f"nothing is drawn in {svg}"
    return {fill: ratio(list(bytes.fromhex(fill)), colours["ground"]) for fill in fills}


def ratio(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(rgb):
    red, green, blue = (linear(value / 255) for value in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(value):
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
