#include "magics/gc_report.hpp"

#include <algorithm>

#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        using report::count;
        using report::human_bytes;
        using Row = std::vector<report::Entry>;

        constexpr std::size_t most_types = 10;
        constexpr std::size_t most_rings = 5;

        std::string counted(std::int64_t number, const std::string& one, const std::string& several)
        {
            return count(number) + " " + (number == 1 ? one : several);
        }

        // "10,000 Node objects", "10,000 Node and 5,000 dict objects", "15,002 objects of 4 types"
        std::string objects_words(const GcStory& story)
        {
            std::vector<TypeOfGarbage> freed;
            std::copy_if(story.types.begin(), story.types.end(), std::back_inserter(freed),
                         [](const TypeOfGarbage& type) { return type.freed_objects > 0; });
            if (freed.size() > 2)
            {
                return counted(story.freed_objects(), "object", "objects") + " of " +
                       count(static_cast<std::int64_t>(freed.size())) + " types";
            }
            std::string words = count(freed[0].freed_objects) + " " + freed[0].name;
            if (freed.size() == 2)
            {
                words += " and " + count(freed[1].freed_objects) + " " + freed[1].name;
            }
            return words + (story.freed_objects() == 1 ? " object" : " objects");
        }

        std::string cycles_words(const GcStory& story)
        {
            const std::int64_t freed = story.freed_cycles();
            const std::string cycles = freed == 1 ? "one cycle" : count(freed) + " cycles";
            return (story.in_cycles == story.unreachable ? " in " : " in and around ") + cycles;
        }

        Row bytes_row(const std::string& label, std::int64_t bytes, const std::string& freed = "")
        {
            return {label, "", "", freed, human_bytes(bytes)};
        }

        // The first of many by name, the others by number: "str, int and 3 more types".
        std::string names_of(const std::vector<TypeOfGarbage>& types)
        {
            constexpr std::size_t most_names = 3;
            std::string names;
            for (std::size_t index = 0; index < std::min(types.size(), most_names); ++index)
            {
                names += (index == 0 ? "" : ", ") + types[index].name;
            }
            return types.size() <= most_names
                       ? names
                       : names + " and " +
                             counted(static_cast<std::int64_t>(types.size() - most_names), "more type", "more types");
        }

        Row more_types_row(const std::vector<TypeOfGarbage>& types)
        {
            TypeOfGarbage rest;
            for (std::size_t index = most_types; index < types.size(); ++index)
            {
                rest.before += types[index].before;
                rest.after += types[index].after;
                rest.freed_objects += types[index].freed_objects;
                rest.freed_bytes += types[index].freed_bytes;
            }
            return {"and " + counted(static_cast<std::int64_t>(types.size() - most_types), "more type", "more types"),
                    count(rest.before), count(rest.after), count(rest.freed_objects), human_bytes(rest.freed_bytes)};
        }

        void add_rows_below_types(const GcStory& story, std::vector<Row>& rows)
        {
            std::int64_t objects = 0;
            std::int64_t bytes = story.other_known_bytes;
            for (const TypeOfGarbage& type : story.with_them)
            {
                objects += type.freed_objects;
                bytes += type.freed_bytes;
            }
            if (bytes != 0)
            {
                rows.push_back(bytes_row("what only they held" + (objects == 0 ? "" : ": " + names_of(story.with_them)),
                                         bytes, count(objects)));
            }
            if (const std::int64_t untold = story.untold_bytes(); untold != 0)
            {
                rows.push_back(bytes_row(untold > 0 ? "buffers and others" : "kept by caches for the next ones", untold));
            }
            const bool has_rows = !rows.empty();
            if (has_rows)
            {
                rows.push_back(bytes_row("freed", story.object_bytes()));
            }
            if (story.free_list_bytes < 0)
            {
                rows.push_back(bytes_row("of it kept on CPython's free lists", -story.free_list_bytes));
            }
            else if (story.free_list_bytes > 0)
            {
                rows.push_back(bytes_row(std::string(has_rows ? "beside it, " : "") + "CPython's free lists, emptied",
                                         story.free_list_bytes));
            }
        }

        report::Table types_table(const GcStory& story)
        {
            using report::Align;
            report::Table table;
            table.columns = {{"", Align::left},
                             {"before", Align::right},
                             {"after", Align::right},
                             {"freed", Align::right},
                             {"bytes", Align::right}};
            for (std::size_t index = 0; index < std::min(story.types.size(), most_types); ++index)
            {
                const TypeOfGarbage& type = story.types[index];
                table.rows.push_back({type.name, count(type.before), count(type.after), count(type.freed_objects),
                                      human_bytes(type.freed_bytes)});
            }
            if (story.types.size() > most_types)
            {
                table.rows.push_back(more_types_row(story.types));
            }
            add_rows_below_types(story, table.rows);
            return table;
        }

        report::Ring ring_of(const CyclesAlike& alike)
        {
            report::Ring ring;
            ring.names = alike.names;
            ring.others = alike.objects - static_cast<std::int64_t>(alike.names.size());
            const bool is_one = alike.cycles == 1;
            ring.caption = is_one ? "One of these, " + human_bytes(alike.bytes) + "."
                           : alike.same_bytes
                               ? count(alike.cycles) + " of these, " + human_bytes(alike.bytes / alike.cycles) + " each."
                               : count(alike.cycles) + " of these, " + human_bytes(alike.bytes) + " in all.";
            if (alike.remaining > 0)
            {
                ring.caption += is_one ? " It is still there." : " " + count(alike.remaining) + " are still there.";
            }
            return ring;
        }

        void add_rings(const GcStory& story, std::vector<report::Part>& parts)
        {
            for (std::size_t index = 0; index < std::min(story.alike.size(), most_rings); ++index)
            {
                parts.push_back(ring_of(story.alike[index]));
            }
            if (story.alike.size() > most_rings)
            {
                std::int64_t cycles = 0;
                for (std::size_t index = most_rings; index < story.alike.size(); ++index)
                {
                    cycles += story.alike[index].cycles;
                }
                parts.push_back(report::Paragraph{"And " + counted(cycles, "cycle", "cycles") + " of other shapes.", true});
            }
        }

        void add_what_is_special(const GcStory& story, std::vector<report::Part>& parts)
        {
            for (const Remaining& remaining : story.remaining)
            {
                parts.push_back(report::Paragraph{why_it_remains(remaining, story)});
            }
            if (const std::int64_t freed = story.freed_objects(); freed > story.collected && !story.keeps_all)
            {
                parts.push_back(report::Paragraph{"gc.collect() counts " + count(story.collected) +
                                                      " of them: finalizers let the others go before it did.",
                                                  true});
            }
            if (story.waiting_for_older > 0)
            {
                parts.push_back(report::Paragraph{
                    counted(story.waiting_for_older, "more object is", "more objects are") +
                    " unreachable, but in an older generation, or held from one. %memory gc looks at all generations."});
            }
        }

        std::string whose_words(const GcStory& story)
        {
            const char* const of_what = story.free_list_bytes > 0   ? "With the free lists, made by "
                                        : story.free_list_bytes < 0 ? "Without the free lists, made by "
                                                                    : "Made by ";
            std::string words;
            const auto add = [&](const std::string& whose, std::int64_t bytes)
            {
                if (bytes != 0)
                {
                    words += (words.empty() ? std::string(of_what) : ", ") + whose + " " + human_bytes(bytes);
                }
            };
            for (const auto& [cell, bytes] : story.freed_by_cell)
            {
                add(cell == 0 ? "earlier cells" : "[" + std::to_string(cell) + "]", bytes);
            }
            add("the source of cells", story.freed_of_sources_bytes);
            add("the kernel and start-up", story.freed_of_kernel_bytes);
            return words.empty() ? words : words + ".";
        }
    }

    std::string why_it_remains(const Remaining& remaining, const GcStory& story)
    {
        const std::string them = remaining.objects == 1 ? "it" : "them";
        const std::string objects = count(remaining.objects) + " " + remaining.name +
                                    (remaining.objects == 1 ? " object is" : " objects are") + " still there: ";
        if (story.keeps_all)
        {
            return objects + "gc.DEBUG_SAVEALL is set, which keeps " + them + " in gc.garbage.";
        }
        if (remaining.has_legacy_finalizer)
        {
            return objects + "a finalizer of the old kind (tp_del) keeps the collector away; see gc.garbage.";
        }
        return objects + (remaining.has_finalizer ? "a finalizer such as __del__ made " + them + " reachable again."
                                                  : "an object with a finalizer that came back holds " + them + ".");
    }

    std::string finding_of(const GcStory& story)
    {
        if (story.unreachable == 0)
        {
            return story.freed_bytes == 0 ? "Freed nothing: there were no unreachable cycles."
                                          : "Freed no objects: there were no unreachable cycles.";
        }
        if (story.freed_objects() == 0)
        {
            return "Freed no objects: " + counted(story.unreachable, "unreachable object", "unreachable objects") +
                   " could not go.";
        }
        std::int64_t remaining = story.unreachable - story.freed_objects();
        return "Freed **" + human_bytes(story.object_bytes()) + "**: " + objects_words(story) + cycles_words(story) + "." +
               (remaining == 0 ? "" : " " + counted(remaining, "object", "objects") + " could not go.");
    }

    std::vector<report::Part> parts_of(const GcStory& story)
    {
        std::vector<report::Part> parts;
        if (story.unreachable == 0)
        {
            parts.push_back(report::Paragraph{"Reference counts had done the job: an object goes at once when its last "
                                              "reference goes, and only cycles wait for the collector."});
        }
        if (story.unreachable != 0 || story.freed_bytes != 0)
        {
            parts.push_back(types_table(story));
        }
        add_rings(story, parts);
        add_what_is_special(story, parts);
        if (const std::string whose = whose_words(story); !whose.empty())
        {
            parts.push_back(report::Paragraph{whose, true});
        }
        return parts;
    }

    report::Table generations_of(const GcStory& story)
    {
        using report::Align;
        report::Table table;
        table.columns = {{"generation", Align::left},    {"objects before", Align::right}, {"objects after", Align::right},
                         {"count before", Align::right}, {"count after", Align::right},    {"threshold", Align::right}};
        for (std::size_t index = 0; index < story.before.size(); ++index)
        {
            const GenerationState& before = story.before[index];
            const GenerationState& after = story.after[index];
            table.rows.push_back({std::to_string(index), count(before.objects), count(after.objects), count(before.count),
                                  count(after.count), count(after.threshold)});
        }
        return table;
    }
}
