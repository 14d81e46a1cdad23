// Modules that IPython imports at its start and most notebooks never use: while a LateModules lives, a stand-in takes the place of
// each that nobody has imported yet; its attributes are the module's own, which is imported when the first of them is asked for.
// Afterwards an import by anybody finds the module itself, and the stand-ins live on only where IPython holds them.
// On the main thread, with the GIL.
#pragma once

#include <string>

#include <pybind11/pybind11.h>

namespace xmemory::jupyter
{
    // A stand-in for the module of that name, to be put into sys.modules.
    pybind11::module_ make_late_module(const std::string& name);
    // Takes it out of sys.modules, and says whether it was there yet: nobody has asked for the module itself.
    bool end_late_module(const pybind11::dict& modules, const std::string& name, const pybind11::object& stand_in);

    class LateModules
    {
    public:
        LateModules();
        ~LateModules();
        LateModules(const LateModules&) = delete;
        LateModules& operator=(const LateModules&) = delete;

    private:
        pybind11::dict modules_;   // of the interpreter
        pybind11::dict stand_ins_; // by name
    };
}
