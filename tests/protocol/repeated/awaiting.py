# %%
import asyncio

# %%
await asyncio.sleep(0)

# %%
async def number(n):
    await asyncio.sleep(0)
    return [n] * 1_000

# %%
rows = await number(3)

# %%
many = await asyncio.gather(*(number(n) for n in range(50)))

# %%
async def counted(stop):
    for n in range(stop):
        yield n
        await asyncio.sleep(0)

sum([n async for n in counted(100)])

# %%
class Opened:
    async def __aenter__(self):
        self.held = bytes(1_000_000)
        return self

    async def __aexit__(self, *error):
        del self.held

async with Opened() as opened:
    size = len(opened.held)

# %%
async def fails():
    await asyncio.sleep(0)
    raise ValueError("awaited")

await fails()

# %%
results = await asyncio.gather(fails(), number(1), return_exceptions=True)

# %%
line = asyncio.Queue()

async def put():
    for n in range(100):
        await line.put(bytes(1_000))

async def take():
    return sum([len(await line.get()) for _ in range(100)])

_, taken = await asyncio.gather(put(), take())

# %%
lock = asyncio.Lock()
async with lock:
    inside = bytes(500_000)

# %%
async with asyncio.TaskGroup() as group:
    tasks = [group.create_task(number(n)) for n in range(20)]

# %%
del many, rows, tasks, results, group

# %%
task = asyncio.create_task(asyncio.sleep(1_000))
await asyncio.sleep(0)
task.cancel()
await asyncio.gather(task, return_exceptions=True)

# %%
kept = await asyncio.to_thread(bytes, 1_000_000)

# %%
del kept, task, inside
