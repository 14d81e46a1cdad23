#include "magics/life_lines.hpp"

#include <algorithm>
#include <cstdint>
#include <sstream>

#include "cpython/look_point.hpp"
#include "cpython/object_text.hpp"

namespace py = pybind11;

namespace xmemory::magics
{
    namespace
    {
        constexpr std::size_t longest_mark = 80;
        constexpr int no_loop = -1;

        std::vector<std::string> lines_of(const std::string& text)
        {
            std::vector<std::string> lines;
            std::istringstream stream(text);
            for (std::string line; std::getline(stream, line);)
            {
                lines.push_back(line);
            }
            return lines;
        }

        std::string type_of(const py::handle& node) { return Py_TYPE(node.ptr())->tp_name; }

        // What has to be the first of a module to be what it is: a docstring, and an import of the future.
        bool must_stand_first(const py::handle& statement)
        {
            const std::string type = type_of(statement);
            if (type == "ImportFrom")
            {
                const py::object module = statement.attr("module");
                return py::isinstance<py::str>(module) && module.cast<std::string>() == "__future__";
            }
            return type == "Expr" && type_of(statement.attr("value")) == "Constant" &&
                   py::isinstance<py::str>(statement.attr("value").attr("value"));
        }

        // The part of a line that a statement takes, where others stand on it too.
        std::string part_of(const std::string& line, const py::handle& statement)
        {
            const auto begin = statement.attr("col_offset").cast<std::size_t>();
            const bool ends_here = statement.attr("end_lineno").equal(statement.attr("lineno"));
            const std::size_t end = ends_here ? statement.attr("end_col_offset").cast<std::size_t>() : line.size();
            const bool has_others = line.find(';') != std::string::npos || line.find(':') < begin;
            return has_others && begin < end && end <= line.size() ? line.substr(begin, end - begin) : line;
        }
    }

    LifeLines::LifeLines(const std::string& body, int first_line)
        : source_(lines_of(body)), first_line_(first_line), ast_(py::module_::import("ast")),
          mark_("\1xmemory look " + std::to_string(reinterpret_cast<std::uintptr_t>(this)) + " ")
    {}

    int LifeLines::number_of(const py::handle& statement)
    {
        LifeLine line;
        line.line = statement.attr("lineno").cast<int>();
        const auto at = static_cast<std::size_t>(std::max(line.line - first_line_, 0));
        line.source = at < source_.size() ? part_of(source_[at], statement) : "";
        lines_.push_back(line);
        return static_cast<int>(lines_.size()) - 1;
    }

    // if -MARK: pass, which is compiled to a load, a negation and a jump, and is no expression that would be shown. Made of nothing
    // but these nodes, which go with the cell's own: what was made and freed before the cell would change what Python's free lists
    // have for it.
    void LifeLines::put_look(const py::list& body, std::size_t at, int number, const py::handle& place)
    {
        const auto placed = [&](const py::object& node)
        {
            for (const char* const where : {"lineno", "col_offset", "end_lineno", "end_col_offset"})
            {
                node.attr(where) = place.attr(where);
            }
            return node;
        };
        const py::object constant = placed(ast_.attr("Constant")(mark_ + std::to_string(number)));
        const py::object test = placed(ast_.attr("UnaryOp")(ast_.attr("USub")(), constant));
        py::list nothing;
        nothing.append(placed(ast_.attr("Pass")()));
        const py::object look = placed(ast_.attr("If")(test, nothing, py::list()));
        if (PyList_Insert(body.ptr(), static_cast<Py_ssize_t>(at), look.ptr()) < 0)
        {
            throw py::error_already_set();
        }
    }

    void LifeLines::put_looks(const py::list& body, int loop)
    {
        for (std::size_t at = 0; at < body.size(); ++at)
        {
            const py::object statement = body[at];
            if (must_stand_first(statement))
            {
                continue; // nothing is put before it
            }
            const int number = number_of(statement);
            const bool goes_on = loop != no_loop && type_of(statement) == "Continue";
            put_looks_within(statement, number, loop);
            put_look(body, at, goes_on ? loop : number, statement);
            ++at; // the look
        }
    }

    void LifeLines::put_looks_within(const py::handle& statement, int number, int loop)
    {
        const std::string type = type_of(statement);
        const auto part = [&](const char* name) { return py::list(statement.attr(name)); };
        // The body of what goes on, or does something of its own, when the body has ended.
        const auto put_with_return = [&](const py::list& body, int next, int inner_loop)
        {
            const py::object last = body[body.size() - 1];
            put_looks(body, inner_loop);
            put_look(body, body.size(), next, last);
        };
        if (type == "For" || type == "AsyncFor" || type == "While")
        {
            put_with_return(part("body"), number, number);
            put_looks(part("orelse"), loop);
        }
        else if (type == "If")
        {
            put_looks(part("body"), loop);
            put_looks(part("orelse"), loop);
        }
        else if (type == "With" || type == "AsyncWith")
        {
            put_with_return(part("body"), number, loop);
        }
        else if (type == "Try" || type == "TryStar")
        {
            put_looks(part("body"), loop);
            for (const py::handle handler : part("handlers"))
            {
                const py::list body = handler.attr("body");
                handler.attr("name").is_none() ? put_looks(body, loop) : put_with_return(body, number_of(handler), loop);
            }
            put_looks(part("orelse"), loop);
            put_looks(part("finalbody"), loop);
        }
        else if (type == "Match")
        {
            for (const py::handle one : part("cases"))
            {
                put_looks(py::list(one.attr("body")), loop);
            }
        }
    }

    void LifeLines::add_to(const py::list& statement) { put_looks(statement, no_loop); }

    // The code is new, and nobody else has seen its constants yet.
    void LifeLines::follow(const py::object& code)
    {
        const auto* raw = reinterpret_cast<PyCodeObject*>(code.ptr());
        constants_ = raw->co_consts;
        for (Py_ssize_t index = 0; index < PyTuple_GET_SIZE(constants_); ++index)
        {
            PyObject* constant = PyTuple_GET_ITEM(constants_, index);
            const std::string text = PyUnicode_CheckExact(constant) ? cpython::text_of(constant, longest_mark) : "";
            if (text.rfind(mark_, 0) != 0)
            {
                continue;
            }
            PyObject* look = cpython::look_point::make(std::stoi(text.substr(mark_.size())));
            if (look == nullptr)
            {
                throw py::error_already_set();
            }
            PyTuple_SET_ITEM(constants_, index, look);
            Py_DECREF(constant);
        }
        if (file_ == nullptr)
        {
            file_ = raw->co_filename;
            if (on_first_code != nullptr)
            {
                on_first_code(file_);
            }
        }
    }
}
