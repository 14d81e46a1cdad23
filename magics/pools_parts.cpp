#include "magics/pools_parts.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/makers.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        namespace pymalloc = cpython::pymalloc;
        using pymalloc::Arena;
        using pymalloc::Pool;
        using pymalloc::PoolState;
        using report::Align;

        constexpr std::size_t rows_at_once = 32;
        constexpr std::size_t most_rows = 256;
        constexpr std::size_t most_pins = 10;

        std::string used_of_one(std::int64_t bytes, const char* under)
        {
            const double share = static_cast<double>(bytes) / pymalloc::arena_size;
            return bytes > 0 && share < 0.01 ? under + std::string("0.01") : fmt::format("{:.2f}", share);
        }

        void remark_on(const Arena& arena, report::Squares::Row& row)
        {
            const bool is_held = cpython::is_held_back(arena);
            const bool is_unused = arena.blocks_in_use() == 0;
            row.remark = used_of_one(arena.used_bytes(), "under ") + " of 1\u00a0MiB, " +
                         number_of(arena.blocks_in_use(), "block") +
                         (is_held     ? ", held back"
                          : is_unused ? ", kept in hand"
                                      : "");
            row.short_remark = used_of_one(arena.used_bytes(), "<") + (is_held ? " held" : is_unused ? " spare" : "");
        }

        // A pool that has room for no more block of its class is drawn full.
        double filled(const Pool& pool)
        {
            return pool.is_in_use() ? static_cast<double>(pool.blocks_in_use) / pool.capacity : 0;
        }

        std::string kind_in_words(const cpython::Pins& pins)
        {
            switch (pins.kind)
            {
            case cpython::Pins::Kind::object:
                return pins.type;
            case cpython::Pins::Kind::part:
                return "part of " + pins.type;
            case cpython::Pins::Kind::free_list:
                return "kept for reuse by Python";
            case cpython::Pins::Kind::unknown:
                break;
            }
            return "buffers and others";
        }

        std::string pools_in_words(const Arena* begin, const Arena* end)
        {
            std::int64_t full = 0, partly = 0, empty = 0;
            for (const Arena* arena = begin; arena != end; ++arena)
            {
                for (const Pool& pool : arena->pools)
                {
                    full += pool.state == PoolState::full;
                    partly += pool.state == PoolState::partly_used;
                    empty += !pool.is_in_use();
                }
            }
            return number_of(end - begin, "arena") + ": " + number_of(full, "pool") + " full, " + report::count(partly) +
                   " partly used, " + report::count(empty) + " unused";
        }

        report::Squares squares(const std::vector<Arena>& arenas, std::size_t from, std::size_t to)
        {
            report::Squares squares;
            for (std::size_t index = from; index < to; ++index)
            {
                const Arena& arena = arenas[index];
                report::Squares::Row row;
                row.label = std::to_string(index + 1);
                for (const Pool& pool : arena.pools)
                {
                    row.filled.push_back(filled(pool));
                }
                remark_on(arena, row);
                squares.rows.push_back(std::move(row));
            }
            squares.alternative_text = pools_in_words(arenas.data() + from, arenas.data() + to);
            return squares;
        }

        std::string not_shown(const std::vector<Arena>& arenas, std::size_t shown)
        {
            std::int64_t used = 0, blocks = 0;
            for (std::size_t index = shown; index < arenas.size(); ++index)
            {
                used += arenas[index].used_bytes();
                blocks += arenas[index].blocks_in_use();
            }
            const auto more = static_cast<std::int64_t>(arenas.size() - shown);
            return "and " + number_of(more, "more arena") + ", " + report::human_bytes(used) + " of their " +
                   report::human_bytes(more * static_cast<std::int64_t>(pymalloc::arena_size)) + " in use, " +
                   number_of(blocks, "block");
        }
    }

    std::string number_of(std::int64_t number, const std::string& noun)
    {
        return report::count(number) + "\u00a0" + noun + (number == 1 ? "" : "s");
    }

    std::string arenas_in_words(std::int64_t arenas)
    {
        return number_of(arenas, "arena") + " (" +
               report::human_bytes(arenas * static_cast<std::int64_t>(pymalloc::arena_size)) + ")";
    }

    std::string maker_in_words(core::MakerId maker)
    {
        const int cell = maker == core::tutor ? 0 : core::makers::cell_of(maker);
        const std::string name = cell == 0 ? "earlier cells" : "[" + std::to_string(cell) + "]";
        return maker == core::tutor ? "kernel" : core::is_learner(maker) ? name : "code of " + name;
    }

    std::vector<report::Part> squares_of(const PoolsReading& reading)
    {
        const std::vector<Arena>& arenas = reading.arenas;
        std::vector<report::Part> parts;
        report::Squares first = squares(arenas, 0, std::min(rows_at_once, arenas.size()));
        first.not_shown = arenas.size() > rows_at_once ? not_shown(arenas, rows_at_once) : "";
        parts.push_back(std::move(first));
        if (arenas.size() > rows_at_once)
        {
            const std::size_t end = std::min(most_rows, arenas.size());
            report::Details rest;
            rest.summary = number_of(static_cast<std::int64_t>(arenas.size() - rows_at_once), "more arena");
            rest.parts.push_back(squares(arenas, rows_at_once, end));
            if (arenas.size() > end)
            {
                rest.parts.push_back(report::Paragraph{not_shown(arenas, most_rows), true});
            }
            parts.push_back(std::move(rest));
        }
        return parts;
    }

    std::vector<report::Part> held_back_of(const PoolsReading& reading)
    {
        const cpython::HeldBack& held = reading.held_back;
        if (held.arenas == 0)
        {
            return {};
        }
        report::Table table;
        table.columns = {
            {"in them", Align::left}, {"made by", Align::left}, {"blocks", Align::right}, {"bytes", Align::right}};
        std::int64_t more_blocks = 0, more_bytes = 0;
        for (std::size_t index = 0; index < held.pins.size(); ++index)
        {
            const cpython::Pins& pins = held.pins[index];
            if (index >= most_pins)
            {
                more_blocks += pins.blocks;
                more_bytes += pins.bytes;
                continue;
            }
            table.rows.push_back({kind_in_words(pins), maker_in_words(pins.maker), report::count(pins.blocks),
                                  report::human_bytes(pins.bytes)});
        }
        if (held.pins.size() > most_pins)
        {
            const auto more = static_cast<std::int64_t>(held.pins.size() - most_pins);
            table.rows.push_back(
                {"and " + report::count(more) + " more", "", report::count(more_blocks), report::human_bytes(more_bytes)});
        }
        return {report::Paragraph{"Held back: " + arenas_in_words(held.arenas) + ", of which " +
                                      report::human_bytes(held.used_bytes) +
                                      " are in use. An arena is called so when less than a tenth of it is in use.",
                                  false},
                table};
    }
}
