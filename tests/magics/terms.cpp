// Tests of magics/terms.cpp.
#include "magics/terms.hpp"

#include <gtest/gtest.h>

#include <map>

#include "report/cell_record.hpp"

namespace xmemory::magics
{
    namespace
    {
        int sentences_in(const std::string& text)
        {
            int ends = 0;
            for (std::size_t at = 0; at < text.size(); ++at)
            {
                ends += text[at] == '.' && (at + 1 == text.size() || text[at + 1] == ' ');
            }
            return ends;
        }

        TEST(Terms, HaveTwoSentencesEach)
        {
            for (const Term& term : terms())
            {
                EXPECT_EQ(sentences_in(term.meaning), 2) << term.name << ": " << term.meaning;
            }
        }

        TEST(Terms, NoWordNamesTwo)
        {
            for (const Term& term : terms())
            {
                EXPECT_EQ(find_term(term.name), &term) << term.name;
                for (const char* alias : term.aliases)
                {
                    EXPECT_EQ(find_term(alias), &term) << alias;
                }
            }
        }

        TEST(Terms, AreFoundHoweverTheyAreWritten)
        {
            const Term* set_aside = find_term("set aside");
            ASSERT_NE(set_aside, nullptr);
            for (const char* words : {"Set Aside", "set_aside", "  set-aside ", "set_aside_bytes", "SET_ASIDE_KEPT_BYTES"})
            {
                EXPECT_EQ(find_term(words), set_aside) << words;
            }
            EXPECT_EQ(find_term(""), nullptr);
            EXPECT_EQ(find_term("!"), nullptr);
            EXPECT_EQ(find_term("quantum"), nullptr);
        }

        TEST(Terms, EachFigureOfARecordIsExplained)
        {
            report::CellRecord record;
            record.figures = report::Figures{};
            const nlohmann::json data = report::to_json(record);
            for (const auto& [name, value] : data.items())
            {
                if (name != "schema" && name != "status" && name != "seconds" && name != "origins")
                {
                    EXPECT_NE(find_term(name), nullptr) << name;
                }
            }
            for (const char* origin : report::origin_names)
            {
                EXPECT_NE(find_term(origin), nullptr) << origin;
            }
        }

        TEST(Terms, AWordThatIsNotThereGetsSimilarOnes)
        {
            EXPECT_EQ(similar_terms("peek")[0], "peak");
            EXPECT_EQ(similar_terms("areana")[0], "arena");
            EXPECT_EQ(similar_terms("keept")[0], "kept");
        }
    }
}
