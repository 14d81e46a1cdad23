#include "magics/reference_rows.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "cpython/object_text.hpp"
#include "cpython/reference_words.hpp"
#include "report/characters.hpp"

namespace xmemory::magics
{
    namespace
    {
        using Row = ReferenceTree::Row;

        constexpr std::size_t most_below_a_row = 6;
        constexpr std::size_t most_of_a_type = 3; // where there are more than most_below_a_row
        constexpr std::size_t most_folds = 2;
        constexpr int longest_value = 24;
    }

    std::size_t ReferenceRows::row_of(Number node) const
    {
        return static_cast<std::size_t>(std::find(nodes_.begin(), nodes_.end(), node) - nodes_.begin());
    }

    void ReferenceRows::add(Number node, Row row)
    {
        nodes_.push_back(node);
        tree.rows.push_back(std::move(row));
    }

    std::string ReferenceRows::type_of(Number node) const
    {
        return graph_.is_key_table(node) ? "table of attribute names" : Py_TYPE(graph_.object(node))->tp_name;
    }

    std::string ReferenceRows::value_of(Number node) const
    {
        const auto literal = graph_.is_key_table(node) ? std::nullopt : cpython::literal_of(graph_.object(node));
        return literal ? report::cut_to_width(report::visible(*literal), longest_value) : "";
    }

    // Takes those that get a row of their own out of the candidates: the largest, and of equal ones the first.
    std::vector<ReferenceRows::Candidate> ReferenceRows::choose(std::vector<Candidate>& candidates) const
    {
        const bool are_many = candidates.size() > most_below_a_row;
        const std::size_t room = are_many || candidates.size() > left() ? std::min(most_below_a_row, left() - 1) : left();
        std::vector<std::uint32_t> types;
        for (const Candidate& one : candidates)
        {
            types.push_back(graph_.type_number(one.node));
        }
        std::vector<Candidate> chosen;
        std::map<std::uint32_t, std::size_t> of_type;
        while (chosen.size() < room)
        {
            std::size_t best = candidates.size();
            std::optional<std::uint32_t> full; // a type of which there are enough: the last that was met
            for (std::size_t index = 0; index < candidates.size(); ++index)
            {
                const bool is_larger = best == candidates.size() || candidates[index].bytes > candidates[best].bytes;
                if (is_larger && types[index] != full)
                {
                    const bool is_full = are_many && of_type[types[index]] >= most_of_a_type;
                    full = is_full ? std::optional(types[index]) : full;
                    best = is_full ? best : index;
                }
            }
            if (best == candidates.size())
            {
                break;
            }
            ++of_type[types[best]];
            chosen.push_back(candidates[best]);
            candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(best));
            types.erase(types.begin() + static_cast<std::ptrdiff_t>(best));
        }
        return chosen;
    }

    void ReferenceRows::fold(std::size_t parent, const std::vector<Candidate>& rest)
    {
        std::map<std::string, Row> folds;
        PyTypeObject* last_type = nullptr;
        Row* last = nullptr;
        for (const Candidate& one : rest)
        {
            PyTypeObject* type = graph_.is_key_table(one.node) ? nullptr : Py_TYPE(graph_.object(one.node));
            if (last == nullptr || type != last_type)
            {
                last_type = type;
                last = &folds.try_emplace(type_of(one.node), Row{"", type_of(one.node), "", 0, 0, parent, Row::Kind::more}).first->second;
            }
            last->bytes += one.bytes;
            ++last->objects;
        }
        std::vector<Row> rows;
        for (const auto& [type, row] : folds)
        {
            rows.push_back(row);
        }
        std::stable_sort(rows.begin(), rows.end(), [](const Row& left, const Row& right) { return left.bytes > right.bytes; });
        const std::size_t most = std::max<std::size_t>(std::min(most_folds, left()), 1);
        while (rows.size() > most)
        {
            Row& into = rows[most - 1];
            into.type.clear();
            into.bytes += rows.back().bytes;
            into.objects += rows.back().objects;
            rows.pop_back();
        }
        for (Row& row : rows)
        {
            for (const Row& other : tree.rows)
            {
                row.kind = other.parent == parent && other.kind == Row::Kind::object && other.type == row.type && !row.type.empty()
                               ? Row::Kind::more_like_this
                               : row.kind;
            }
            add(0, row);
        }
    }

    void ReferenceRows::add_across(bool holders)
    {
        std::vector<bool> is_row(graph_.size() + 1, false);
        for (const Number node : nodes_)
        {
            is_row[node] = node != 0;
        }
        for (std::size_t from = 0; from < nodes_.size(); ++from)
        {
            if (nodes_[from] == 0)
            {
                continue;
            }
            std::set<std::size_t> told;
            for (const Number* target = graph_.targets_begin(nodes_[from]); target != graph_.targets_end(nodes_[from]); ++target)
            {
                const std::size_t to = is_row[*target] ? row_of(*target) : nodes_.size();
                const bool is_in_tree = to < nodes_.size() && (holders ? from != 0 && tree.rows[from].parent == to
                                                                       : to != 0 && tree.rows[to].parent == from);
                if (to < nodes_.size() && !is_in_tree && told.insert(to).second)
                {
                    tree.across.push_back({from, to, words_between(nodes_[from], nodes_[to]), false});
                }
            }
        }
        mark_cycles(holders);
    }

    std::string ReferenceRows::words_between(Number holder, Number held) const
    {
        if (graph_.is_key_table(holder) || graph_.is_key_table(held))
        {
            return "";
        }
        const auto reference = cpython::find_reference(graph_.object(holder), graph_.object(held));
        return reference ? cpython::words_of(*reference) : "";
    }

    void ReferenceRows::mark_cycles(bool holders)
    {
        std::vector<std::vector<std::size_t>> held(nodes_.size()); // by row
        for (std::size_t row = 1; row < nodes_.size(); ++row)
        {
            const std::size_t parent = tree.rows[row].parent;
            held[holders ? row : parent].push_back(holders ? parent : row);
        }
        for (const ReferenceTree::Across& one : tree.across)
        {
            held[one.from].push_back(one.to);
        }
        for (ReferenceTree::Across& one : tree.across)
        {
            std::vector<bool> reached(nodes_.size(), false);
            std::vector<std::size_t> waiting = {one.to};
            while (!waiting.empty())
            {
                const std::size_t row = waiting.back();
                waiting.pop_back();
                if (!reached[row])
                {
                    reached[row] = true;
                    waiting.insert(waiting.end(), held[row].begin(), held[row].end());
                }
            }
            one.closes_cycle = reached[one.from];
        }
    }
}
