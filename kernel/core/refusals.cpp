#include "core/refusals.hpp"

#include <algorithm>
#include <atomic>

#include "core/tally.hpp"

namespace xmemory::core::budget
{
    void (*note_place)(Refusal& refusal) = nullptr;

    namespace
    {
        constexpr std::size_t refusals_kept = 16;
        Refusal ring[refusals_kept];
        std::atomic<std::int64_t> refusal_count{0};
    }

    void note(const Standing& standing, std::int64_t asked, Wanted wanted) noexcept
    {
        const ThreadRecord& record = *thread_record;
        const auto number = static_cast<std::size_t>(refusal_count.fetch_add(1, std::memory_order_relaxed));
        Refusal& refusal = ring[number % refusals_kept];
        refusal = Refusal{};
        refusal.asked_bytes = asked;
        refusal.left_bytes = std::max<std::int64_t>(0, standing.left_bytes);
        refusal.limit_bytes = standing.limit_bytes;
        refusal.limit = standing.limit;
        refusal.wanted = wanted;
        refusal.of_this_cell = record.runs_cells || record.cell_serial == active_cell.serial.load(std::memory_order_relaxed);
        refusal.thread_id = record.thread_id;
        if (note_place != nullptr)
        {
            note_place(refusal);
        }
    }

    void forget_refusals() { refusal_count.store(0, std::memory_order_relaxed); }

    std::int64_t refusals() { return refusal_count.load(std::memory_order_relaxed); }

    std::vector<Refusal> last_refusals()
    {
        const auto count = static_cast<std::size_t>(refusals());
        std::vector<Refusal> last;
        for (std::size_t number = count - std::min(count, refusals_kept); number < count; ++number)
        {
            last.push_back(ring[number % refusals_kept]);
        }
        return last;
    }
}
