"""An executed notebook as one static web page that fetches nothing: it is whole where there is no network."""

from nbconvert import HTMLExporter

# nbconvert's own page, without the scripts that it links from other hosts (for formulas, diagrams and widgets)
TEMPLATE = """{% extends 'index.html.j2' %}
{% block html_head_js %}{% endblock %}
{% block jupyter_widgets %}{% endblock %}
{% block html_head_js_mathjax %}{% endblock %}
{% block html_head_js_mermaidjs %}{% endblock %}
"""
WIDGET = "application/vnd.jupyter.widget-view+json"


def write(notebook, path, title):
    show_widgets_as_text(notebook)
    body, _ = HTMLExporter(raw_template=TEMPLATE).from_notebook_node(notebook, resources={"metadata": {"name": title}})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(body, encoding="utf-8")


def show_widgets_as_text(notebook):
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
