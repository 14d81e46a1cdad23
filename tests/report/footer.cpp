// Tests of kernel/report/footer.cpp. "_" stands for the no-break space.
#include "report/footer.hpp"

#include <gtest/gtest.h>

#include "report/render.hpp"

namespace xmemory::report
{
    namespace
    {
        std::string shown(std::string text)
        {
            for (std::size_t at = text.find("\u00a0"); at != std::string::npos; at = text.find("\u00a0"))
                text.replace(at, 2, "_");
            return text;
        }

        std::string sentence(const CellRecord& record) { return shown(render_text(footer(record))); }

        CellRecord cell(std::int64_t peak_bytes, std::int64_t kept_bytes, std::map<int, std::int64_t> freed = {})
        {
            CellRecord record;
            record.cell = 9;
            record.figures = Figures{};
            record.figures->peak_bytes = peak_bytes;
            record.figures->kept_bytes = kept_bytes;
            record.figures->origins[0].kept_bytes = kept_bytes;
            for (const auto& [number, bytes] : freed)
                record.figures->freed_earlier_bytes += bytes;
            record.figures->freed_earlier_by_cell = std::move(freed);
            return record;
        }

        CellRecord with_native(CellRecord record, std::int64_t native_bytes)
        {
            record.figures->origins[0].kept_bytes = record.figures->kept_bytes - native_bytes;
            record.figures->origins[2].kept_bytes = native_bytes;
            return record;
        }

        CellRecord with_status(CellRecord record, const std::string& status)
        {
            record.status = status;
            return record;
        }

        TEST(Footer, SaysWhatIsKept)
        {
            EXPECT_EQ(sentence(cell(0, 0)), "Memory: kept nothing.");
            EXPECT_EQ(sentence(cell(999, 999)), "Memory: kept under 1_kB.");
            EXPECT_EQ(sentence(cell(1000, 1000)), "Memory: kept 1.00_kB.");
            EXPECT_EQ(sentence(cell(81'200, 81'200)), "Memory: kept 81.2_kB.");
        }

        TEST(Footer, NamesThePeakWhereItIsLargeAndTwiceWhatIsKept)
        {
            EXPECT_EQ(sentence(cell(64'012'352, 2112)), "Memory: needed 64.0_MB while running, kept 2.11_kB.");
            EXPECT_EQ(sentence(cell(100'000, 50'000)), "Memory: needed 100_kB while running, kept 50.0_kB.");
            EXPECT_EQ(sentence(cell(99'999, 0)), "Memory: kept nothing.");
            EXPECT_EQ(sentence(cell(199'999, 100'000)), "Memory: kept 100_kB.");
        }

        TEST(Footer, SaysAtLeastOfAPeakThatSeveralThreadsMade)
        {
            CellRecord record = cell(64'000'000, 0);
            record.exact = false;
            record.why = "several threads allocated at once";
            EXPECT_EQ(sentence(record), "Memory: needed at least 64.0_MB while running, kept nothing.");
        }

        TEST(Footer, SaysWhereAllOfItIsNative)
        {
            EXPECT_EQ(sentence(with_native(cell(800'000'112, 800'000'112), 800'000'000)),
                      "Memory: kept 800_MB, all native (C code such as numpy).");
            EXPECT_EQ(sentence(with_native(cell(800'000'000, 800'000'000), 799'000'000)), "Memory: kept 800_MB.");
            EXPECT_EQ(sentence(with_native(cell(5000, 5000), 5000)), "Memory: kept 5.00_kB.");
        }

        TEST(Footer, SaysWhoseMemoryWasFreed)
        {
            EXPECT_EQ(sentence(cell(0, 0, {{4, 800'000'000}})), "Memory: freed 800_MB made by [4], kept nothing.");
            EXPECT_EQ(sentence(cell(0, 0, {{0, 800'000'000}})), "Memory: freed 800_MB made by earlier cells, kept nothing.");
        }

        TEST(Footer, KnowsTheLastRunOfTheSameCell)
        {
            CellRecord record = cell(40'000'000, 40'000'000, {{7, 40'000'000}});
            record.last_run = 7;
            EXPECT_EQ(sentence(record), "Memory: kept 40.0_MB, freed 40.0_MB from its last run.");
        }

        TEST(Footer, PutsTheLargerOfKeptAndFreedFirst)
        {
            EXPECT_EQ(sentence(cell(1'000'000, 1'000'000, {{4, 2'000'000}})),
                      "Memory: freed 2.00_MB made by [4], kept 1.00_MB.");
            EXPECT_EQ(sentence(cell(2'000'000, 2'000'000, {{4, 1'000'000}})),
                      "Memory: kept 2.00_MB, freed 1.00_MB made by [4].");
        }

        TEST(Footer, NamesTheThreeCellsThatLostMost)
        {
            EXPECT_EQ(sentence(cell(0, 0, {{1, 200'000}, {2, 300'000}})),
                      "Memory: freed 500_kB made by [2] and [1], kept nothing.");
            EXPECT_EQ(sentence(cell(0, 0, {{1, 1'000'000}, {2, 2'000'000}, {3, 3'000'000}, {4, 4'000'000}, {5, 5'000'000}})),
                      "Memory: freed 15.0_MB made by [5], [4], [3] and 2 more, kept nothing.");
        }

        TEST(Footer, DoesNotCountTheCellsBehindEarlierCells)
        {
            EXPECT_EQ(sentence(cell(0, 0, {{0, 1'000'000}, {2, 2'000'000}, {3, 3'000'000}, {4, 4'000'000}})),
                      "Memory: freed 10.0_MB made by [4], [3], [2] and others, kept nothing.");
        }

        TEST(Footer, LeavesCrumbsToTheDetails)
        {
            EXPECT_EQ(sentence(cell(0, 0, {{3, 200}, {4, 800'000'000}})), "Memory: freed 800_MB made by [4], kept nothing.");
            EXPECT_EQ(sentence(cell(0, 0, {{3, 200}})), "Memory: kept nothing.");
            EXPECT_EQ(sentence(cell(0, 0, {{3, 60'000}, {4, 50'000}})),
                      "Memory: freed 110_kB made by [3] and [4], kept nothing.");
        }

        TEST(Footer, PointsAtWhatAFailedCellKept)
        {
            EXPECT_EQ(sentence(with_status(cell(8'000'000, 8'000'000), "error")),
                      "Memory: kept 8.00_MB although the cell failed. See %memory cells.");
            EXPECT_EQ(sentence(with_status(cell(8'000'000, 8'000'000), "interrupted")),
                      "Memory: kept 8.00_MB although the cell was interrupted. See %memory cells.");
            EXPECT_EQ(
                sentence(with_status(with_native(cell(8'000'000, 8'000'000), 8'000'000), "error")),
                "Memory: kept 8.00_MB, all native (C code such as numpy), although the cell failed. See %memory cells.");
            EXPECT_EQ(sentence(with_status(cell(2000, 2000), "error")), "Memory: kept 2.00_kB.");
        }

        TEST(Footer, SaysThatTheLimitStoppedTheCell)
        {
            EXPECT_EQ(sentence(with_status(cell(1'070'000'000, 0), "over_limit")),
                      "Memory: stopped at the memory limit, needed 1.07_GB while running, kept nothing.");
        }

        TEST(Footer, OwnsUpToGrowthThatItDidNotSee)
        {
            CellRecord record = cell(1200, 1200);
            record.unseen_bytes = 3'100'000'000;
            EXPECT_EQ(sentence(record), "Memory: kept 1.20_kB; the process grew 3.10_GB more, unseen by us.");
            record.unseen_bytes = 49'999'999;
            EXPECT_EQ(sentence(record), "Memory: kept 1.20_kB.");
        }

        TEST(Footer, NamesMemoryThatCodeMapsItselfOnceTheSystemReallyHoldsIt)
        {
            CellRecord record = cell(1200, 1200);
            record.mapped_bytes = 1'073'741'824;
            record.resident_mapped_delta_bytes = 0;
            EXPECT_EQ(sentence(record), "Memory: kept 1.20_kB.");
            EXPECT_FALSE(footer_is_shown(record, FooterMode::automatic));
            record.resident_mapped_delta_bytes = 46'145'536;
            EXPECT_EQ(sentence(record), "Memory: kept 1.20_kB; memory that code maps itself grew by 46.1_MB.");
            EXPECT_TRUE(footer_is_shown(record, FooterMode::automatic));
        }

        TEST(Footer, SaysUnknownAndWhy)
        {
            CellRecord record;
            record.exact = false;
            record.why = "PYTHONMALLOC took the hooks away.";
            EXPECT_EQ(sentence(record), "Memory: unknown, because PYTHONMALLOC took the hooks away.");
            record.why.clear();
            EXPECT_EQ(sentence(record), "Memory: unknown.");
        }

        TEST(Footer, MakesLargeNumbersBoldAndSmallOnesNot)
        {
            EXPECT_EQ(shown(footer(cell(64'000'000, 2112)).finding),
                      "Memory: needed **64.0_MB** while running, kept 2.11_kB.");
            EXPECT_EQ(shown(footer(cell(0, 0, {{4, 800'000'000}})).finding),
                      "Memory: freed **800_MB** made by [4], kept nothing.");
        }

        TEST(Footer, CarriesTheRecordAsData)
        {
            const Document document = footer(cell(64'000'000, 2112));
            EXPECT_EQ(document.kind, "footer");
            EXPECT_TRUE(document.folded);
            EXPECT_EQ(document.data, to_json(cell(64'000'000, 2112)));
        }

        TEST(FooterMode, IsReadAndWrittenInTheSameWords)
        {
            for (const char* word : {"auto", "on", "off"})
                EXPECT_EQ(to_string(footer_mode_from(word).value()), word);
            EXPECT_FALSE(footer_mode_from("automatic"));
            EXPECT_FALSE(footer_mode_from(""));
        }

        TEST(FooterIsShown, AutomaticallyWhereSomethingHappened)
        {
            const auto automatic = [](const CellRecord& record) { return footer_is_shown(record, FooterMode::automatic); };
            EXPECT_FALSE(automatic(cell(999'999, 99'999, {{4, 99'999}})));
            EXPECT_TRUE(automatic(cell(1'000'000, 0)));
            EXPECT_TRUE(automatic(cell(0, 100'000)));
            EXPECT_TRUE(automatic(cell(0, 0, {{4, 100'000}})));
            EXPECT_TRUE(automatic(with_status(cell(0, 0), "over_limit")));
            EXPECT_TRUE(automatic(CellRecord{}));
            CellRecord unseen = cell(0, 0);
            unseen.unseen_bytes = 50'000'000;
            EXPECT_TRUE(automatic(unseen));
        }

        TEST(FooterIsShown, AlwaysWhenOnAndNeverWhenOff)
        {
            EXPECT_TRUE(footer_is_shown(cell(0, 0), FooterMode::on));
            EXPECT_FALSE(footer_is_shown(cell(0, 800'000'000), FooterMode::off));
        }
    }
}
