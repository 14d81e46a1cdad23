#include "core/planned_fault.hpp"

#include <atomic>

namespace xmemory::core::budget::planned_fault
{
    namespace
    {
        std::atomic<std::int64_t> countdown{0};
        std::atomic<std::int64_t> seen{0};
        std::atomic<bool> planned{false};
    }

    void plan(std::int64_t nth)
    {
        countdown.store(nth, std::memory_order_relaxed);
        seen.store(0, std::memory_order_relaxed);
        planned.store(nth != 0, std::memory_order_relaxed);
    }

    bool is_planned() noexcept { return planned.load(std::memory_order_relaxed); }

    std::int64_t requests() { return seen.load(std::memory_order_relaxed); }

    bool is_now() noexcept
    {
        if (!is_planned())
        {
            return false;
        }
        seen.fetch_add(1, std::memory_order_relaxed);
        return countdown.fetch_sub(1, std::memory_order_relaxed) == 1;
    }
}
