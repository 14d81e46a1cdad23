// Tests of kernel/report/characters.cpp.
#include "report/characters.hpp"

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        TEST(Visible, ShowsControlCharactersInsteadOfSendingThem)
        {
            EXPECT_EQ(visible("\x1b[31mred\x07\x7f"), "␛[31mred␇␡");
            EXPECT_EQ(visible("\u009b31m"), "\ufffd31m"); // CSI in one character
        }

        TEST(Visible, KeepsTextOnItsLine) { EXPECT_EQ(visible("a\nb\rc\td"), "a b c d"); }

        TEST(Visible, LetsNothingTurnTheDirectionOfWhatFollows)
        {
            EXPECT_EQ(visible("a\u202eb"), "a\ufffdb");
            EXPECT_EQ(visible("a\u2066b"), "a\ufffdb");
        }

        TEST(Visible, LeavesOtherLanguagesAlone) { EXPECT_EQ(visible("größe Ω 日本語 🐍 שלום"), "größe Ω 日本語 🐍 שלום"); }

        TEST(Visible, ReplacesWhatIsNotUtf8)
        {
            EXPECT_EQ(visible("a\xff"
                              "b"),
                      "a\ufffdb");
            EXPECT_EQ(visible("cut \xe6\x97"), "cut \ufffd\ufffd");   // in the middle of a character
            EXPECT_EQ(visible("\xc0\xaf"), "\ufffd\ufffd");           // a slash, written too long
            EXPECT_EQ(visible("\xed\xa0\x80"), "\ufffd\ufffd\ufffd"); // half of a surrogate pair
        }

        TEST(EscapeHtml, LeavesNoMarkupAndNoWayOutOfAnAttribute)
        {
            EXPECT_EQ(escape_html(R"(<img src="x" onerror='y'>&)"),
                      "&lt;img src=&quot;x&quot; onerror=&#39;y&#39;&gt;&amp;");
        }

        TEST(DisplayWidth, CountsColumnsRatherThanBytes)
        {
            EXPECT_EQ(display_width("größe"), 5);
            EXPECT_EQ(display_width("日本語"), 6);
            EXPECT_EQ(display_width("e\u0301"), 1);
            EXPECT_EQ(display_width("🐍"), 2);
            EXPECT_EQ(display_width("█▓░·▏…"), 6);
        }

        TEST(CutToWidth, EndsInAnEllipsisWithinTheColumns)
        {
            EXPECT_EQ(cut_to_width("abcdef", 6), "abcdef");
            EXPECT_EQ(cut_to_width("abcdef", 5), "abcd…");
            EXPECT_EQ(cut_to_width("日本語", 5), "日本…");
            EXPECT_EQ(cut_to_width("日本語", 4), "日…"); // half a wide character cannot be shown
        }

        TEST(LinesOf, AreOneMoreThanTheBreaks)
        {
            EXPECT_EQ(lines_of(""), std::vector<std::string>{""});
            EXPECT_EQ(lines_of("a\n\nb\n"), (std::vector<std::string>{"a", "", "b", ""}));
        }

        TEST(CodeLinesOf, KeepTheirIndentation)
        {
            EXPECT_EQ(code_lines_of("if a:\n\tb\n  c"), (std::vector<std::string>{"if a:", "    b", "  c"}));
        }
    }
}
