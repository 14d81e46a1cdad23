# %%
import threading

def work(n):
    rows = [bytes(500 + n) for n in range(n)]
    return len(rows)

# %%
thread = threading.Thread(target=work, args=(1_000,))
thread.start()
thread.join()

# %%
kept = []
thread = threading.Thread(target=lambda: kept.append(bytes(2_000_000)))
thread.start()
thread.join()

# %%
del kept[:]

# %%
for n in range(5):  # one after another
    thread = threading.Thread(target=work, args=(200 * n,))
    thread.start()
    thread.join()

# %%
from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(1) as pool:
    results = [pool.submit(work, n).result() for n in (10, 100, 1_000)]

# %%
import queue

hand = queue.SimpleQueue()

def give():
    for n in range(1_000):
        hand.put(bytes(n))

giver = threading.Thread(target=give)
giver.start()
giver.join()

# %%
taken = sum(len(hand.get()) for _ in range(1_000))

# %%
local = threading.local()

def remember():
    local.rows = [n for n in range(10_000)]

thread = threading.Thread(target=remember)
thread.start()
thread.join()

# %%
lock, count = threading.Lock(), 0

def add():
    global count
    for _ in range(1_000):
        with lock:
            count += 1

thread = threading.Thread(target=add)
thread.start()
thread.join()
count

# %%
def fails():
    raise ValueError("in a thread")

failures = []
threading.excepthook = lambda failure: failures.append(str(failure.exc_value))
thread = threading.Thread(target=fails)
thread.start()
thread.join()
failures

# %%
del thread, giver, failures, results
