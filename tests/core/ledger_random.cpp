// Tests of kernel/core/ledger.cpp: long programs of random steps, checked against a simple model of what the words mean.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <vector>

#include "run_cell.hpp"

namespace xmemory::core
{
    namespace
    {
        constexpr int tutors = -1;

        struct Figures
        {
            std::int64_t made = 0, blocks = 0, freed_own = 0, freed_earlier = 0, peak = 0;
            std::map<int, std::int64_t> by_cell;
        };

        bool operator==(const Figures& left, const Figures& right)
        {
            return left.made == right.made && left.blocks == right.blocks && left.freed_own == right.freed_own
                   && left.freed_earlier == right.freed_earlier && left.peak == right.peak && left.by_cell == right.by_cell;
        }

        std::ostream& operator<<(std::ostream& out, const Figures& figures)
        {
            out << "made " << figures.made << " in " << figures.blocks << ", freed own " << figures.freed_own << ", earlier "
                << figures.freed_earlier << ", peak " << figures.peak << ", by cell";
            for (const auto& [cell, bytes] : figures.by_cell)
                out << " [" << cell << "]: " << bytes;
            return out;
        }

        Figures plain(const SpanFigures& figures)
        {
            const OriginSpan& native = native_of(figures);
            return {native.made.bytes, native.made.blocks, native.freed_own.bytes, native.freed_earlier.bytes,
                    figures.peak_bytes, figures.freed_earlier_by_cell};
        }

        struct ModelBlock
        {
            void* address;
            std::int64_t bytes;
            int span; // index into every span there ever was, or the tutor's
        };

        struct ModelSpan
        {
            int cell;
            int parent; // index, −1 for a cell
            int token;
            std::int64_t start_level;
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
                level_ = open.empty() ? 0 : level_;
                return figures;
            }

            void made(void* address, std::int64_t bytes, bool by_tutor)
            {
                blocks.push_back({address, bytes, by_tutor ? tutors : open.back()});
                if (by_tutor)
                    return;
                level_ += bytes;
                for (const int index : open)
                {
                    Figures& figures = at(index).figures;
                    figures.made += bytes;
                    ++figures.blocks;
                    figures.peak = std::max(figures.peak, level_ - at(index).start_level);
                }
            }

            void freed(std::size_t number, bool by_tutor)
            {
                const ModelBlock block = blocks[number];
                blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(number));
                if (block.span == tutors)
                    return;
                if (!by_tutor || is_within(block.span, open.front()))
                    level_ -= block.bytes;
                for (const int index : open)
                {
                    Figures& figures = at(index).figures;
                    if (is_within(block.span, index))
                        figures.freed_own += block.bytes;
                    else if (!by_tutor)
                    {
                        figures.freed_earlier += block.bytes;
                        figures.by_cell[at(block.span).cell] += block.bytes;
                    }
                }
            }

            std::int64_t in_use(int cell) const
            {
                std::int64_t bytes = 0;
                for (const ModelBlock& block : blocks)
                    bytes += block.span != tutors && spans[static_cast<std::size_t>(block.span)].cell == cell ? block.bytes : 0;
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

            std::int64_t level_ = 0;
        };

        // Everything here but the calls of malloc's family is the tutor's work.
        class RandomProgram
        {
        public:
            explicit RandomProgram(unsigned seed) : random_(seed) {}

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
                for (const ModelBlock& block : model_.blocks)
                    free(block.address);
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
                    make(below(10) == 0);
                else if (kind < 75)
                    release(below(5) == 0);
                else if (kind < 90)
                    resize(below(10) == 0);
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

            void make(bool by_tutor)
            {
                const std::size_t bytes = some_size();
                void* block = nullptr;
                work(by_tutor, [&] { block = malloc(bytes); });
                model_.made(block, static_cast<std::int64_t>(bytes), by_tutor);
            }

            void release(bool by_tutor)
            {
                if (model_.blocks.empty())
                    return;
                const std::size_t number = below(model_.blocks.size());
                work(by_tutor, [&] { free(model_.blocks[number].address); });
                model_.freed(number, by_tutor);
            }

            void resize(bool by_tutor)
            {
                if (model_.blocks.empty())
                    return;
                const std::size_t number = below(model_.blocks.size());
                const std::size_t bytes = some_size() + 1;
                void* block = nullptr;
                work(by_tutor, [&] { block = realloc(model_.blocks[number].address, bytes); });
                model_.freed(number, by_tutor);
                model_.made(block, static_cast<std::int64_t>(bytes), by_tutor);
            }

            void end_measurement()
            {
                const int token = model_.spans[static_cast<std::size_t>(model_.open.back())].token;
                EXPECT_EQ(plain(ledger::read_measurement(token)), model_.spans[static_cast<std::size_t>(model_.open.back())].figures);
                const Figures told = plain(ledger::end_measurement(token));
                EXPECT_EQ(told, model_.end());
            }

            std::mt19937 random_;
            Model model_;
            std::vector<int> cells_;
        };

        class LedgerRandom : public testing::TestWithParam<unsigned>
        {
        };

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
