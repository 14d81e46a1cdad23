#include "magics/session.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>

#include "core/black_box.hpp"
#include "core/ledger.hpp"
#include "core/mappings.hpp"
#include "core/zone.hpp"
#include "cpython/allocator_hooks.hpp"
#include "cpython/collections.hpp"
#include "cpython/pymalloc.hpp"
#include "cpython/runtime_state.h"
#include "magics/at_limit.hpp"
#include "magics/figures.hpp"
#include "magics/gc_collect.hpp"
#include "report/characters.hpp"

namespace xmemory::magics
{
    namespace
    {
        constexpr std::size_t records_kept = 10'000;
        constexpr int first_words_columns = 40;
        constexpr int kernels_gc_threshold = 50'000; // collections between cells are rare, and still come
        constexpr std::int64_t unseen_worth_a_look = 50'000'000;

        double steady_seconds()
        {
            return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
        }

        std::string first_line(const std::string& code, std::size_t from)
        {
            const auto begin = code.find_first_not_of(" \t\r\n", from);
            return begin == std::string::npos ? "" : code.substr(begin, code.find('\n', begin) - begin);
        }

        // What a cell does stands below the line that asks for a guess or sets limits.
        std::string first_words(const std::string& code)
        {
            std::string line = first_line(code, 0);
            if (line.rfind("%%memory predict", 0) == 0 || line.rfind("%%memory check", 0) == 0)
            {
                const std::string below = first_line(code, code.find(line) + line.size());
                line = below.empty() ? line : below;
            }
            return report::cut_to_width(report::visible(line), first_words_columns);
        }

        // What is in use now of what each cell made.
        class NowInUse
        {
        public:
            void write(report::CellRecord& record) const
            {
                if (record.figures)
                {
                    record.still_in_use_bytes = bytes_of(in_use_, record.cell);
                    record.background_bytes = bytes_of(in_background_, record.cell);
                }
            }

        private:
            using ByCell = std::map<int, core::Amount>;

            static std::int64_t bytes_of(const ByCell& amounts, int cell)
            {
                const auto found = amounts.find(cell);
                return found == amounts.end() ? 0 : found->second.bytes;
            }

            ByCell in_use_ = core::ledger::in_use_by_cell();
            ByCell in_background_ = core::ledger::made_in_background();
        };

        void write_collections(const cpython::collections::Seen& seen, report::CellRecord& record)
        {
            constexpr double nanosecond = 1e-9;
            for (std::size_t generation = 0; generation < seen.generations.size(); ++generation)
            {
                const cpython::collections::Sums& sums = seen.generations[generation];
                if (sums.collections != 0)
                {
                    record.gc.push_back(
                        {static_cast<int>(generation), sums.collections, sums.collected, sums.uncollectable, {}, {}});
                    if (seen.complete)
                    {
                        record.gc.back().seconds = static_cast<double>(sums.nanoseconds) * nanosecond;
                        record.gc.back().longest_seconds = static_cast<double>(sums.longest_nanoseconds) * nanosecond;
                    }
                }
            }
            if (seen.complete)
            {
                record.collections.emplace();
                for (const cpython::collections::Collection& one : seen.first)
                {
                    record.collections->push_back({one.generation, static_cast<double>(one.nanoseconds) * nanosecond,
                                                   one.collected, one.uncollectable, one.asked_for});
                }
            }
        }
    }

    std::optional<std::int64_t> resident_bytes()
    {
        std::ifstream file("/proc/self/statm");
        std::int64_t size = 0, resident = 0;
        return file >> size >> resident ? std::optional(resident * sysconf(_SC_PAGESIZE)) : std::nullopt;
    }

    std::optional<std::int64_t> unbacked_resident_bytes()
    {
        std::ifstream file("/proc/self/status");
        std::optional<std::int64_t> bytes;
        for (std::string line; std::getline(file, line);)
        {
            if (line.rfind("RssAnon:", 0) == 0 || line.rfind("RssShmem:", 0) == 0)
            {
                bytes = bytes.value_or(0) + std::atoll(line.c_str() + line.find(':') + 1) * 1024;
            }
        }
        return bytes;
    }

    void Session::start(std::optional<std::string> why_blind)
    {
        why_blind_ = std::move(why_blind);
        gc_clock_ = {{}, kernels_gc_threshold};
        xmemory_swap_gc_clock(&gc_clock_);
        std::fill(std::begin(gc_clock_.counts), std::end(gc_clock_.counts), 0);
        at_limit::start();
        unseen_at_start_ = unbacked_resident_bytes().value_or(0) - held_bytes();
    }

    void Session::begin_cell(const CellSource& source)
    {
        Running running;
        running.source = source;
        running.why_blind = why_blind_ ? why_blind_ : cpython::why_hooks_are_blind();
        running.resident = resident_bytes();
        running.unmapped_earlier_before = core::mappings::unmapped_earlier_bytes();
        running.resident_mapped_before = core::mappings::resident_bytes();
        running.began = steady_seconds();
        running_ = std::move(running);
        pool_changes_.begin_cell();
        xmemory_swap_gc_clock(&gc_clock_);
        forget_told_collection();
        cpython::collections::begin();
        core::ledger::begin_cell(source.number);
        at_limit::begin_cell();
        core::black_box::begin_cell(source.number, first_words(source.code), running_->resident.value_or(0),
                                    at_limit::lowest_limit_bytes().value_or(0));
    }

    report::CellRecord Session::end_cell(const std::string& status)
    {
        running_->at_limit = at_limit::story(); // looks at the variables, so before the method cache is emptied
        xmemory_clear_method_cache();
        const std::uint32_t serial = core::ledger::running_serial();
        core::black_box::end_cell();
        const core::SpanFigures span = core::ledger::end_cell();
        const cpython::collections::Seen collections = cpython::collections::end();
        xmemory_swap_gc_clock(&gc_clock_);
        Running running = std::move(*running_);
        running_.reset();
        const int number = running.source.number;
        const PoolChange pools = pool_changes_.end_cell(number);
        report::CellRecord record;
        record.cell = number;
        record.status = status;
        record.at_limit = std::move(running.at_limit);
        record.seconds = steady_seconds() - running.began;
        write_collections(collections, record);
        record.told_collection = take_told_collection();
        record.first_words = first_words(running.source.code);
        if (const auto why = running.why_blind ? running.why_blind : cpython::why_hooks_are_blind())
        {
            record.exact = false;
            record.why = *why;
        }
        else if (span.numbers_ran_out)
        {
            record.exact = false;
            record.why = why_numbers_ran_out;
        }
        else
        {
            record.figures = to_figures(span);
            record.exact = !span.threads_raced;
            record.why = span.threads_raced ? why_at_least : "";
            record.source_bytes = core::ledger::source_in_use(number).bytes;
            record.arenas_gained = pools.arenas_mapped - pools.arenas_unmapped;
            record.still_in_use_bytes = record.figures->kept_bytes;
            record.background_bytes = 0;
            write_mappings(serial, running, record);
        }
        if (const auto resident = resident_bytes(); resident && running.resident)
        {
            record.resident_delta_bytes = *resident - *running.resident;
            record.unseen_bytes =
                record.figures ? unseen_growth(*record.resident_delta_bytes, record.figures->net_bytes) : std::nullopt;
        }
        if (number == 0)
        {
            return record;
        }
        const std::string& key = running.source.cell_id.empty() ? running.source.code : running.source.cell_id;
        int& last = last_number_[key];
        record.last_run = last;
        last = number;
        records_.push_back(record);
        if (records_.size() > records_kept)
        {
            records_.pop_front();
        }
        return record;
    }

    std::optional<std::string> Session::why_blind() const
    {
        return running_ && running_->why_blind ? running_->why_blind : cpython::why_hooks_are_blind();
    }

    void Session::write_mappings(std::uint32_t serial, const Running& running, report::CellRecord& record)
    {
        namespace mappings = core::mappings;
        if (mappings::known())
        {
            record.mapped_bytes = mappings::mapped_bytes(serial);
            record.unmapped_earlier_bytes = mappings::unmapped_earlier_bytes() - running.unmapped_earlier_before;
            record.resident_mapped_delta_bytes = mappings::resident_bytes() - running.resident_mapped_before;
        }
    }

    // What Python's and the C library's allocators hold from the system, used or not; and what is in memory of that which code
    // mapped past them: libraries map a thousand times what they use.
    std::int64_t Session::held_bytes() const
    {
        const struct mallinfo2 info = mallinfo2();
        return static_cast<std::int64_t>(info.arena + info.hblkhd + core::zone::mapped_bytes()) +
               core::mappings::resident_bytes();
    }

    // Asking malloc what it holds takes time on a large heap, so only where the process grew, or shrank, by more than we saw.
    // Memory that the allocators hold and nobody has touched counts as seen: the growth is rather told too small than invented.
    std::optional<std::int64_t> Session::unseen_growth(std::int64_t resident_delta, std::int64_t net_bytes)
    {
        const bool grew = resident_delta - std::max<std::int64_t>(net_bytes, 0) >= unseen_worth_a_look;
        const bool shrank = std::min<std::int64_t>(net_bytes, 0) - resident_delta >= unseen_worth_a_look;
        if (!grew && !shrank)
        {
            return 0;
        }
        const auto unbacked = unbacked_resident_bytes();
        if (!unbacked)
        {
            return std::nullopt;
        }
        const std::int64_t unseen = std::max<std::int64_t>(0, *unbacked - held_bytes() - unseen_at_start_);
        const std::int64_t growth = std::max<std::int64_t>(0, unseen - unseen_so_far_);
        unseen_so_far_ = unseen;
        return growth;
    }

    std::vector<report::CellRecord> Session::records() const
    {
        const NowInUse now;
        std::vector<report::CellRecord> records(records_.begin(), records_.end());
        std::for_each(records.begin(), records.end(), [&](report::CellRecord& record) { now.write(record); });
        return records;
    }

    std::optional<report::CellRecord> Session::record(int number) const
    {
        const auto back = -static_cast<std::int64_t>(number);
        auto found = records_.end();
        if (number >= 0)
        {
            found =
                std::find_if(records_.begin(), records_.end(), [&](const auto& record) { return record.cell == number; });
        }
        else if (back <= static_cast<std::int64_t>(records_.size()))
        {
            found -= back;
        }
        if (found == records_.end())
        {
            return std::nullopt;
        }
        report::CellRecord record = *found;
        NowInUse().write(record);
        return record;
    }

    Session& session()
    {
        static Session one;
        return one;
    }
}
