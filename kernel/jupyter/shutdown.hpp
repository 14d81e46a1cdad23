// How the process ends: the learner's atexit functions run, output arrives, children are ended, and nothing outlives it.
#pragma once

namespace xmemory::jupyter
{
    class Output;

    // Once, on the main thread: what std::exit does from now on (xeus ends its server with it).
    void prepare_shutdown(Output& output);

    // A shutdown was asked for: a cell that runs is interrupted, and what does not end within seconds is ended. Control thread.
    void shut_down_soon();
}
