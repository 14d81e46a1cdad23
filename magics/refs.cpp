// %memory refs: the graph of references out of an object, or into it.
#include <algorithm>

#include "magics/commands.hpp"
#include "magics/reference_tree.hpp"
#include "magics/trimmed.hpp"
#include "report/characters.hpp"
#include "report/numbers.hpp"

namespace xmemory::magics
{
    namespace
    {
        using nlohmann::json;
        using report::count;
        using report::human_bytes;
        using Row = ReferenceTree::Row;

        constexpr int most_steps = 6; // columns of a picture
        constexpr int longest_label = 60;

        struct Question
        {
            std::string expression;
            int depth = 3;
            bool holders = false;
        };

        // Takes the last word off the line, where there is one.
        std::string last_word(std::string& line)
        {
            const auto at = line.find_last_of(" \t");
            const std::string word = at == std::string::npos ? line : line.substr(at + 1);
            line = at == std::string::npos ? "" : trimmed(line.substr(0, at));
            return word;
        }

        int depth_of(const std::string& word)
        {
            const bool is_digit = word.size() == 1 && word[0] >= '1' && word[0] <= '0' + most_steps;
            if (!is_digit)
            {
                throw UsageError("%memory refs --depth takes a number of steps from 1 to " + std::to_string(most_steps) + ", not '" + word +
                                 "'.");
            }
            return word[0] - '0';
        }

        // Options stand behind the expression; what does not read as one belongs to it.
        Question question_of(const std::string& line)
        {
            Question question;
            question.expression = trimmed(line);
            bool is_out = false;
            for (;;)
            {
                std::string before = question.expression;
                const std::string word = last_word(before);
                std::string before_number = before;
                if (word == "--in" || word == "--out")
                {
                    (word == "--in" ? question.holders : is_out) = true;
                }
                else if (word == "--depth")
                {
                    throw UsageError("%memory refs --depth needs a number of steps: --depth 2.");
                }
                else if (last_word(before_number) == "--depth")
                {
                    question.depth = depth_of(word);
                    before = before_number;
                }
                else
                {
                    break;
                }
                question.expression = before;
            }
            if (is_out && question.holders)
            {
                throw UsageError("%memory refs takes --in or --out, not both: ask twice.");
            }
            return question;
        }

        std::string what(const Row& row)
        {
            const std::string number = count(row.objects);
            switch (row.kind)
            {
            case Row::Kind::object:
                return row.type + (row.value.empty() ? "" : " " + row.value);
            case Row::Kind::with_all_below:
                return row.type + " and " + count(row.objects - 1) + " below it";
            case Row::Kind::more_like_this:
                return "and " + number + " more";
            case Row::Kind::more:
                return "and " + number + " more" + (row.type.empty() ? "" : ": " + row.type);
            case Row::Kind::keys:
                return row.objects == 1 ? "its key" : "its " + number + " keys";
            case Row::Kind::uncounted:
                return number + (row.objects == 1 ? " reference" : " references") + " from running code or C";
            }
            return "";
        }

        report::Graph graph_of(const ReferenceTree& tree, const Question& question)
        {
            report::Graph graph;
            graph.holders = question.holders;
            for (const Row& row : tree.rows)
            {
                graph.nodes.push_back({report::cut_to_width(report::visible(row.name), longest_label), what(row), row.bytes,
                                       row.kind != Row::Kind::object, row.parent});
            }
            for (const ReferenceTree::Across& one : tree.across)
            {
                graph.across.push_back({one.from, one.to, one.name, one.closes_cycle});
            }
            graph.alternative_text = "objects and the references between them, as told in words below";
            return graph;
        }

        std::int64_t shown_objects(const ReferenceTree& tree)
        {
            return std::count_if(tree.rows.begin(), tree.rows.end(),
                                 [](const Row& row) { return row.kind == Row::Kind::object || row.kind == Row::Kind::with_all_below; });
        }

        std::string finding_of(const ReferenceTree& tree, const Question& question)
        {
            const std::string label = report::cut_to_width(report::visible(question.expression), longest_label);
            const std::int64_t shown = shown_objects(tree);
            if (question.holders)
            {
                return tree.objects == 0 ? "No object holds " + label + "."
                                         : (tree.objects == 1 ? "**One object** holds " : "**" + count(tree.objects) + " objects** hold ") +
                                               label + " directly.";
            }
            if (tree.objects == 1)
            {
                return label + " holds nothing else: **" + human_bytes(tree.bytes) + "** (" + tree.rows[0].type + ").";
            }
            return label + " leads to **" + count(tree.objects - 1) + (tree.objects == 2 ? " other object" : " other objects") + "**, " +
                   human_bytes(tree.bytes) + " with itself" +
                   (shown == tree.objects ? "." : "; " + count(shown) + " are shown, the others folded.");
        }

        std::string cycles_words(const ReferenceTree& tree)
        {
            const auto cycles = std::count_if(tree.across.begin(), tree.across.end(), [](const auto& one) { return one.closes_cycle; });
            return cycles == 0   ? ""
                   : cycles == 1 ? "One reference closes a cycle (dashed)."
                                 : count(cycles) + " references close cycles (dashed).";
        }

        std::string left_out_words(const ReferenceTree& tree)
        {
            return tree.left_out == 0 ? "" : "Not shown: " + count(tree.left_out) + (tree.left_out == 1 ? " reference" : " references") +
                                                 " to classes, modules and namespaces.";
        }

        const char* name_of(Row::Kind kind)
        {
            switch (kind)
            {
            case Row::Kind::object:
                return "object";
            case Row::Kind::with_all_below:
                return "with_all_below";
            case Row::Kind::more:
            case Row::Kind::more_like_this:
                return "more";
            case Row::Kind::keys:
                return "keys";
            case Row::Kind::uncounted:
                return "uncounted";
            }
            return "";
        }

        json data_of(const ReferenceTree& tree, const Question& question)
        {
            json rows = json::array(), across = json::array();
            for (const Row& row : tree.rows)
            {
                rows.push_back({{"name", row.name},
                                {"kind", name_of(row.kind)},
                                {"type", row.type},
                                {"value", row.value},
                                {"bytes", row.bytes},
                                {"objects", row.objects},
                                {"parent", row.parent}});
            }
            for (const ReferenceTree::Across& one : tree.across)
            {
                across.push_back({{"from", one.from}, {"to", one.to}, {"name", one.name}, {"closes_cycle", one.closes_cycle}});
            }
            return {{"expression", report::cut_to_width(report::visible(question.expression), longest_label)},
                    {"direction", question.holders ? "in" : "out"},
                    {"depth", question.depth},
                    {"objects", tree.objects},
                    {"bytes", tree.bytes},
                    {"rows", rows},
                    {"across", across},
                    {"left_out_references", tree.left_out}};
        }

        std::vector<report::Document> run(const Request& request)
        {
            const Question question = question_of(request.line);
            const NamedValue value = named_values("refs", question.expression, 1).at(0);
            const ReferenceTree tree = question.holders ? references_to(value, question.depth, request.progress)
                                                        : references_from(value, question.depth, request.progress);
            report::Document document;
            document.kind = "refs";
            document.finding = finding_of(tree, question);
            if (tree.rows.size() > 1)
            {
                document.parts.push_back(graph_of(tree, question));
            }
            for (const std::string& words : {cycles_words(tree), left_out_words(tree)})
            {
                if (!words.empty())
                {
                    document.parts.push_back(report::Paragraph{words, true});
                }
            }
            const bool is_short = question.expression.size() <= longest_label;
            document.next = !is_short || question.holders ? "" : "%memory refs " + question.expression + " --in shows what holds it.";
            document.data = data_of(tree, question);
            return {document};
        }

        std::string help()
        {
            return "%memory refs x            what x leads to: objects as areas, references as arrows, cycles dashed\n"
                   "%memory refs x --in       what holds x, up to variables, modules and classes\n"
                   "%memory refs x --depth 2  so many steps (3 where nothing is said, 6 at most)\n"
                   "Of many alike some are shown, and the others told in one row; rows that stand for several are outlined.";
        }
    }

    Command refs_command()
    {
        return {"refs",
                "refs EXPR [--in] [--depth N]",
                "the graph of what an object holds, or of what holds it",
                {"--in", "--out", "--depth"},
                false,
                false,
                run,
                help,
                {"class Node: pass\n"
                 "tree = Node()\n"
                 "tree.children = [Node() for _ in range(4)]\n"
                 "tree.children[0].parent = tree\n"
                 "%memory refs tree",
                 "held = ['some text']\n"
                 "again = {'key': held}\n"
                 "%memory refs held --in"}};
    }
}
