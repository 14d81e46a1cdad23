// Tests of magics/structure_words.cpp: what is said of structures follows from their figures.
#include "magics/structure_words.hpp"

#include <gtest/gtest.h>

namespace xmemory::magics
{
    namespace
    {
        const StructureWords numbers = {"100,000 numbers", "number", false};

        CollectionRow row(const std::string& name, std::int64_t bytes, std::int64_t with_item_bytes, double missing_seconds)
        {
            CollectionRow row;
            row.name = name;
            row.bytes = bytes;
            row.with_item_bytes = with_item_bytes;
            row.held = 100'000;
            row.missing_seconds = missing_seconds;
            return row;
        }

        CollectionRow refused(const std::string& name, const std::string& why)
        {
            CollectionRow row;
            row.name = name;
            row.not_possible = why;
            return row;
        }

        std::vector<CollectionRow> rows()
        {
            return {row("list", 800'056, 4'000'056, 2.4e-3),  row("tuple", 800'040, 4'000'040, 2.4e-3),
                    row("set", 4'194'520, 7'394'520, 6e-9),   row("frozenset", 4'194'520, 7'394'520, 9e-9),
                    row("dict", 5'242'960, 8'442'960, 13e-9), row("array", 800'144, 800'144, 17e-3)};
        }

        TEST(StructuresFinding, ListSetAndDict)
        {
            EXPECT_EQ(structures_finding(rows(), numbers),
                      "A list needs **800\u00a0kB** for 100,000 numbers, a set **4.19\u00a0MB** and a dict "
                      "**5.24\u00a0MB**; but the "
                      "set finds a missing number about 400,000 times as fast as the list.");
        }

        TEST(StructuresFinding, NoFasterWhereItIsNot)
        {
            std::vector<CollectionRow> few = rows();
            few[0].missing_seconds = 20e-9;
            EXPECT_EQ(structures_finding(few, {"1 number", "number", false}),
                      "A list needs **800\u00a0kB** for 1 number, a set **4.19\u00a0MB** and a dict **5.24\u00a0MB**.");
            EXPECT_EQ(
                structures_finding(few, {"0 items", "item", true}),
                "An empty list needs **800\u00a0kB**, an empty set **4.19\u00a0MB** and an empty dict **5.24\u00a0MB**.");
        }

        TEST(StructuresFinding, WhatCannotBeHeldIsSaid)
        {
            std::vector<CollectionRow> lists = rows();
            lists[2] = refused("set", "unhashable type: 'list'");
            EXPECT_EQ(
                structures_finding(lists, {"2 items", "item", false}),
                "A list needs **800\u00a0kB** for 2 items; a set and a dict cannot hold them: unhashable type: 'list'.");
        }

        TEST(StructuresFinding, ItemsThatComeTwice)
        {
            std::vector<CollectionRow> words = rows();
            words[2].held = 3;
            const std::string finding = structures_finding(words, {"100,000 strings", "string", false});
            EXPECT_NE(finding.find(" A set and a dict hold each value once: 3 here."), std::string::npos) << finding;
        }

        TEST(StructuresAdvice, BestForWhat)
        {
            const std::vector<RecordRow> records = {{"class with slots", 4'800'000, {}, 0, true, 0},
                                                    {"dict", 18'400'000, {}, 0, true, 0}};
            const std::vector<std::string> advice = structures_advice(rows(), records, numbers);
            ASSERT_EQ(advice.size(), 3u);
            EXPECT_EQ(advice[0],
                      "Smallest, the numbers counted too: array, 800\u00a0kB; the list and its numbers take 4.00\u00a0MB.");
            EXPECT_EQ(advice[1].find("For searching: set, frozenset and dict;"), 0u) << advice[1];
            EXPECT_EQ(advice[2],
                      "For many records of the same fields: class with slots, 48\u00a0B each; a dict takes 184\u00a0B.");
        }

        TEST(StructuresAdvice, NoneWhereTheyAreAlike)
        {
            std::vector<CollectionRow> alike = {row("list", 100, 200, 10e-9), row("tuple", 100, 199, 10e-9),
                                                row("set", 100, 200, 9e-9)};
            EXPECT_TRUE(structures_advice(alike, {}, numbers).empty());
        }

        TEST(StructuresAdvice, FewerItemsAreNotSmaller)
        {
            std::vector<CollectionRow> words = {row("list", 800, 4'000, 10e-9), row("set", 216, 300, 9e-9)};
            words[1].held = 3;
            EXPECT_TRUE(structures_advice(words, {}, numbers).empty());
        }

        TEST(StructuresLeftOut, ByReason)
        {
            EXPECT_EQ(structures_left_out(rows()), "");
            EXPECT_EQ(
                structures_left_out({refused("set", "unhashable type: 'list'"), refused("dict", "unhashable type: 'list'"),
                                     row("list", 0, 0, 0), refused("numpy", "import numpy first")}),
                "Not here: set, dict (unhashable type: 'list'); numpy (import numpy first).");
        }
    }
}
