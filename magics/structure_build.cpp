#include "magics/structure_build.hpp"

namespace py = pybind11;

namespace xmemory::magics
{
    report::Bar Built::kept_by_origin() const
    {
        report::Bar bar;
        for (std::size_t origin = 0; origin < cost.figures.origins.size(); ++origin)
        {
            if (cost.figures.origins[origin].kept_bytes > 0)
            {
                // The shades are in the order of the origins.
                bar.push_back({static_cast<report::Shade>(origin), cost.figures.origins[origin].kept_bytes});
            }
        }
        return bar;
    }

    Built build(const py::object& builder, const py::tuple& arguments)
    {
        Measurement measurement;
        const StopWatch watch;
        Built built;
        built.structure = call_as_learner([&] { return PyObject_CallObject(builder.ptr(), arguments.ptr()); });
        built.seconds = watch.seconds();
        built.cost = measurement.end();
        return built;
    }
}
