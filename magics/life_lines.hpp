// The statements of a body that are followed one by one: looks are put among them (cpython/look_point.hpp), one before each statement
// that stands in no function or class of its own, and one where a loop, a with or a handler goes on or ends. Its own text stays as it
// is, and so do the lines of its errors. On the thread that runs the cells, with the GIL, as the tutor.
#pragma once

#include <string>
#include <vector>

#include <pybind11/pybind11.h>

#include "magics/cell_body.hpp"
#include "magics/life_story.hpp"

namespace xmemory::magics
{
    class __attribute__((visibility("hidden"))) LifeLines : public BodyFollower
    {
    public:
        // body: as typed. first_line: the number of its first line.
        LifeLines(const std::string& body, int first_line);

        void add_to(const pybind11::list& statement) override;
        void follow(const pybind11::object& code) override;

        // All that were found so far. A look's number is the place here of the statement that runs next.
        const std::vector<LifeLine>& lines() const { return lines_; }

        // Of the code that was compiled last: its file's name, and the tuple of its constants. Compared only.
        PyObject* file() const { return file_; }
        PyObject* constants() const { return constants_; }

        // Is called with the file's name before the first code runs.
        void (*on_first_code)(PyObject* file) = nullptr;

    private:
        int number_of(const pybind11::handle& statement);
        void put_looks(const pybind11::list& body, int loop);
        void put_looks_within(const pybind11::handle& statement, int number, int loop);
        void put_look(const pybind11::list& body, std::size_t at, int number, const pybind11::handle& place);

        std::vector<std::string> source_;
        int first_line_;
        std::vector<LifeLine> lines_;
        pybind11::module_ ast_;
        std::string mark_; // what the constants begin with in whose place looks will stand: no text of the learner's
        PyObject* file_ = nullptr;
        PyObject* constants_ = nullptr;
    };
}
