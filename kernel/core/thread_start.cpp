#include "core/thread_start.hpp"

#include "core/tally.hpp"

namespace xmemory::core::budget::thread_start
{
    bool (*is_outside_run)() = nullptr;

    bool takes(std::int64_t bytes) noexcept
    {
        ThreadRecord& record = *thread_record;
        if (record.start_allowance < bytes || is_outside_run == nullptr || !is_outside_run())
        {
            return false;
        }
        record.start_allowance -= bytes;
        return true;
    }
}
