// Tests of kernel/report/footer_details.cpp. "_" stands for the no-break space.
#include "report/footer_details.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        using Words = std::vector<std::string>;

        std::string shown(std::string text)
        {
            for (std::size_t at = text.find("\u00a0"); at != std::string::npos; at = text.find("\u00a0"))
                text.replace(at, 2, "_");
            return text;
        }

        std::vector<Words> rows_of(const CellRecord& record)
        {
            std::vector<Words> rows;
            for (const Part& part : footer_details(record))
                if (const auto* table = std::get_if<Table>(&part))
                    for (const auto& row : table->rows)
                    {
                        rows.emplace_back();
                        for (const Entry& entry : row)
                            rows.back().push_back(shown(entry.text));
                    }
            return rows;
        }

        bool has_row(const CellRecord& record, const Words& wanted)
        {
            const auto rows = rows_of(record);
            return std::find(rows.begin(), rows.end(), wanted) != rows.end();
        }

        bool has_label(const CellRecord& record, const std::string& label)
        {
            const auto rows = rows_of(record);
            return std::any_of(rows.begin(), rows.end(), [&](const Words& row) { return row[0] == label; });
        }

        CellRecord sample()
        {
            CellRecord record;
            record.cell = 9;
            Figures figures;
            figures.kept_bytes = 2112;
            figures.peak_bytes = 64'012'352;
            figures.set_aside_kept_bytes = 2176;
            figures.allocated_bytes = 128'000'000;
            figures.allocated_blocks = 1'000'214;
            figures.origins[0].kept_bytes = 1000;
            figures.origins[1].kept_bytes = 1000;
            figures.origins[2].kept_bytes = 112;
            figures.origins[1].allocated_bytes = 64'000'000;
            figures.origins[2].allocated_bytes = 64'000'000;
            record.figures = figures;
            return record;
        }

        TEST(FooterDetails, GiveEachFactAsPeopleReadItAndToTheByte)
        {
            EXPECT_TRUE(has_row(sample(), {"kept at the end", "2.11_kB", "2,112_B", ""}));
            EXPECT_TRUE(has_row(sample(), {"most while running", "64.0_MB", "64,012,352_B", ""}));
            EXPECT_TRUE(has_row(sample(), {"taken in total", "128_MB", "128,000,000_B", "1,000,214 allocations"}));
            EXPECT_TRUE(has_row(sample(), {"__set aside for it", "2.18_kB", "2,176_B", "rounding 3.0_%"}));
        }

        TEST(FooterDetails, CountSmallAndLargeObjectsAsPython)
        {
            EXPECT_TRUE(has_row(sample(), {"__of it Python", "2.00_kB", "2,000_B", ""}));
            EXPECT_TRUE(has_row(sample(), {"__of it native", "112_B", "112_B", ""}));
            EXPECT_TRUE(has_row(sample(), {"__of it native", "64.0_MB", "64,000,000_B", ""}));
        }

        TEST(FooterDetails, DoNotRepeatAFigureThatIsAllOfOneKind)
        {
            CellRecord record = sample();
            record.figures->origins[0].kept_bytes = record.figures->origins[1].kept_bytes = 0;
            record.figures->origins[2].kept_bytes = 2112;
            record.figures->origins[1].allocated_bytes = 0;
            record.figures->origins[2].allocated_bytes = 128'000'000;
            EXPECT_FALSE(has_label(record, "__of it native"));
            EXPECT_TRUE(has_row(record, {"kept at the end", "2.11_kB", "2,112_B", "all native"}));
            EXPECT_TRUE(has_row(record, {"taken in total", "128_MB", "128,000,000_B", "1,000,214 allocations, all native"}));

            std::swap(record.figures->origins[0], record.figures->origins[2]);
            EXPECT_FALSE(has_label(record, "__of it Python"));
            EXPECT_TRUE(has_row(record, {"kept at the end", "2.11_kB", "2,112_B", ""}));
        }

        TEST(FooterDetails, SayAtLeastAndWhyWhereThePeakIsNotExact)
        {
            CellRecord record = sample();
            record.exact = false;
            record.why = "several threads allocated at once";
            EXPECT_TRUE(has_row(record, {"most while running", "64.0_MB", "64,012,352_B", "at least"}));
            const auto parts = footer_details(record);
            ASSERT_TRUE(std::holds_alternative<Paragraph>(parts.back()));
            EXPECT_EQ(std::get<Paragraph>(parts.back()).text, "At least, because several threads allocated at once.");
        }

        TEST(FooterDetails, HaveARowForEachCellWhoseMemoryWasFreed)
        {
            CellRecord record = sample();
            record.last_run = 7;
            record.figures->freed_earlier_by_cell = {{0, 30}, {4, 800'000'000}, {7, 20}};
            EXPECT_TRUE(has_row(record, {"freed, made by [4]", "800_MB", "800,000,000_B", ""}));
            EXPECT_TRUE(has_row(record, {"freed, from its last run", "20_B", "20_B", ""}));
            EXPECT_TRUE(has_row(record, {"freed, made by earlier cells", "30_B", "30_B", ""}));
        }

        TEST(FooterDetails, NameTheSourceOnlyWhereItIsKnownAndNotNothing)
        {
            CellRecord record = sample();
            EXPECT_FALSE(has_label(record, "source"));
            record.source_bytes = 0;
            EXPECT_FALSE(has_label(record, "source"));
            record.source_bytes = 300;
            EXPECT_TRUE(has_row(record, {"source", "300_B", "300_B", "what compiling left in use"}));
        }

        TEST(FooterDetails, SignTheGrowthOfTheProcess)
        {
            CellRecord record = sample();
            record.resident_delta_bytes = 61'200'000;
            EXPECT_TRUE(has_row(record, {"process (RSS)", "+61.2_MB", "+61,200,000_B", "why? %memory explain rss"}));
            record.resident_delta_bytes = -4096;
            EXPECT_TRUE(has_row(record, {"process (RSS)", "−4.10_kB", "−4,096_B", "why? %memory explain rss"}));
        }

        TEST(FooterDetails, HaveRowsForWhatWasMappedPastTheAllocatorsWhereThereIsAny)
        {
            CellRecord record = sample();
            record.mapped_bytes = record.unmapped_earlier_bytes = record.resident_mapped_delta_bytes = 0;
            for (const char* label : {"mapped besides", "unmapped", "__really in memory"})
                EXPECT_FALSE(has_label(record, label)) << label;
            record.mapped_bytes = 1'073'741'824;
            record.unmapped_earlier_bytes = 4096;
            record.resident_mapped_delta_bytes = -8192;
            EXPECT_TRUE(has_row(record, {"mapped besides", "1.07_GB", "1,073,741,824_B", "by code itself, in advance"}));
            EXPECT_TRUE(has_row(record, {"unmapped", "4.10_kB", "4,096_B", "mapped by earlier cells"}));
            EXPECT_TRUE(
                has_row(record, {"__really in memory", "−8.19_kB", "−8,192_B", "of all that is mapped so"}));
        }

        TEST(FooterDetails, AddUpCollectionsInOneRow)
        {
            CellRecord record = sample();
            record.gc = {{0, 2, 10, 0, std::nullopt}, {2, 1, 5, 3, std::nullopt}};
            EXPECT_TRUE(has_row(record, {"garbage collector", "3 runs", "", "collected 15 objects, 3 uncollectable"}));
            record.gc = {{0, 0, 0, 0, std::nullopt}};
            EXPECT_FALSE(has_label(record, "garbage collector"));
        }

        TEST(FooterDetails, SayHowLongCollectionsTookWhereThatIsKnown)
        {
            CellRecord record = sample();
            record.gc = {{0, 2, 10, 0, 0.001, 0.0008}, {2, 1, 5, 0, 0.03, 0.03}};
            EXPECT_TRUE(has_row(record, {"garbage collector", "3 runs", "31_ms", "collected 15 objects"}));
            record.gc[1].seconds.reset();
            EXPECT_TRUE(has_row(record, {"garbage collector", "3 runs", "", "collected 15 objects"}));
        }

        const Details* details_of(const std::vector<Part>& parts, const std::string& summary)
        {
            for (const Part& part : parts)
                if (const auto* details = std::get_if<Details>(&part); details && details->summary == summary)
                    return details;
            return nullptr;
        }

        TEST(FooterDetails, ListTenCollectionsAndTellOfTheRest)
        {
            CellRecord record = sample();
            record.gc = {{0, 120, 0, 0, 0.2, 0.05}};
            record.collections.emplace(100, Collection{0, 0.001, 7, 0, false});
            (*record.collections)[1].asked_for = true;
            const std::vector<Part> parts = footer_details(record);
            const Details* details = details_of(parts, "runs of the garbage collector");
            ASSERT_NE(details, nullptr);
            const auto& rows = std::get<Table>(details->parts.at(0)).rows;
            ASSERT_EQ(rows.size(), 10u);
            EXPECT_EQ(rows[0].at(4).text, "automatic");
            EXPECT_EQ(rows[1].at(4).text, "gc.collect()");
            EXPECT_EQ(shown(std::get<Paragraph>(details->parts.at(1)).text), "And 110 more. The longest pause was 50_ms.");
            record.collections->clear();
            record.gc.clear();
            EXPECT_EQ(details_of(footer_details(record), "runs of the garbage collector"), nullptr);
        }

        TEST(FooterDetails, EndWithWhatACollectionLetGo)
        {
            CellRecord record = sample();
            record.told_collection = std::make_shared<const Details>(Details{"gc.collect(): Freed 5 B.", {}});
            const std::vector<Part> parts = footer_details(record);
            EXPECT_EQ(std::get<Details>(parts.back()).summary, "gc.collect(): Freed 5 B.");
        }

        TEST(FooterDetails, OfAnUnknownRecordHoldNoFigureThatIsNotKnown)
        {
            CellRecord record;
            record.exact = false;
            record.why = "the hooks are gone";
            EXPECT_TRUE(footer_details(record).empty());
            record.resident_delta_bytes = 5000;
            EXPECT_EQ(rows_of(record).size(), 1u);
            EXPECT_TRUE(has_row(record, {"process (RSS)", "+5.00_kB", "+5,000_B", "why? %memory explain rss"}));
        }
    }
}
