#include "magics/reference_tree.hpp"

#include <memory>

#include "cpython/references.hpp"
#include "magics/heap_walk.hpp"
#include "magics/reference_rows.hpp"
#include "magics/size_parts.hpp"

namespace xmemory::magics
{
    namespace
    {
        using cpython::HeapGraph;
        using cpython::NodeSet;
        using cpython::Number;
        using cpython::Reached;
        using cpython::Reference;
        using Row = ReferenceTree::Row;

        class Growing
        {
        public:
            Growing(const HeapGraph& graph, Number top)
                : graph_(graph), top_(top),
                  reached_(cpython::reach(graph, {top}, [&](Number node) { return node == top || !is_boundary(node); })),
                  sizes_(graph, reached_), rows_(graph)
            {
            }

            ReferenceTree grow(const std::string& label, int depth)
            {
                rows_.tree.objects = sizes_.objects_below(top_);
                rows_.tree.bytes = sizes_.bytes_below(top_);
                rows_.add(top_, {label, rows_.type_of(top_), rows_.value_of(top_), rows_.tree.bytes, 1, 0, {}});
                std::size_t begin = 0;
                for (int step = 0; step < depth; ++step)
                {
                    const std::size_t end = rows_.tree.rows.size();
                    for (std::size_t row = begin; row < end && rows_.left() > 1; ++row)
                    {
                        rows_.nodes()[row] != 0 ? expand(row) : void();
                    }
                    begin = end;
                }
                tell_what_is_below();
                rows_.add_across(false);
                return std::move(rows_.tree);
            }

        private:
            bool is_boundary(Number node) const { return graph_.is_boundary(node) || graph_.is_class_or_module(node); }

            void expand(std::size_t row)
            {
                const Number node = rows_.nodes()[row];
                expanded_.resize(row + 1, false);
                expanded_[row] = true;
                if (graph_.is_key_table(node))
                {
                    return;
                }
                std::vector<ReferenceRows::Candidate> candidates;
                Row keys{"", "", "", 0, 0, row, Row::Kind::keys};
                NodeSet told(graph_.size() + 1, false);
                std::int64_t below = 0;
                cpython::visit_named_references(
                    graph_.object(node),
                    [&](const Reference& reference)
                    {
                        const Number target = graph_.find(reference.target);
                        if (target != 0 && target != top_ && is_boundary(target))
                        {
                            ++rows_.tree.left_out;
                        }
                        else if (target != 0 && target != node && reached_.from[target] == node && !told[target])
                        {
                            told[target] = true;
                            const std::int64_t bytes = sizes_.bytes_below(target);
                            below += bytes;
                            if (reference.kind == Reference::Kind::key)
                            {
                                keys.bytes += bytes;
                                ++keys.objects;
                            }
                            else
                            {
                                candidates.push_back({target, bytes, sizes_.objects_below(target)});
                            }
                        }
                        return true;
                    });
                rows_.tree.rows[row].bytes -= below;
                if (keys.objects > 0)
                {
                    rows_.add(0, keys);
                }
                if (!candidates.empty())
                {
                    rows_.add_below(row, std::move(candidates), [&](Number target) { return rows_.words_between(node, target); });
                }
            }

            // Rows whose own references are not shown stand for all that is below them.
            void tell_what_is_below()
            {
                expanded_.resize(rows_.tree.rows.size(), false);
                for (std::size_t row = 0; row < rows_.tree.rows.size(); ++row)
                {
                    const Number node = rows_.nodes()[row];
                    if (node != 0 && !expanded_[row] && sizes_.objects_below(node) > 1)
                    {
                        rows_.tree.rows[row].kind = Row::Kind::with_all_below;
                        rows_.tree.rows[row].objects = sizes_.objects_below(node);
                    }
                }
            }

            const HeapGraph& graph_;
            Number top_;
            Reached reached_;
            SizeTree sizes_;
            ReferenceRows rows_;
            std::vector<bool> expanded_; // by row
        };
    }

    ReferenceTree references_from(const NamedValue& value, int depth, const Progress& progress)
    {
        const std::vector<PyObject*> boundaries = namespaces();
        const auto graph = walk_heap("Following what it holds", progress,
                                     [&](const std::function<bool()>& keep_going)
                                     {
                                         auto read = std::make_unique<HeapGraph>();
                                         return read->read_from({value.value.ptr()}, boundaries, keep_going) ? std::move(read) : nullptr;
                                     });
        return Growing(*graph, graph->find(value.value.ptr())).grow(value.label, depth);
    }
}
