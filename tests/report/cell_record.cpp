// Tests of kernel/report/cell_record.cpp, against share/xmemory/report.schema.json.
#include "report/cell_record.hpp"

#include <fstream>
#include <set>

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        using nlohmann::json;

        std::set<std::string> keys_of(const json& object)
        {
            std::set<std::string> keys;
            for (const auto& item : object.items())
                keys.insert(item.key());
            return keys;
        }

        json schema()
        {
            std::ifstream file(REPORT_SCHEMA);
            return json::parse(file);
        }

        std::set<std::string> required_by(const json& part_of_schema)
        {
            return part_of_schema.at("required").get<std::set<std::string>>();
        }

        CellRecord record_with_figures()
        {
            CellRecord record;
            record.cell = 7;
            record.figures = Figures{};
            record.figures->peak_bytes = 64'012'352;
            record.figures->kept_bytes = 2112;
            record.figures->freed_earlier_by_cell = {{0, 5}, {4, 800'000'000}};
            record.figures->origins[2].kept_bytes = 112;
            record.gc = {{2, 1, 10'000, 0, std::nullopt}};
            record.source_bytes = 300;
            return record;
        }

        TEST(CellRecordJson, HasExactlyTheFieldsThatTheSchemaRequires)
        {
            const json record = to_json(record_with_figures());
            const json wanted = schema();
            EXPECT_EQ(keys_of(record), required_by(wanted));
            EXPECT_EQ(keys_of(record.at("origins").at("native")), required_by(wanted.at("$defs").at("origin")));
            EXPECT_EQ(keys_of(record.at("gc").at(0)), required_by(wanted.at("$defs").at("collections")));
        }

        TEST(CellRecordJson, SaysWhatHappenedToTheByte)
        {
            const json record = to_json(record_with_figures());
            EXPECT_EQ(record.at("schema"), 1);
            EXPECT_EQ(record.at("cell"), 7);
            EXPECT_EQ(record.at("exact"), true);
            EXPECT_EQ(record.at("peak_bytes"), 64'012'352);
            EXPECT_EQ(record.at("freed_earlier_by_cell"), json({{"0", 5}, {"4", 800'000'000}}));
            EXPECT_EQ(record.at("origins").at("native").at("kept_bytes"), 112);
            EXPECT_EQ(record.at("origins").at("python_small").at("kept_bytes"), 0);
            EXPECT_EQ(record.at("source_bytes"), 300);
        }

        TEST(CellRecordJson, IsNullWhereNothingIsKnownAndNeverZero)
        {
            CellRecord unknown;
            unknown.exact = false;
            unknown.why = "the hooks are gone";
            const json record = to_json(unknown);
            for (const char* field : {"peak_bytes", "kept_bytes", "origins", "freed_earlier_by_cell", "source_bytes",
                                      "arenas_gained", "resident_delta_bytes", "unseen_bytes", "still_in_use_bytes", "mapped_bytes",
                                      "unmapped_earlier_bytes", "resident_mapped_delta_bytes", "background_bytes"})
                EXPECT_TRUE(record.at(field).is_null()) << field;
            EXPECT_EQ(record.at("why"), "the hooks are gone");
            EXPECT_TRUE(to_json(record_with_figures()).at("gc").at(0).at("seconds").is_null());
        }

        TEST(CellRecordJson, ListsCollectionsAndSaysHowManyMoreThereWere)
        {
            CellRecord record = record_with_figures();
            EXPECT_TRUE(to_json(record).at("collections").is_null());
            EXPECT_TRUE(to_json(record).at("more_collections").is_null());
            record.gc = {{0, 3, 10, 1, 0.5, 0.25}};
            record.collections = {{0, 0.25, 7, 1, true}, {0, 0.125, 3, 0, false}};
            const json written = to_json(record);
            EXPECT_EQ(written.at("gc").at(0).at("longest_seconds"), 0.25);
            EXPECT_EQ(written.at("more_collections"), 1);
            EXPECT_EQ(keys_of(written.at("collections").at(0)), required_by(schema().at("$defs").at("collection")));
            EXPECT_EQ(
                written.at("collections").at(0),
                json({{"generation", 0}, {"seconds", 0.25}, {"collected", 7}, {"uncollectable", 1}, {"asked_for", true}}));
        }

        TEST(CellRecordJson, IsNotExactWithoutFigures)
        {
            const json record = to_json(CellRecord{});
            EXPECT_EQ(record.at("exact"), false);
            EXPECT_FALSE(record.at("why").get<std::string>().empty());
        }

        TEST(CellRecordJson, HasAnEmptyObjectWhereNoEarlierCellLostAnything)
        {
            EXPECT_EQ(to_json(Figures{}).at("freed_earlier_by_cell"), json::object());
            EXPECT_EQ(to_json(record_with_figures()).at("still_in_use_bytes"), nullptr);
        }
    }
}
