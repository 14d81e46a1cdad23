// What only starting up needed goes back to the system, once, when the kernel is ready: what malloc holds free, and the pages of
// program and libraries that were read. Those that are used again come back from the system's cache one by one; the resident
// memory of an idle kernel is then what idling needs. On the main thread.
#pragma once

namespace xmemory::jupyter
{
    void give_back_start_up_memory();
}
