// What IPython imports at its start and a notebook may never need comes when it is needed: its terminal (prompt_toolkit) with
// IPython.embed(), and jedi and typing_extensions with the first completion. Together some 16 MB, and half of what importing
// IPython takes (with IPython 8 and 9: IPython/__init__.py, IPython/core/completer.py). On the main thread, with the GIL.
#pragma once

#include <pybind11/pybind11.h>

namespace xmemory::jupyter
{
    // While it lives, IPython can be imported without the three.
    class LightStart
    {
    public:
        LightStart();
        ~LightStart();
        LightStart(const LightStart&) = delete;
        LightStart& operator=(const LightStart&) = delete;

    private:
        pybind11::dict modules_;
        bool without_terminal_ = false;
        bool without_jedi_ = false;
        pybind11::object extensions_;
    };

    // Before the shell's completer is asked: it uses jedi where jedi is installed and the user's configuration does not say
    // otherwise, as without LightStart.
    void prepare_completion(const pybind11::object& shell);
}
