# %%
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

# %%
import pandas as pd

# %%
frame = pd.DataFrame({"group": [n % 7 for n in range(20_000)], "value": np.linspace(0, 1, 20_000)})

# %%
frame["twice"] = frame["value"] * 2

# %%
means = frame.groupby("group").mean()

# %%
frame

# %%
chosen = frame[frame["value"] > 0.5]

# %%
merged = chosen.merge(means, left_on="group", right_index=True, suffixes=("", "_mean"))

# %%
import io

text = frame.to_csv(index=False)
again = pd.read_csv(io.StringIO(text))

# %%
frame["missing"]

# %%
times = pd.date_range("2024-01-01", periods=1_000, freq="h")
series = pd.Series(np.arange(1_000), index=times).resample("D").sum()

# %%
del frame, chosen, merged, again, text, means, series, times

# %%
import gc

gc.collect();

# %%
a = b = table = None
