"""Comms, opened by either side, and the widgets that live on them."""
import uuid

import pytest

REGISTER = """
opened = []
def target(comm, message):
    opened.append(comm)
    @comm.on_msg
    def echo(message):
        comm.send({"echo": message["content"]["data"]}, buffers=[bytes(b)[::-1] for b in message["buffers"]])
    @comm.on_close
    def closed(message):
        opened.remove(comm)
    comm.send({"hello": message["content"]["data"]})
"""
WAYS = {
    "kernel": "get_ipython().kernel.comm_manager.register_target('echo', target)",
    "package": "import comm; comm.get_comm_manager().register_target('echo', target)",
}


def comm_messages(kernel, msg_type, content, buffers=None, metadata=None):
    """Send a comm message; what the kernel's comms said while handling it, as (type, content, buffers)."""
    published = kernel.wait_idle(kernel.send_raw("shell", msg_type, content, buffers, metadata))
    return [
        (m["msg_type"], m["content"], [bytes(b) for b in m["buffers"]])
        for m in published
        if m["msg_type"].startswith("comm_")
    ]


def open_echo(kernel):
    comm_id = uuid.uuid4().hex
    said = comm_messages(kernel, "comm_open", {"comm_id": comm_id, "target_name": "echo", "data": {"n": 1}})
    assert said == [("comm_msg", {"comm_id": comm_id, "data": {"hello": {"n": 1}}}, [])]
    return comm_id


@pytest.mark.parametrize("way", WAYS)
def test_a_front_end_opens_talks_and_closes(kernel, way):
    kernel.ok(REGISTER + WAYS[way])
    comm_id = open_echo(kernel)

    said = comm_messages(kernel, "comm_msg", {"comm_id": comm_id, "data": {"a": [1, "é"]}})
    assert said == [("comm_msg", {"comm_id": comm_id, "data": {"echo": {"a": [1, "é"]}}}, [])]
    assert kernel.ok("len(opened)").value["text/plain"] == "1"

    comm_messages(kernel, "comm_close", {"comm_id": comm_id, "data": {}})
    assert kernel.ok("opened").value["text/plain"] == "[]"


def test_buffers_travel_both_ways(kernel):
    kernel.ok(REGISTER + WAYS["package"])
    comm_id = open_echo(kernel)
    buffers = [b"abc", bytes(range(256)), b"x" * 1_000_000]

    said = comm_messages(kernel, "comm_msg", {"comm_id": comm_id, "data": {}}, buffers)

    assert said == [("comm_msg", {"comm_id": comm_id, "data": {"echo": {}}}, [b[::-1] for b in buffers])]


def test_comm_info_lists_what_is_open(kernel):
    kernel.ok(REGISTER + WAYS["package"])
    comm_id = open_echo(kernel)

    everything = kernel.request("comm_info")["comms"]
    ours = kernel.request("comm_info", target_name="echo")["comms"]

    assert everything[comm_id] == {"target_name": "echo"}
    assert comm_id in ours and {comm["target_name"] for comm in ours.values()} == {"echo"}
    assert kernel.request("comm_info", target_name="no such target")["comms"] == {}


def test_an_unknown_target_is_closed(kernel):
    said = comm_messages(kernel, "comm_open", {"comm_id": "nobody", "target_name": "no such target", "data": {}})

    assert [(kind, content["comm_id"]) for kind, content, _ in said] == [("comm_close", "nobody")]
    assert kernel.ok("6 * 7").value["text/plain"] == "42"


def test_a_message_to_an_unknown_comm_does_no_harm(kernel):
    comm_messages(kernel, "comm_msg", {"comm_id": "nobody", "data": {}})

    assert kernel.ok("6 * 7").value["text/plain"] == "42"


def test_a_callback_that_fails_does_no_harm(kernel):
    kernel.ok("def target(comm, message): comm.on_msg(lambda message: 1/0)\n" + WAYS["package"])
    comm_messages(kernel, "comm_open", {"comm_id": "failing", "target_name": "echo", "data": {}})

    comm_messages(kernel, "comm_msg", {"comm_id": "failing", "data": {}})

    assert kernel.ok("6 * 7").value["text/plain"] == "42"


def test_the_kernel_opens_one(kernel):
    result = kernel.ok("import comm\nmine = comm.create_comm(target_name='front', data={'a': 1}, metadata={'m': 2})")

    message = next(m for m in result.messages if m["msg_type"] == "comm_open")
    assert message["content"]["target_name"] == "front"
    assert message["content"]["data"] == {"a": 1}
    assert message["metadata"]["m"] == 2
    result = kernel.ok("mine.send({'b': 2})\nmine.close()")
    assert [m["msg_type"] for m in result.messages[1:]] == ["comm_msg", "comm_close"]


def show_slider(kernel):
    result = kernel.ok(
        "from ipywidgets import IntSlider\nseen = []\n"
        "slider = IntSlider(value=3, max=10)\nslider.observe(lambda change: seen.append(change.new), 'value')\nslider"
    )
    return result, result.value["application/vnd.jupyter.widget-view+json"]["model_id"]


def test_a_widget_is_shown(kernel):
    result, model_id = show_slider(kernel)

    models = {c["comm_id"]: c for c in result.of_type("comm_open")}
    assert models[model_id]["target_name"] == "jupyter.widget"
    assert models[model_id]["data"]["state"]["value"] == 3
    assert all(m["metadata"]["version"].startswith("2.") for m in result.messages if m["msg_type"] == "comm_open")


def test_a_widget_is_moved_by_the_front_end(kernel):
    _, model_id = show_slider(kernel)

    update = {"method": "update", "state": {"value": 7}, "buffer_paths": []}
    comm_messages(kernel, "comm_msg", {"comm_id": model_id, "data": update})

    assert kernel.ok("slider.value, seen").value["text/plain"] == "(7, [7])"


def test_a_widget_is_moved_by_the_kernel(kernel):
    _, model_id = show_slider(kernel)

    result = kernel.ok("slider.value = 9")

    updates = [c["data"] for c in result.of_type("comm_msg") if c["comm_id"] == model_id]
    assert [u["state"] for u in updates] == [{"value": 9}]


def test_what_a_callback_prints_belongs_to_the_message_that_caused_it(kernel):
    _, model_id = show_slider(kernel)
    kernel.ok("slider.observe(lambda change: print('moved to', change.new), 'value')")

    update = {"method": "update", "state": {"value": 5}, "buffer_paths": []}
    msg_id = kernel.send_raw("shell", "comm_msg", {"comm_id": model_id, "data": update})

    kernel.wait_output(msg_id, "moved to 5\n")


def test_an_output_widget_names_the_request_that_it_captures(kernel):
    result = kernel.ok("from ipywidgets import Output\nout = Output()\nwith out: print('inside')")

    states = [c["data"].get("state", {}) for c in result.of_type("comm_msg")]
    msg_ids = [state["msg_id"] for state in states if "msg_id" in state]
    assert msg_ids == [result.reply["parent_header"]["msg_id"], ""]
    assert result.stdout == "inside\n"


def test_all_widgets_are_told_to_a_front_end_that_comes_later(kernel):
    """What Lab does when a page is loaded again: one control comm asks for the state of all widgets."""
    _, model_id = show_slider(kernel)
    open_control = {"comm_id": "control", "target_name": "jupyter.widget.control", "data": {}}
    comm_messages(kernel, "comm_open", open_control, metadata={"version": "1.0.0"})

    said = comm_messages(kernel, "comm_msg", {"comm_id": "control", "data": {"method": "request_states"}})

    assert model_id in said[0][1]["data"]["states"]
