#include "core/ledger.hpp"

#include <algorithm>
#include <array>

#include "core/makers.hpp"
#include "core/peaks.hpp"
#include "core/tally.hpp"

namespace xmemory::core
{
    namespace
    {
        using ByOrigin = std::array<Amount, origin_count>;

        // A learner's maker that was there before a span. Its number may pass to another during the span.
        struct EarlierMaker
        {
            MakerId maker;
            int cell;
            bool passed_on = false;
        };

        // What the learner had freed of a maker, by one thread, before a span began.
        struct FreedBefore
        {
            const ThreadRecord* record;
            std::vector<ByOrigin> by_earlier; // in the order of Span::earlier
        };

        struct Span
        {
            MakerId maker = tutor;
            int token = 0;
            std::vector<MakerId> own; // its maker and those of the measurements within it
            std::vector<EarlierMaker> earlier;
            SpanFigures settled; // of makers that it had and whose numbers are free again
            std::vector<FreedBefore> freed_before;
            Peaks start; // levels when it began
            Peaks outer; // highest levels of the span around it until then
            std::int64_t others_operations = 0;
        };

        std::vector<Span> spans;
        MakerId source_maker = tutor;
        int cell_number = 0;
        int last_token = 0;
        std::uint32_t last_serial = 0;
        bool numbers_ran_out = false; // a span of this cell shares its maker's number with others

        ByOrigin freed_by_learner(const ThreadRecord& record, MakerId maker)
        {
            ByOrigin freed;
            for (int origin = 0; origin < origin_count; ++origin)
            {
                const Tally& tally = record.tallies[maker].freed_by_learner[origin];
                freed[static_cast<std::size_t>(origin)] = {tally.bytes.read(), tally.blocks.read(), tally.slack.read()};
            }
            return freed;
        }

        bool works_for_this_cell(const ThreadRecord& record)
        {
            return record.runs_cells || record.cell_serial == active_cell.serial.load();
        }

        // From now until the cell ends. The kernel's own threads do not; and when one of them ends meanwhile, its record is not used
        // again for this cell (acquire_thread_record).
        bool may_work_for_this_cell(const ThreadRecord& record)
        {
            return record.runs_cells || record.started_as != tutor || record.ended.load(std::memory_order_acquire);
        }

        std::vector<FreedBefore> freed_so_far(const std::vector<EarlierMaker>& makers)
        {
            std::vector<FreedBefore> before;
            for (const ThreadRecord* record = first_thread_record(); record; record = record->next)
            {
                if (!may_work_for_this_cell(*record))
                {
                    continue;
                }
                FreedBefore freed{record, {}};
                freed.by_earlier.reserve(makers.size());
                for (const EarlierMaker& earlier : makers)
                {
                    freed.by_earlier.push_back(freed_by_learner(*record, earlier.maker));
                }
                before.push_back(std::move(freed));
            }
            return before;
        }

        std::int64_t operations_of_others()
        {
            return active_cell.others_operations.load() + active_cell.others_small_operations.read() +
                   small_operations_of_others();
        }

        // Of those of the span's earlier makers from begin to end.
        void add_freed_earlier(const Span& span, std::size_t begin, std::size_t end, SpanFigures& figures)
        {
            for (const ThreadRecord* record = first_thread_record(); record; record = record->next)
            {
                if (!works_for_this_cell(*record))
                {
                    continue;
                }
                const auto before = std::find_if(span.freed_before.begin(), span.freed_before.end(),
                                                 [&](const FreedBefore& freed) { return freed.record == record; });
                for (std::size_t index = begin; index < end; ++index)
                {
                    const EarlierMaker& earlier = span.earlier[index];
                    if (earlier.passed_on)
                    {
                        continue;
                    }
                    const ByOrigin now = freed_by_learner(*record, earlier.maker);
                    const ByOrigin then = before == span.freed_before.end() ? ByOrigin{} : before->by_earlier[index];
                    std::int64_t bytes = 0;
                    for (std::size_t origin = 0; origin < origin_count; ++origin)
                    {
                        const Amount freed = now[origin] - then[origin];
                        figures.origins[origin].freed_earlier += freed;
                        bytes += freed.bytes;
                    }
                    if (bytes != 0)
                    {
                        figures.freed_earlier_by_cell[earlier.cell] += bytes;
                    }
                }
            }
        }

        // A number that a new span takes may have been an earlier cell's when the spans around it began: what they freed of
        // that one is written down, for from now on the number's books tell of another.
        void settle(MakerId maker)
        {
            for (Span& span : spans)
            {
                for (std::size_t index = 0; index < span.earlier.size(); ++index)
                {
                    if (span.earlier[index].maker == maker)
                    {
                        add_freed_earlier(span, index, index + 1, span.settled);
                        span.earlier[index].passed_on = true;
                    }
                }
            }
        }

        void push_span(MakerId maker)
        {
            settle(maker);
            Span span;
            span.maker = maker;
            numbers_ran_out = numbers_ran_out || maker == earlier_cells;
            span.token = ++last_token;
            span.own = {maker};
            const std::vector<MakerId> all = makers::taken(makers::Kind::learner);
            span.earlier.reserve(all.size());
            for (const MakerId taken : all)
            {
                if (taken != maker)
                {
                    span.earlier.push_back({taken, makers::cell_of(taken)});
                }
            }
            span.freed_before = freed_so_far(span.earlier);
            span.start = levels_now();
            span.outer = peaks_now();
            levels_page.outer_peak = std::max(levels_page.outer_peak, span.outer.total);
            span.others_operations = operations_of_others();
            set_peaks(span.start);
            spans.push_back(std::move(span));
            make_active(maker);
        }

        void add_own(const makers::Sums& sums, SpanFigures& figures)
        {
            for (int origin = 0; origin < origin_count; ++origin)
            {
                figures.origins[origin].made += sums.made[origin];
                figures.origins[origin].freed_own += sums.freed_by_learner[origin] + sums.freed_by_tutor[origin];
            }
        }

        SpanFigures read_span(const Span& span, makers::Sums (*sums_of)(MakerId) = makers::sums)
        {
            SpanFigures figures = span.settled;
            for (const MakerId maker : span.own)
            {
                add_own(sums_of(maker), figures);
            }
            add_freed_earlier(span, 0, span.earlier.size(), figures);
            const Peaks peaks = peaks_now();
            figures.peak_bytes = peaks.total - span.start.total;
            for (std::size_t origin = 0; origin < origin_count; ++origin)
            {
                figures.origins[origin].peak_bytes = peaks.origin[origin] - span.start.origin[origin];
            }
            figures.numbers_ran_out = numbers_ran_out;
            figures.threads_raced = operations_of_others() != span.others_operations;
            return figures;
        }

        // What an ended measurement made is the span's around it.
        void hand_over(const Span& ended, Span& around)
        {
            for (int origin = 0; origin < origin_count; ++origin)
            {
                around.settled.origins[origin].made += ended.settled.origins[origin].made;
                around.settled.origins[origin].freed_own += ended.settled.origins[origin].freed_own;
            }
            for (const MakerId maker : ended.own)
            {
                if (makers::give_back_if_unused(maker))
                {
                    add_own(makers::sums(maker), around.settled);
                }
                else
                {
                    around.own.push_back(maker);
                }
            }
        }

        SpanFigures pop_span()
        {
            const Span span = std::move(spans.back());
            const SpanFigures figures = read_span(span, spans.size() == 1 ? makers::end : makers::sums);
            set_peaks(highest(span.outer, peaks_now()));
            spans.pop_back();
            if (!spans.empty())
            {
                make_active(spans.back().maker);
                hand_over(span, spans.back());
            }
            return figures;
        }
    }

    namespace ledger
    {
        void adopt_this_thread() { here().runs_cells = true; }

        void begin_cell(int number)
        {
            const std::uint32_t serial = ++last_serial;
            const MakerId maker = makers::take(makers::Kind::learner, number, serial);
            source_maker = makers::take(makers::Kind::source, number, serial);
            cell_number = number;
            numbers_ran_out = false;
            reset_levels();
            levels_page.outer_peak = 0;
            active_cell.serial.store(serial);
            active_cell.source_maker = source_maker;
            push_span(maker);
        }

        SpanFigures end_cell()
        {
            while (spans.size() > 1)
            {
                pop_span();
            }
            const SpanFigures figures = pop_span();
            active_cell.serial.store(0);
            make_active(tutor);
            active_cell.source_maker = tutor;
            cell_number = 0;
            return figures;
        }

        int begin_measurement()
        {
            push_span(makers::take(makers::Kind::learner, cell_number, active_cell.serial.load()));
            return spans.back().token;
        }

        SpanFigures end_measurement(int token)
        {
            while (spans.back().token != token)
            {
                pop_span();
            }
            return pop_span();
        }

        SpanFigures read_measurement(int token)
        {
            const auto span =
                std::find_if(spans.begin(), spans.end(), [&](const Span& open) { return open.token == token; });
            return span == spans.end() ? SpanFigures{} : read_span(*span);
        }

        bool measurement_is_open(int token)
        {
            return std::any_of(spans.begin(), spans.end(), [&](const Span& open) { return open.token == token; });
        }

        bool cell_is_running() { return active_cell.serial.load(std::memory_order_relaxed) != 0; }

        int running_cell() { return cell_number; }

        std::uint32_t running_serial() { return active_cell.serial.load(std::memory_order_relaxed); }
    }
}
