"""What ./tutor run prints of the prose."""

from run_notebook import headings_of


def test_headings_are_told_from_code():
    markdown = """\
# Title
#no heading
```python
# a comment
```
## Part
~~~~
# in a longer fence
~~~
# still in it
~~~~
    # indented code
### Last
"""
    assert list(headings_of(markdown)) == ["# Title", "## Part", "### Last"]
