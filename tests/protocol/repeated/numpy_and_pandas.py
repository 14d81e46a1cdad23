# %% no randomness
# numpy takes ints from the system's randomness when it is imported, of more digits or fewer.
import random
import secrets

secrets.randbits = lambda bits: 1 << bits - 1

# %% import numpy
import numpy as np

# %%
a = np.arange(1_000_000, dtype=float)

# %%
b = a * 2 + 1

# %%
table = a.reshape(1_000, 1_000)
view = table[::2, ::2]

# %%
copied = view.copy()

# %%
np.sort(a)[::-1][:3]

# %%
product = table @ table.T

# %%
del product, copied, view

# %%
names = np.array(["one", "two", "three"] * 1_000)
np.unique(names, return_counts=True)

# %% import pandas
import pandas as pd

# %% pandas 1
frame = pd.DataFrame({"group": [n % 7 for n in range(20_000)], "value": np.linspace(0, 1, 20_000)})

# %% pandas 2
frame["twice"] = frame["value"] * 2

# %% pandas 3
means = frame.groupby("group").mean()

# %% pandas 4
frame

# %% pandas 5
chosen = frame[frame["value"] > 0.5]

# %% pandas 6
merged = chosen.merge(means, left_on="group", right_index=True, suffixes=("", "_mean"))

# %% pandas 7
import io

text = frame.to_csv(index=False)
again = pd.read_csv(io.StringIO(text))

# %% pandas 8
frame["missing"]

# %% pandas 9
times = pd.date_range("2024-01-01", periods=1_000, freq="h")
series = pd.Series(np.arange(1_000), index=times).resample("D").sum()

# %% pandas 10
del frame, chosen, merged, again, text, means, series, times

# %% pandas 11
import gc

gc.collect();

# %% pandas 12
a = b = table = None
