"""Signals that are not an interrupt end nothing: those that glibc sends to all threads when a cell changes the user or the groups of
the process (nptl/nptl_setxid.c in glibc 2.36), and those that the learner's own code asks for."""
import pytest
import zmq

# Every thread is told, whoever the user is and whether anything changes.
CHANGE_IDS = """
import os, threading, time
def change_ids(times):
    for _ in range(times):
        os.setresuid(*os.getresuid())
        os.setresgid(*os.getresgid())
        try:
            os.setgroups(os.getgroups())
        except PermissionError:
            pass
"""


@pytest.fixture
def changing(kernel):
    kernel.ok(CHANGE_IDS)
    return kernel


def answers_on_control_and_heartbeat(kernel, times):
    with zmq.Context() as context, context.socket(zmq.REQ) as heartbeat:
        heartbeat.connect(f"tcp://127.0.0.1:{kernel.manager.get_connection_info()['hb_port']}")
        for beat in range(times):
            heartbeat.send(str(beat).encode())
            assert kernel.control("usage_request")["pid"] == kernel.pid
            assert heartbeat.poll(30_000) and heartbeat.recv() == str(beat).encode()


def test_a_cell_that_changes_the_user_and_the_groups(changing):
    msg_id = changing.send("for line in range(100): change_ids(30); print(line, flush=True)")

    answers_on_control_and_heartbeat(changing, 200)

    assert changing.collect(msg_id).stdout.split() == [str(line) for line in range(100)]
    assert changing.ok("6 * 7").value["text/plain"] == "42"


def test_a_thread_that_does_so_while_the_kernel_waits_for_cells(changing):
    changing.ok("changing = threading.Thread(target=change_ids, args=(3000,)); changing.start()")

    answers_on_control_and_heartbeat(changing, 200)

    for number in range(20):
        assert changing.ok(f"print({number}); {number}").value["text/plain"] == str(number)
    assert changing.ok("changing.join()").stderr == ""


@pytest.mark.xmemory_only
def test_a_thread_that_does_so_while_a_cell_waits_for_input(changing):
    cell = """
def after_the_question():
    time.sleep(0.2)
    change_ids(100)
    print("changed", flush=True)
threading.Thread(target=after_the_question).start()
input("Who? ")
"""
    msg_id = changing.send(cell)
    changing.wait_output(msg_id, "changed")
    changing.client.input("me")

    assert changing.collect(msg_id).value["text/plain"] == "'me'"
    assert len(changing.input_requests[msg_id]) == 1


@pytest.mark.xmemory_only
def test_a_signal_of_the_learners_while_it_prints(kernel):
    cell = """
import signal
got = 0
def count(*_):
    global got
    got += 1
before = signal.signal(signal.SIGALRM, count)
signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
for line in range(3000):
    print(line, flush=True)
signal.setitimer(signal.ITIMER_REAL, 0)
signal.signal(signal.SIGALRM, before)
got > 0
"""
    result = kernel.ok(cell)

    assert result.value["text/plain"] == "True"
    assert kernel.ok("6 * 7").value["text/plain"] == "42"


def test_an_interrupt_ends_a_wait_in_pyzmq(kernel):
    if kernel.evaluate("__import__('importlib.util').util.find_spec('zmq') is None") == "True":
        pytest.skip("pyzmq is not in the kernel's environment")
    kernel.ok("import zmq\nsocket = zmq.Context.instance().socket(zmq.PULL)\nport = socket.bind_to_random_port('tcp://127.0.0.1')")
    msg_id = kernel.send("print('waiting', flush=True); socket.recv()")
    kernel.wait_output(msg_id, "waiting")

    kernel.interrupt()

    assert kernel.collect(msg_id).content["ename"] == "KeyboardInterrupt"
    kernel.ok("socket.close()")
