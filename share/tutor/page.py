"""An executed notebook as one static web page that fetches nothing: it is whole where there is no network."""

from nbconvert import HTMLExporter

# nbconvert's own page, without the scripts that it links from other hosts (for formulas, diagrams and widgets), with cells folded
# as they are in JupyterLab, and with the way home where there is one
TEMPLATE = """{% extends 'index.html.j2' %}
{% block html_head_js %}{% endblock %}
{% block jupyter_widgets %}{% endblock %}
{% block html_head_js_mathjax %}{% endblock %}
{% block html_head_js_mermaidjs %}{% endblock %}
{% block html_head_css %}
<style>
.jp-RenderedMarkdown pre { margin-bottom: 1em; }
.folded > summary { opacity: 0.8; padding: 4px; }
</style>
{% endblock %}
{% block body_header %}
{{ super() }}
{% if resources.home %}
<nav class="jp-RenderedHTMLCommon" style="margin-left: 80px"><a href="{{ resources.home }}">All lessons</a></nav>
{% endif %}
{% endblock %}
{% block input %}
{% if cell.metadata.get('jupyter', {}).get('source_hidden') %}
<details class="folded jp-RenderedHTMLCommon"><summary>{{ cell.source.split('\n')[0].strip('# ') | e }}</summary>
{{ super() }}
</details>
{% else %}
{{ super() }}
{% endif %}
{% endblock %}
"""
WIDGET = "application/vnd.jupyter.widget-view+json"


def write(notebook, path, title, home=None):
    """home is the address of the page that leads to all pages, as seen from this one."""
    show_widgets_as_text(notebook)
    resources = {"metadata": {"name": title}, "home": home}
    body, _ = HTMLExporter(raw_template=TEMPLATE).from_notebook_node(notebook, resources=resources)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(body, encoding="utf-8")


def show_widgets_as_text(notebook):
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
