// Tests of kernel/core/ledger.cpp: long programs of random steps, checked against a simple model of what the words mean.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <random>
#include <vector>

#include "core/malloc_block.hpp"
#include "run_cell.hpp"
#include "small_blocks.hpp"

namespace xmemory::core
{
    namespace
    {
        constexpr int tutors = -1;

        struct Figures
        {
            std::int64_t made = 0, blocks = 0, freed_own = 0, freed_earlier = 0, peak = 0;
            std::array<std::int64_t, origin_count> origin_peaks{};
            std::map<int, std::int64_t> by_cell;
        };

        bool operator==(const Figures& left, const Figures& right)
        {
            return left.made == right.made && left.blocks == right.blocks && left.freed_own == right.freed_own &&
                   left.freed_earlier == right.freed_earlier && left.peak == right.peak &&
                   left.origin_peaks == right.origin_peaks && left.by_cell == right.by_cell;
        }

        std::ostream& operator<<(std::ostream& out, const Figures& figures)
        {
            out << "made " << figures.made << " in " << figures.blocks << ", freed own " << figures.freed_own << ", earlier "
                << figures.freed_earlier << ", peak " << figures.peak << " of " << figures.origin_peaks[0] << " small, "
                << figures.origin_peaks[1] << " large, " << figures.origin_peaks[2] << " native, by cell";
            for (const auto& [cell, bytes] : figures.by_cell)
                out << " [" << cell << "]: " << bytes;
            return out;
        }

        Figures plain(const SpanFigures& told)
        {
            Figures figures;
            for (std::size_t index = 0; index < origin_count; ++index)
            {
                const OriginSpan& origin = told.origins[index];
                figures.made += origin.made.bytes;
                figures.blocks += origin.made.blocks;
                figures.freed_own += origin.freed_own.bytes;
                figures.freed_earlier += origin.freed_earlier.bytes;
                figures.origin_peaks[index] = origin.peak_bytes;
            }
            figures.peak = told.peak_bytes;
            figures.by_cell = told.freed_earlier_by_cell;
            return figures;
        }

        struct ModelBlock
        {
            void* address; // of malloc's
            int place;     // of a small block
            Origin origin;
            std::int64_t bytes;
            int span; // index into every span there ever was, or the tutor's
        };

        struct Level
        {
            std::int64_t total = 0;
            std::array<std::int64_t, origin_count> origin{};

            void move(Origin which, std::int64_t bytes)
            {
                total += bytes;
                origin[static_cast<std::size_t>(which)] += bytes;
            }
        };

        struct ModelSpan
        {
            int cell;
            int parent; // index, −1 for a cell
            int token;
            Level start;
            Figures figures;
        };

        // The definitions of the words, written down once more and as plainly as can be.
        class Model
        {
        public:
            std::vector<ModelBlock> blocks;
            std::vector<ModelSpan> spans;
            std::vector<int> open;

            void begin(int cell, int token)
            {
                spans.push_back({cell, open.empty() ? -1 : open.back(), token, level_, {}});
                open.push_back(static_cast<int>(spans.size()) - 1);
            }

            Figures end()
            {
                const Figures figures = spans[static_cast<std::size_t>(open.back())].figures;
                open.pop_back();
                level_ = open.empty() ? Level{} : level_;
                return figures;
            }

            void made(ModelBlock block, bool by_tutor)
            {
                block.span = by_tutor ? tutors : open.back();
                blocks.push_back(block);
                if (by_tutor)
                    return;
                level_.move(block.origin, block.bytes);
                for (const int index : open)
                {
                    Figures& figures = at(index).figures;
                    const Level& start = at(index).start;
                    figures.made += block.bytes;
                    ++figures.blocks;
                    figures.peak = std::max(figures.peak, level_.total - start.total);
                    for (std::size_t origin = 0; origin < origin_count; ++origin)
                        figures.origin_peaks[origin] =
                            std::max(figures.origin_peaks[origin], level_.origin[origin] - start.origin[origin]);
                }
            }

            void freed(std::size_t number, bool by_tutor)
            {
                const ModelBlock block = blocks[number];
                blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(number));
                if (block.span == tutors)
                    return;
                if (!by_tutor || is_within(block.span, open.front()))
                    level_.move(block.origin, -block.bytes);
                for (const int index : open)
                {
                    Figures& figures = at(index).figures;
                    if (is_within(block.span, index))
                        figures.freed_own += block.bytes;
                    else if (!by_tutor)
                    {
                        figures.freed_earlier += block.bytes;
                        if (block.bytes != 0)
                            figures.by_cell[at(block.span).cell] += block.bytes;
                    }
                }
            }

            std::int64_t in_use(int cell) const
            {
                std::int64_t bytes = 0;
                for (const ModelBlock& block : blocks)
                    bytes +=
                        block.span != tutors && spans[static_cast<std::size_t>(block.span)].cell == cell ? block.bytes : 0;
                return bytes;
            }

        private:
            ModelSpan& at(int index) { return spans[static_cast<std::size_t>(index)]; }

            bool is_within(int span, int outer)
            {
                while (span > outer)
                    span = at(span).parent;
                return span == outer;
            }

            Level level_;
        };

        // Everything here but making and giving back blocks is the tutor's work.
        class RandomProgram
        {
        public:
            explicit RandomProgram(unsigned seed) : random_(seed), places_(SmallBlocks::count)
            {
                std::iota(places_.begin(), places_.end(), 0);
            }

            void run_cell_of(int steps)
            {
                const int cell = next_cell();
                cells_.push_back(cell);
                ledger::adopt_this_thread();
                ledger::begin_cell(cell);
                model_.begin(cell, 0);
                for (int step = 0; step < steps; ++step)
                    take_step(cell);
                while (model_.open.size() > 1)
                    end_measurement();
                const Figures told = plain(ledger::end_cell());
                EXPECT_EQ(told, model_.end()) << "cell " << cell;
                for (const int each : cells_)
                    ASSERT_EQ(ledger::still_in_use(each).bytes, model_.in_use(each)) << "cell " << each;
            }

            void free_everything()
            {
                while (!model_.blocks.empty())
                {
                    give_back(model_.blocks.back());
                    model_.blocks.pop_back();
                }
                for (const int cell : cells_)
                    EXPECT_EQ(ledger::still_in_use(cell).blocks, 0);
            }

        private:
            std::size_t below(std::size_t end) { return random_() % end; }

            std::size_t some_size() { return below(10) == 0 ? below(300'000) : below(2000); }

            void take_step(int cell)
            {
                const std::size_t kind = below(100);
                if (kind < 45)
                    make_some(below(10) == 0);
                else if (kind < 75)
                    release_one(below(5) == 0);
                else if (kind < 90)
                    resize_one(below(10) == 0);
                else if (kind < 95 && model_.open.size() < 6)
                    model_.begin(cell, ledger::begin_measurement());
                else if (kind >= 95 && model_.open.size() > 1)
                    end_measurement();
            }

            template <typename Work>
            void work(bool by_tutor, Work work)
            {
                if (by_tutor)
                    return work();
                const LearnerScope scope;
                work();
            }

            ModelBlock make(std::size_t bytes)
            {
                ModelBlock block{nullptr, 0, static_cast<Origin>(below(origin_count)), static_cast<std::int64_t>(bytes), 0};
                if (block.origin == Origin::python_small && !places_.empty())
                {
                    block.place = places_.back();
                    block.bytes = 1 + block.bytes % static_cast<std::int64_t>(SmallBlocks::class_size);
                    places_.pop_back();
                    small_.make(block.place, static_cast<std::size_t>(block.bytes));
                    return block;
                }
                block.origin = block.origin == Origin::python_small ? Origin::native : block.origin;
                block.address = malloc_block::make(bytes, block.origin);
                return block;
            }

            void give_back(const ModelBlock& block)
            {
                if (block.origin != Origin::python_small)
                    return malloc_block::release(block.address);
                small_.release(block.place);
                places_.push_back(block.place);
            }

            void make_some(bool by_tutor)
            {
                const std::size_t bytes = some_size();
                ModelBlock block{};
                work(by_tutor, [&] { block = make(bytes); });
                model_.made(block, by_tutor);
            }

            void release_one(bool by_tutor)
            {
                if (model_.blocks.empty())
                    return;
                const std::size_t number = below(model_.blocks.size());
                work(by_tutor, [&] { give_back(model_.blocks[number]); });
                model_.freed(number, by_tutor);
            }

            void resize_one(bool by_tutor)
            {
                if (model_.blocks.empty())
                    return;
                const std::size_t number = below(model_.blocks.size());
                ModelBlock block = model_.blocks[number];
                if (block.origin == Origin::python_small)
                    return;
                block.bytes = static_cast<std::int64_t>(some_size());
                work(by_tutor,
                     [&] {
                         block.address =
                             malloc_block::resize(block.address, static_cast<std::size_t>(block.bytes), Origin::native);
                     });
                model_.freed(number, by_tutor);
                model_.made(block, by_tutor);
            }

            void end_measurement()
            {
                const int token = model_.spans[static_cast<std::size_t>(model_.open.back())].token;
                EXPECT_EQ(plain(ledger::read_measurement(token)),
                          model_.spans[static_cast<std::size_t>(model_.open.back())].figures);
                const Figures told = plain(ledger::end_measurement(token));
                EXPECT_EQ(told, model_.end());
            }

            std::mt19937 random_;
            Model model_;
            std::vector<int> cells_;
            SmallBlocks small_;
            std::vector<int> places_;
        };

        class LedgerRandom : public testing::TestWithParam<unsigned>
        {};

        TEST_P(LedgerRandom, CellsAndNestedMeasurementsAgreeWithTheModel)
        {
            RandomProgram program(GetParam());
            for (int cell = 0; cell < 40 && !HasFailure(); ++cell)
                program.run_cell_of(250);
            program.free_everything();
        }

        INSTANTIATE_TEST_SUITE_P(Seeds, LedgerRandom, testing::Range(1u, 13u));
    }
}
