#include "magics/malloc_state.hpp"

#include <malloc.h>

#include "magics/session.hpp"

namespace xmemory::magics
{
    namespace
    {
        constexpr std::int64_t worth_bytes = 10'000'000;
        std::int64_t free_after_last_trim = 0;
    }

    MallocState read_malloc()
    {
        const struct mallinfo2 info = mallinfo2();
        MallocState state;
        state.heap_bytes = static_cast<std::int64_t>(info.arena);
        state.heap_in_use_bytes = static_cast<std::int64_t>(info.uordblks);
        state.heap_free_bytes = static_cast<std::int64_t>(info.fordblks);
        state.top_free_bytes = static_cast<std::int64_t>(info.keepcost);
        state.mapped_blocks = static_cast<std::int64_t>(info.hblks);
        state.mapped_bytes = static_cast<std::int64_t>(info.hblkhd);
        return state;
    }

    Trimmed trim_malloc()
    {
        Trimmed trimmed;
        trimmed.before = read_malloc();
        trimmed.resident_before = resident_bytes().value_or(0);
        trimmed.released = malloc_trim(0) == 1;
        trimmed.resident_after = resident_bytes().value_or(0);
        trimmed.after = read_malloc();
        free_after_last_trim = trimmed.after.heap_free_bytes;
        return trimmed;
    }

    bool is_worth_trimming(const MallocState& state) { return state.heap_free_bytes - free_after_last_trim >= worth_bytes; }

    nlohmann::json to_json(const MallocState& state)
    {
        return {{"heap_bytes", state.heap_bytes},           {"heap_in_use_bytes", state.heap_in_use_bytes},
                {"heap_free_bytes", state.heap_free_bytes}, {"top_free_bytes", state.top_free_bytes},
                {"mapped_blocks", state.mapped_blocks},     {"mapped_bytes", state.mapped_bytes}};
    }
}
