#include "magics/record_bench.hpp"

#include "magics/structure_build.hpp"
#include "magics/structure_kinds.hpp"

#include <pybind11/eval.h>

namespace py = pybind11;

namespace xmemory::magics
{
    namespace
    {
        constexpr Py_ssize_t records_to_warm_up = 100;

        py::object nones(Py_ssize_t count)
        {
            return py::reinterpret_steal<py::object>(PySequence_Repeat(py::make_tuple(py::none()).ptr(), count));
        }

        RecordRow measure_record(const Record& record, const py::dict& names, const Items& items)
        {
            const py::object fill = names["fill"];
            const py::object make = py::eval(record.make, names);
            PyGC_Collect(); // empties Python's free lists: so the records' own blocks are all new
            // A class's first instances have room for more attributes than they need (Objects/dictobject.c, 3.11), and the
            // calls' own tuples come from the free lists: these records stay until the others are measured.
            const py::list first_ones(nones(records_to_warm_up));
            fill(first_ones, make, nones(records_to_warm_up));
            py::object places = py::list(nones(static_cast<Py_ssize_t>(items.count())));
            const Built built = build(fill, py::make_tuple(places, make, items.list));
            const report::Figures& figures = built.cost.figures;
            const RecordRow row = {record.name,        figures.kept_bytes, built.kept_by_origin(),
                                   figures.peak_bytes, built.cost.exact,   built.seconds};
            const core::LearnerScope scope;
            PyList_SetSlice(places.ptr(), 0, PyList_GET_SIZE(places.ptr()), nullptr);
            return row;
        }
    }

    std::vector<RecordRow> measure_records(const Items& items, Patience& patience)
    {
        py::dict names;
        names["__name__"] = "xmemory.structures";
        py::exec(record_source, names);
        std::vector<RecordRow> rows;
        for (const Record& record : records())
        {
            patience.say(std::string("Building records: ") + record.name);
            rows.push_back(measure_record(record, names, items));
        }
        return rows;
    }
}
