// For tests: one request of more than 512 B by the learner's code fails. plan and requests: on the thread that runs the cells;
// is_now: any thread, with or without the GIL.
#pragma once

#include <cstddef>
#include <cstdint>

namespace xmemory::core::budget::planned_fault
{
    // The nth from now on, and no other; 0 ends that.
    void plan(std::int64_t nth);
    bool is_planned() noexcept;
    // How many there were since.
    std::int64_t requests();

    // Counts a request.
    bool is_now() noexcept;
}
