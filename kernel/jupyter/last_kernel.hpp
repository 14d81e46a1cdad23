// The kernel that this one takes the place of, and the black box that this one leaves to the next. "That kernel" is the one with the
// same connection file, which Jupyter keeps when it starts a kernel again, or the one for the same notebook (JPY_SESSION_NAME), which
// is what a new start has in common with it when the server died as well. Main thread.
#pragma once

#include <string>

namespace xmemory::jupyter
{
    // Once, before the first request: what a dead kernel left is read into the session, and a box is opened for this one, in
    // JUPYTER_RUNTIME_DIR, else XDG_RUNTIME_DIR, else Jupyter's own runtime folder. Where that cannot be, a sentence on stderr.
    void take_over(const std::string& connection_file);
    // What the last kernel left has been told: its files go.
    void forget_last_kernel();
}
