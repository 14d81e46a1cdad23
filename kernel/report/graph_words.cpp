#include "report/graph_words.hpp"

#include "report/numbers.hpp"

namespace xmemory::report
{
    namespace
    {
        class Lines
        {
        public:
            explicit Lines(const Graph& graph) : graph_(graph), children_(graph.nodes.size()), across_(graph.nodes.size())
            {
                for (std::size_t node = 1; node < graph.nodes.size(); ++node)
                    children_[graph.nodes[node].parent].push_back(node);
                for (const Graph::Reference& reference : graph.across)
                    across_[reference.from].push_back(&reference);
            }

            std::vector<std::string> all()
            {
                if (!graph_.nodes.empty())
                    add(0, "", "");
                return std::move(lines_);
            }

        private:
            // before: what stands before the line; below: what stands before those of its children.
            void add(std::size_t node, const std::string& before, const std::string& below)
            {
                lines_.push_back(before + words_of(graph_.nodes[node]));
                std::size_t left = children_[node].size() + across_[node].size();
                for (const std::size_t child : children_[node])
                {
                    --left;
                    add(child, below + (left == 0 ? "└─ " : "├─ "), below + (left == 0 ? "   " : "│  "));
                }
                for (const Graph::Reference* reference : across_[node])
                {
                    --left;
                    lines_.push_back(below + (left == 0 ? "└─ " : "├─ ") + reference->name + (reference->name.empty() ? "" : "  ") +
                                     "↑ " + called(graph_.nodes[reference->to]) +
                                     (reference->closes_cycle ? ": a cycle" : ", see above"));
                }
            }

            static std::string words_of(const Graph::Node& node)
            {
                return node.name + (node.name.empty() ? "" : "  ") + node.kind + " · " + human_bytes(node.bytes);
            }

            // The first by its name alone, which is that of one object.
            std::string called(const Graph::Node& node) const
            {
                const bool is_first = &node == &graph_.nodes[0];
                return node.name + (node.name.empty() || is_first ? "" : " ") + (is_first ? "" : node.kind);
            }

            const Graph& graph_;
            std::vector<std::vector<std::size_t>> children_;
            std::vector<std::vector<const Graph::Reference*>> across_; // by where they begin
            std::vector<std::string> lines_;
        };
    }

    std::vector<std::string> graph_lines(const Graph& graph) { return Lines(graph).all(); }
}
