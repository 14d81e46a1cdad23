#include "magics/death.hpp"

#include <gtest/gtest.h>

#include <csignal>

#include "report/render.hpp"

namespace xmemory::magics
{
    namespace
    {
        core::Death death_in_a_cell()
        {
            core::Death death;
            death.cell = core::Death::Cell{3, "x = '<script>'", 1e9, 50'000'000, std::nullopt};
            death.cell_ran = true;
            death.in_use_bytes = 1'000'000;
            death.peak_bytes = 2'000'000;
            return death;
        }

        TEST(DeathReport, SaysWhichCellAndWhyInOneSentence)
        {
            core::Death death = death_in_a_cell();
            EXPECT_EQ(death_report(death).finding,
                      "The kernel died in [3] and was started again: it was killed from outside.");
            death.cause = core::Death::Cause::out_of_memory;
            EXPECT_EQ(death_report(death).finding,
                      "The kernel died in [3] and was started again: memory ran out, and the system ended it.");
            death.cause = core::Death::Cause::exit;
            death.status = 7;
            death.cell_ran = false;
            EXPECT_EQ(death_report(death).finding,
                      "The kernel died while no cell ran (the last was [3]) and was started again: its own code ended the "
                      "process, with status 7.");
        }

        TEST(DeathReport, AnUnknownSignalHasItsNumber)
        {
            core::Death death;
            death.cause = core::Death::Cause::signal;
            death.signal = -12345;
            EXPECT_EQ(death_report(death).finding,
                      "The kernel died before its first cell and was started again: a fault (signal -12345).");
        }

        TEST(DeathReport, WhatTheCellSaysStaysText)
        {
            EXPECT_EQ(report::render_html(death_report(death_in_a_cell())).find("<script>"), std::string::npos);
        }

        TEST(Predecessor, IsTheYoungestThatRanACell)
        {
            core::Death idle;
            const Predecessor last = predecessor_of({{"youngest", idle}, {"older", death_in_a_cell()}});
            EXPECT_EQ(last.death->cell->number, 3);
            EXPECT_EQ(last.files, (std::vector<std::string>{"youngest", "older"}));
            EXPECT_FALSE(predecessor_of({}).death);
        }
    }
}
