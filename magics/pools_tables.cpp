#include "magics/pools_tables.hpp"

#include <algorithm>

#include "magics/pools_parts.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        namespace pymalloc = cpython::pymalloc;
        using report::Align;

        constexpr std::size_t classes_shown = 8;

        struct Line
        {
            std::string name;
            std::int64_t bytes = 0;
            std::string words;
        };

        report::Table table_of(const std::vector<Line>& lines, bool exact)
        {
            report::Table table;
            table.columns = {{"", Align::left}, {"", Align::right}, {"", Align::left}};
            for (const Line& line : lines)
            {
                table.rows.push_back(
                    {line.name, exact ? report::exact_bytes(line.bytes) : report::human_bytes(line.bytes), line.words});
            }
            return table;
        }

        std::vector<Line> lines_of_totals(const PoolsReading& reading)
        {
            const pymalloc::PoolSums& sums = reading.sums;
            const std::string at_least = reading.rounding.exact ? "" : "at least; ";
            std::vector<Line> lines = {
                {"in use", sums.set_aside_bytes, number_of(sums.blocks, "block")},
                {"lost to rounding, of it", reading.rounding_bytes(), at_least + "block sizes go in steps of 16\u00a0B"},
                {"free in pools", sums.free_block_bytes, "for blocks of the same size only"},
                {"unused pools", sums.unused_pool_bytes(), number_of(sums.unused_pools, "pool") + ", for any size"},
                {"pool headers", sums.pool_header_bytes(), "48\u00a0B a pool"},
                {"ends of pools", sums.end_of_pool_bytes, "too small for one more block"},
                {"arenas in all", sums.arena_bytes(),
                 number_of(sums.arenas, "arena") + "; " + report::count(reading.counts.mapped) + " came, " +
                     report::count(reading.counts.unmapped) + " went back"},
                {"frames, beside them", sums.frame_chunk_bytes, "of running functions"}};
            if (sums.damaged_pools != 0)
            {
                lines.push_back({"written over", sums.damaged_pools * static_cast<std::int64_t>(pymalloc::pool_size),
                                 "by some C code: their blocks are unknown"});
            }
            return lines;
        }

        std::vector<Line> lines_of_malloc(const PoolsReading& reading)
        {
            const MallocState& state = reading.malloc;
            return {{"malloc's heap", state.heap_bytes, "from the system, in large pieces"},
                    {"in use of it", state.heap_in_use_bytes, ""},
                    {"free in it", state.heap_free_bytes, report::human_bytes(state.top_free_bytes) + " at its end"},
                    {"mapped by itself", state.mapped_bytes, number_of(state.mapped_blocks, "large block")},
                    {"Python's large blocks", reading.python_large.bytes,
                     "asked for, " + number_of(reading.python_large.blocks, "block")},
                    {"native blocks", reading.native.bytes,
                     "asked for, " + number_of(reading.native.blocks, "block") + ", the kernel's among them"}};
        }

        struct ClassLine
        {
            std::int64_t size = 0;
            pymalloc::PoolSums::Class sums;
            std::int64_t used_bytes = 0;
            std::int64_t free_bytes = 0;
            std::int64_t rounding_bytes = 0;

            std::int64_t bytes() const { return used_bytes + free_bytes; }
        };

        std::vector<ClassLine> classes_in_use(const PoolsReading& reading)
        {
            std::vector<ClassLine> lines;
            for (std::size_t index = 0; index < pymalloc::class_count; ++index)
            {
                const auto& sums = reading.sums.classes[index];
                const auto size = static_cast<std::int64_t>((index + 1) * pymalloc::class_step);
                if (sums.pools != 0)
                {
                    lines.push_back(
                        {size, sums, sums.blocks_in_use * size, sums.free_blocks * size, reading.rounding.bytes[index]});
                }
            }
            return lines;
        }

        std::vector<report::Entry> row(const std::string& name, const ClassLine& line)
        {
            return {name,
                    report::count(line.sums.pools),
                    report::count(line.sums.blocks_in_use),
                    report::count(line.sums.free_blocks),
                    report::human_bytes(line.used_bytes),
                    report::human_bytes(line.rounding_bytes),
                    {{{report::Shade::python_small, line.used_bytes}, {report::Shade::free, line.free_bytes}},
                     report::human_bytes(line.used_bytes) + " in use, " + report::human_bytes(line.free_bytes) + " free"}};
        }

        report::Table table_of(const std::vector<ClassLine>& lines, std::int64_t at_least_bytes)
        {
            report::Table table;
            table.columns = {
                {"block size", Align::right}, {"pools", Align::right},    {"in use", Align::right}, {"free", Align::right},
                {"bytes", Align::right},      {"rounding", Align::right}, {"", Align::bar}};
            ClassLine rest;
            std::int64_t left_out = 0;
            for (const ClassLine& line : lines)
            {
                if (line.bytes() >= at_least_bytes)
                {
                    table.rows.push_back(row(report::human_bytes(line.size), line));
                    continue;
                }
                ++left_out;
                rest.sums.pools += line.sums.pools;
                rest.sums.blocks_in_use += line.sums.blocks_in_use;
                rest.sums.free_blocks += line.sums.free_blocks;
                rest.used_bytes += line.used_bytes;
                rest.free_bytes += line.free_bytes;
                rest.rounding_bytes += line.rounding_bytes;
            }
            if (left_out != 0)
            {
                table.rows.push_back(row(report::count(left_out) + " others", rest));
            }
            return table;
        }
    }

    report::Table classes_of(const PoolsReading& reading)
    {
        const std::vector<ClassLine> lines = classes_in_use(reading);
        std::vector<std::int64_t> bytes;
        for (const ClassLine& line : lines)
        {
            bytes.push_back(line.bytes());
        }
        std::sort(bytes.rbegin(), bytes.rend());
        // One line for the rest must stand for two at least.
        return table_of(lines, bytes.size() > classes_shown + 1 ? bytes[classes_shown - 1] : 0);
    }

    report::Table totals_of(const PoolsReading& reading) { return table_of(lines_of_totals(reading), false); }

    report::Table malloc_of(const PoolsReading& reading) { return table_of(lines_of_malloc(reading), false); }

    report::Details exactly(const PoolsReading& reading)
    {
        return {"Every size class, and all in exact bytes",
                {table_of(classes_in_use(reading), 0), table_of(lines_of_totals(reading), true),
                 table_of(lines_of_malloc(reading), true),
                 report::Paragraph{
                     "Most arenas at once since the start: " + report::count(reading.counts.most_at_once) + ".", true}}};
    }
}
