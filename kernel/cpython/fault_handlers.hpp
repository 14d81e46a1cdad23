// When a fault's signal ends the process (SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT), the black box gets the signal's number and the
// Python stack of the thread that it hit; then all goes on as it would have: to whoever handled the signal before, faulthandler
// included, or to the default action. faulthandler.enable() of the learner's comes first, and hands on to us.
#pragma once

namespace xmemory::cpython
{
    // Once, on the thread that runs the cells, after Python has started.
    void install_fault_handlers();
}
