// Tests of magics/command.cpp and of what its table says: commands, their help, completion.
#include "magics/command.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "magics/session.hpp"

namespace xmemory::magics
{
    namespace
    {
        using Words = std::vector<std::string>;

        std::vector<report::Document> run(const std::string& line, const std::optional<std::string>& body = std::nullopt)
        {
            std::vector<report::Document> documents;
            run_line(
                line, body, [&](const report::Document& document) { documents.push_back(document); },
                [](const std::string&) {});
            return documents;
        }

        std::string refusal_of(const std::string& line, const std::optional<std::string>& body = std::nullopt)
        {
            try
            {
                run(line, body);
            }
            catch (const UsageError& error)
            {
                return error.what();
            }
            return "";
        }

        TEST(SplitWords, AsAShellDoes)
        {
            EXPECT_EQ(split_words(""), Words{});
            EXPECT_EQ(split_words(" \t "), Words{});
            EXPECT_EQ(split_words("a bc  d\te "), (Words{"a", "bc", "d", "e"}));
            EXPECT_EQ(split_words("'a b' \"c d\""), (Words{"a b", "c d"}));
            EXPECT_EQ(split_words("a'b c'd"), (Words{"ab cd"}));
            EXPECT_EQ(split_words("\"it's\" 'say \"x\"'"), (Words{"it's", "say \"x\""}));
            EXPECT_EQ(split_words("'' x"), (Words{"", "x"}));
        }

        TEST(SplitWords, AnOpenQuoteIsAnErrorWithTheWayOut)
        {
            EXPECT_EQ(refusal_of("cells --by 'peak"), "A quote (') is not closed. Close it, or leave it out.");
            EXPECT_EQ(refusal_of("cell \""), "A quote (\") is not closed. Close it, or leave it out.");
        }

        TEST(RunLine, RunsTheCommandNamed)
        {
            EXPECT_EQ(run("")[0].kind, "overview");
            EXPECT_EQ(run("  help  ")[0].kind, "help");
            EXPECT_EQ(run("footer")[0].kind, "footer_mode");
        }

        TEST(RunLine, AnUnknownCommandIsToldWhatThereIs)
        {
            const std::string refusal = refusal_of("helo");
            EXPECT_EQ(refusal.find("There is no %memory helo. Did you mean %memory help? The commands are: "), 0u)
                << refusal;
            for (const Command& command : commands())
            {
                EXPECT_NE(refusal.find(command.name), std::string::npos) << command.name;
            }
            EXPECT_NE(refusal_of("hel").find("Did you mean %memory help?"), std::string::npos);
            EXPECT_NE(refusal_of("comparison").find("Did you mean %memory compare?"), std::string::npos);
            EXPECT_EQ(refusal_of("xyz").find("Did you mean"), std::string::npos);
            EXPECT_EQ(refusal_of("Help").find("There is no %memory Help."), 0u);
            EXPECT_EQ(refusal_of("helo", "x = 1").find("There is no %memory helo."), 0u);
        }

        TEST(RunLine, OnlySomeCommandsTakeACell)
        {
            EXPECT_EQ(refusal_of("cells", "x = 1"),
                      "%%memory cells does not take a cell: write %memory cells on a line of its own.");
            EXPECT_EQ(refusal_of("", "x = 1"), "%%memory needs a command that takes a cell: %%memory compare.");
        }

        TEST(RunLine, WrongOptionsNameTheHelp)
        {
            for (const char* line :
                 {"cells --by size", "cells --top 0", "cells --top many", "cells more", "cell one", "cell 1 2"})
            {
                const std::string command = std::string(line).substr(0, std::string(line).find(' '));
                const std::string refusal = refusal_of(line);
                EXPECT_EQ(refusal.find("%memory " + command + ": "), 0u) << line << ": " << refusal;
                EXPECT_NE(refusal.find("See %memory help " + command + "."), std::string::npos) << line << ": " << refusal;
            }
        }

        TEST(RunLine, ACellWithoutARecordIsToldSo)
        {
            EXPECT_EQ(refusal_of("cell 987654"),
                      "There is no record of a cell [987654]. %memory cells lists those there are.");
        }

        TEST(RunLine, CompareWantsTwoParts)
        {
            const std::string expected =
                "%memory compare needs two parts at least: %memory compare A vs B, or %%memory compare "
                "with a line '## label' above each part.";
            EXPECT_EQ(refusal_of("compare"), expected);
            EXPECT_EQ(refusal_of("compare 1 + 1"), expected);
            EXPECT_EQ(refusal_of("compare", "x = 1\n## one\ny = 2\n"), expected);
            EXPECT_EQ(refusal_of("compare words", "## one\n1\n## two\n2\n").find("%%memory compare takes sizes such as"), 0u);
            EXPECT_EQ(refusal_of("compare [1] vs x = 2").find("%memory compare cannot read 'x = 2' as an expression."), 0u);
        }

        TEST(Completions, OfACommandsName)
        {
            Words all;
            for (const Command& command : commands())
            {
                if (*command.name != '\0')
                {
                    all.push_back(command.name);
                }
            }
            EXPECT_EQ(completions("%memory "), all);
            EXPECT_EQ(completions("%memory"), all);
            EXPECT_EQ(completions("%memory ce"), (Words{"cell", "cells"}));
            EXPECT_EQ(completions("%memory cells"), Words{"cells"});
            EXPECT_EQ(completions("%memory nothing"), Words{});
        }

        TEST(Completions, OfACellMagicAreTheCommandsThatTakeACell)
        {
            EXPECT_EQ(completions("%%memory "), (Words{"measure", "compare", "life", "predict", "check"}));
            EXPECT_EQ(completions("%%memory co"), Words{"compare"});
            EXPECT_EQ(completions("%%memory ce"), Words{});
        }

        TEST(Completions, OfACommandsOptions)
        {
            EXPECT_EQ(completions("%memory footer "), (Words{"auto", "on", "off"}));
            EXPECT_EQ(completions("%memory footer o"), (Words{"on", "off"}));
            EXPECT_EQ(completions("%memory cell "), Words{});
            EXPECT_EQ(completions("%memory nothing "), Words{});
            const Command* cells = find_command("cells");
            EXPECT_EQ(completions("%memory cells --"), Words(cells->options.begin(), cells->options.end()));
        }

        TEST(Completions, OfATermInSeveralWords)
        {
            EXPECT_EQ(completions("%memory explain set"), Words{"set aside"});
            EXPECT_EQ(completions("%memory explain set as"), Words{"aside"});
            EXPECT_EQ(completions("%memory explain kept in"), Words{});
        }

        TEST(Completions, OfHelpAreTheCommands)
        {
            EXPECT_EQ(completions("%memory help ce"), (Words{"cell", "cells"}));
            EXPECT_EQ(completions("%memory help "), completions("%memory "));
        }

        TEST(Completions, PythonFollowsWhereACommandTakesCode)
        {
            EXPECT_EQ(code_after_name("%memory compare sum(x) vs y.co"), "sum(x) vs y.co");
            EXPECT_EQ(code_after_name("%memory measure  zä"), "zä");
            EXPECT_EQ(code_after_name("%memory compare"), "");
            EXPECT_EQ(code_after_name("%memory cell x"), "");
            EXPECT_EQ(code_after_name("%memory nothing x"), "");
        }

        TEST(Commands, HaveANameOfTheirOwnAndASummary)
        {
            std::set<std::string> names;
            for (const Command& command : commands())
            {
                EXPECT_TRUE(names.insert(command.name).second) << command.name;
                EXPECT_STRNE(command.summary, "") << command.name;
                EXPECT_EQ(std::string(command.usage).find(command.name), 0u) << command.name;
                EXPECT_EQ(find_command(command.name), &command);
            }
            EXPECT_EQ(find_command("nothing"), nullptr);
        }

        TEST(Help, ListsEveryCommand)
        {
            const report::Document document = run("help")[0];
            const auto& rows = std::get<report::Table>(document.parts.at(0)).rows;
            ASSERT_EQ(rows.size(), commands().size());
            for (std::size_t index = 0; index < rows.size(); ++index)
            {
                const Command& command = commands()[index];
                EXPECT_EQ(rows[index][0].text, std::string("%memory") + (*command.usage ? " " : "") + command.usage);
                EXPECT_EQ(rows[index][1].text, command.summary);
            }
        }

        TEST(Help, ExplainsEachCommandByName)
        {
            for (const Command& command : commands())
            {
                const report::Document document = run(std::string("help ") + command.name)[0];
                EXPECT_NE(document.finding, "") << command.name;
                EXPECT_FALSE(std::get<report::Table>(document.parts.at(0)).rows.empty()) << command.name;
            }
            EXPECT_EQ(refusal_of("help nothing"), "There is no %memory nothing. %memory help lists the commands.");
        }

        TEST(Help, HasExamplesThatBelongToTheirCommand)
        {
            for (const Command& command : commands())
            {
                for (const std::string& example : command.examples)
                {
                    // The magic may stand below lines of Python.
                    const std::size_t at = example.find("%memory " + std::string(command.name));
                    ASSERT_NE(at, std::string::npos) << example;
                    const bool is_cell_magic = example.rfind("%%memory", 0) == 0;
                    std::istringstream words(example.substr(at));
                    std::string magic, name;
                    words >> magic >> name;
                    EXPECT_EQ(name, command.name) << example;
                    EXPECT_TRUE(!is_cell_magic || command.takes_a_cell) << example;
                }
            }
        }

        TEST(Footer, TakesAModeAndSaysIt)
        {
            const report::FooterMode before = session().footer_mode;
            EXPECT_EQ(run("footer on")[0].data, (nlohmann::json{{"mode", "on"}}));
            EXPECT_EQ(session().footer_mode, report::FooterMode::on);
            EXPECT_EQ(run("footer off")[0].finding, "The memory footer is not shown.");
            EXPECT_EQ(session().footer_mode, report::FooterMode::off);
            EXPECT_EQ(run("footer")[0].data["mode"], "off") << "asking changes nothing";
            EXPECT_EQ(run("footer auto")[0].data["mode"], "auto");
            EXPECT_EQ(session().footer_mode, report::FooterMode::automatic);
            EXPECT_EQ(refusal_of("footer sometimes"), "%memory footer takes auto, on or off, not 'sometimes'.");
            EXPECT_EQ(refusal_of("footer on off"), "%memory footer takes one word: auto, on or off.");
            EXPECT_EQ(session().footer_mode, report::FooterMode::automatic);
            session().footer_mode = before;
        }
    }
}
