// The history as Jupyter asks for it, from IPython's own history manager: sessions, outputs and unique search included.
// On the main thread, with the GIL.
#pragma once

#include <memory>

#include <pybind11/pybind11.h>
#include <xeus/xhistory_manager.hpp>

namespace xmemory::jupyter
{
    // A number in a request that stands for "no limit".
    inline constexpr int all_history = -1;

    class __attribute__((visibility("hidden"))) History : public xeus::xhistory_manager
    {
    public:
        // shell: IPython's, once it exists. Its thread that writes the history is stopped: it would work, and fill Python's free
        // lists, in the middle of the learner's cells.
        void use(pybind11::object shell);
        // What that thread did, after a cell was answered.
        void write() const;

    private:
        void configure_impl() override {}
        // IPython stores what it runs by itself.
        void store_inputs_impl(int, int, const std::string&, const std::string&) override {}
        nlohmann::json get_tail_impl(int n, bool raw, bool output) const override;
        nlohmann::json get_range_impl(int session, int start, int stop, bool raw, bool output) const override;
        nlohmann::json search_impl(const std::string& pattern, bool raw, bool output, int n, bool unique) const override;

        pybind11::object shell_ = pybind11::none();
    };
}
