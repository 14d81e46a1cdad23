#include "magics/gc_report.hpp"

namespace xmemory::magics
{
    namespace
    {
        nlohmann::json data_of(const std::vector<TypeOfGarbage>& types, bool has_counts)
        {
            nlohmann::json all = nlohmann::json::array();
            for (const TypeOfGarbage& type : types)
            {
                all.push_back(
                    {{"name", type.name}, {"freed_objects", type.freed_objects}, {"freed_bytes", type.freed_bytes}});
                if (has_counts)
                {
                    all.back()["before"] = type.before;
                    all.back()["after"] = type.after;
                }
            }
            return all;
        }
    }

    nlohmann::json data_of(const GcStory& story)
    {
        nlohmann::json by_cell = nlohmann::json::object();
        for (const auto& [cell, bytes] : story.freed_by_cell)
        {
            by_cell[std::to_string(cell)] = bytes;
        }
        nlohmann::json cycles = nlohmann::json::array();
        for (const CyclesAlike& alike : story.alike)
        {
            cycles.push_back(
                {{"types", alike.names}, {"objects_each", alike.objects}, {"cycles", alike.cycles}, {"bytes", alike.bytes}});
        }
        nlohmann::json generations = nlohmann::json::array();
        for (std::size_t index = 0; index < story.before.size(); ++index)
        {
            generations.push_back({{"generation", index},
                                   {"objects_before", story.before[index].objects},
                                   {"objects_after", story.after[index].objects},
                                   {"count_before", story.before[index].count},
                                   {"count_after", story.after[index].count},
                                   {"threshold", story.after[index].threshold}});
        }
        nlohmann::json survived = nlohmann::json::array();
        for (const Remaining& remaining : story.remaining)
        {
            survived.push_back(
                {{"name", remaining.name}, {"objects", remaining.objects}, {"why", why_it_remains(remaining, story)}});
        }
        return {{"generation", story.generation},
                {"freed_bytes", story.freed_bytes},
                {"object_bytes", story.object_bytes()},
                {"freed_objects", story.freed_objects()},
                {"unreachable_objects", story.unreachable},
                {"collected", story.collected},
                {"uncollectable", story.uncollectable},
                {"cycles", story.cycles},
                {"objects_in_cycles", story.in_cycles},
                {"shapes", cycles},
                {"types", data_of(story.types, true)},
                {"held_by_them", data_of(story.with_them, false)},
                {"shared_key_bytes", story.other_known_bytes},
                {"free_list_bytes", story.free_list_bytes},
                {"other_bytes", story.untold_bytes()},
                {"freed_by_cell", by_cell},
                {"freed_of_sources_bytes", story.freed_of_sources_bytes},
                {"freed_of_kernel_bytes", story.freed_of_kernel_bytes},
                {"survived", survived},
                {"waiting_for_older_objects", story.waiting_for_older},
                {"generations", generations},
                {"tracked_objects", story.looked_at},
                {"pause_seconds", story.pause_seconds},
                {"analysis_seconds", story.analysis_seconds}};
    }
}
