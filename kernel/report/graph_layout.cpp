#include "report/graph_layout.hpp"

#include <charconv>
#include <cstring>
#include <string>

#include <dlfcn.h>
#include <gvc.h>

#include <fmt/format.h>

namespace xmemory::report
{
    namespace
    {
        constexpr double points_per_inch = 72; // Graphviz's points are our pixels

        // The functions of libgvc and libcgraph, and a context that knows dot alone: no configuration is read, and none of the
        // plugins that draw, which would bring in cairo, pango and X, are loaded.
        class Graphviz
        {
        public:
            Graphviz()
            {
                library_ = dlopen(XMEMORY_LIBGVC, RTLD_NOW | RTLD_LOCAL);
                library_ = library_ != nullptr ? library_ : dlopen(XMEMORY_LIBGVC_FOLDER "/" XMEMORY_LIBGVC, RTLD_NOW | RTLD_LOCAL);
                if (library_ == nullptr || !find(set_errors, "agseterr") || !find(read, "agmemread") || !find(node, "agnode") ||
                    !find(edge, "agedge") || !find(get, "agget") || !find(close, "agclose") || !find(new_context, "gvContextPlugins") ||
                    !find(lay_out, "gvLayout") || !find(free_layout, "gvFreeLayout") || !find(attach, "attach_attrs"))
                {
                    return;
                }
                if (void* dot = dot_plugin())
                {
                    set_errors(AGMAX); // what it would say goes to the process's standard error
                    static lt_symlist_t plugins[] = {{"gvplugin_dot_layout_LTX_library", dot}, {nullptr, nullptr}};
                    context = new_context(plugins, 0);
                }
            }

            GVC_t* context = nullptr; // where the library is there; kept, since freeing it does not give all back
            decltype(&agseterr) set_errors = nullptr;
            decltype(&agmemread) read = nullptr;
            decltype(&agnode) node = nullptr;
            decltype(&agedge) edge = nullptr;
            decltype(&agget) get = nullptr;
            decltype(&agclose) close = nullptr;
            decltype(&gvContextPlugins) new_context = nullptr;
            decltype(&gvLayout) lay_out = nullptr;
            decltype(&gvFreeLayout) free_layout = nullptr;
            decltype(&attach_attrs) attach = nullptr;

        private:
            template <typename Function>
            bool find(Function& function, const char* name)
            {
                function = reinterpret_cast<Function>(dlsym(library_, name));
                return function != nullptr;
            }

            void* dot_plugin()
            {
                Dl_info where{};
                if (dladdr(reinterpret_cast<void*>(new_context), &where) == 0)
                {
                    return nullptr;
                }
                std::string path = where.dli_fname;
                path = path.substr(0, path.rfind('/')) + "/graphviz/libgvplugin_dot_layout" +
                       std::string(XMEMORY_LIBGVC).substr(std::strlen("libgvc"));
                void* plugin = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
                return plugin != nullptr ? dlsym(plugin, "gvplugin_dot_layout_LTX_library") : nullptr;
            }

            void* library_ = nullptr;
        };

        std::string dot_source(const std::vector<GraphBox>& boxes, const std::vector<GraphLine>& lines, int column_gap_px)
        {
            std::string dot = fmt::format("digraph{{rankdir=LR;nodesep=0.06;ranksep={:.3f};margin=0;pad=0;"
                                          "node[shape=box,fixedsize=true,label=\"\"];edge[arrowsize=0.6];",
                                          column_gap_px / points_per_inch);
            for (std::size_t box = 0; box < boxes.size(); ++box)
            {
                dot += fmt::format("n{}[width={:.4f},height={:.4f}];", box, boxes[box].width_px / points_per_inch,
                                   boxes[box].height_px / points_per_inch);
            }
            for (std::size_t line = 0; line < lines.size(); ++line)
            {
                dot += fmt::format("n{}->n{}[key=e{}{}{}];", lines[line].from, lines[line].to, line,
                                   lines[line].in_tree ? ",tailport=e,headport=w" : ",constraint=false",
                                   lines[line].points_back ? ",dir=back" : "");
            }
            return dot + "}";
        }

        // "12.5,7 e,3,4 …": its numbers, whatever stands between.
        std::vector<double> numbers_of(const char* text)
        {
            std::vector<double> numbers;
            for (const char *at = text, *end = text + std::strlen(text); at < end;)
            {
                double number = 0;
                const auto read = std::from_chars(at, end, number);
                if (read.ec == std::errc())
                {
                    numbers.push_back(number);
                }
                at = read.ec == std::errc() ? read.ptr : at + 1;
            }
            return numbers;
        }

        class Placed
        {
        public:
            Placed(const Graphviz& graphviz, Agraph_t* graph) : graphviz_(graphviz), graph_(graph) {}

            std::vector<double> numbers(void* of, const char* attribute) const
            {
                const char* text = of != nullptr ? graphviz_.get(of, const_cast<char*>(attribute)) : nullptr;
                return text != nullptr ? numbers_of(text) : std::vector<double>();
            }

            Agnode_t* node(std::size_t box) const
            {
                std::string name = fmt::format("n{}", box);
                return graphviz_.node(graph_, name.data(), 0);
            }

            Agedge_t* edge(const GraphLine& line, std::size_t number) const
            {
                std::string key = fmt::format("e{}", number);
                return graphviz_.edge(graph_, node(line.from), node(line.to), key.data(), 0);
            }

            GraphPoint point(const std::vector<double>& numbers, std::size_t at) const { return {numbers[at], height_ - numbers[at + 1]}; }

            std::optional<GraphLayout> layout(std::size_t boxes, const std::vector<GraphLine>& lines)
            {
                GraphLayout layout;
                const std::vector<double> bounds = numbers(graph_, "bb");
                if (bounds.size() != 4)
                {
                    return std::nullopt;
                }
                layout.width_px = bounds[2];
                layout.height_px = height_ = bounds[3];
                for (std::size_t box = 0; box < boxes; ++box)
                {
                    const std::vector<double> centre = numbers(node(box), "pos");
                    if (centre.size() < 2)
                    {
                        return std::nullopt;
                    }
                    layout.centres.push_back(point(centre, 0));
                }
                for (std::size_t line = 0; line < lines.size(); ++line)
                {
                    GraphLayout::Curve curve;
                    const std::vector<double> all = numbers(edge(lines[line], line), "pos");
                    if (all.size() >= 10 && all.size() % 6 == 4) // the tip, a start, three points for each stretch
                    {
                        curve.tip = point(all, 0);
                        for (std::size_t at = 2; at < all.size(); at += 2)
                        {
                            curve.points.push_back(point(all, at));
                        }
                    }
                    layout.curves.push_back(std::move(curve));
                }
                return layout;
            }

        private:
            const Graphviz& graphviz_;
            Agraph_t* graph_;
            double height_ = 0;
        };
    }

    std::optional<GraphLayout> lay_out(const std::vector<GraphBox>& boxes, const std::vector<GraphLine>& lines, int column_gap_px)
    {
        static const Graphviz graphviz;
        if (graphviz.context == nullptr)
        {
            return std::nullopt;
        }
        Agraph_t* graph = graphviz.read(dot_source(boxes, lines, column_gap_px).c_str());
        if (graph == nullptr)
        {
            return std::nullopt;
        }
        std::optional<GraphLayout> layout;
        if (graphviz.lay_out(graphviz.context, graph, "dot") == 0)
        {
            graphviz.attach(graph);
            layout = Placed(graphviz, graph).layout(boxes.size(), lines);
            graphviz.free_layout(graphviz.context, graph);
        }
        graphviz.close(graph);
        return layout;
    }
}
