// A black box's file with anything in it: it is none, or a story that can be shown.
#include "core/black_box_layout.hpp"
#include "core/death.hpp"
#include "given_bytes.hpp"
#include "magics/death.hpp"
#include "report/render.hpp"

using namespace xmemory;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string file(reinterpret_cast<const char*>(data), size);
    core::read_death(file);
    // And past the first look: with the number of this build's layout in its place.
    if (file.size() < core::black_box::stack_offset)
    {
        file.resize(core::black_box::stack_offset, file.empty() ? '\0' : file.back());
    }
    file.replace(0, sizeof core::black_box::magic, core::black_box::magic, sizeof core::black_box::magic);
    std::memcpy(&file[offsetof(core::black_box::Notes, layout)], &core::black_box::layout, sizeof core::black_box::layout);
    const auto death = core::read_death(file);
    HOLDS(death.has_value());
    HOLDS(!death->in_use_bytes || (*death->in_use_bytes >= 0 && *death->peak_bytes >= *death->in_use_bytes));
    const nlohmann::json bundle = report::render_bundle(magics::death_report(*death));
    HOLDS(bundle["text/html"].get_ref<const std::string&>().find("<script") == std::string::npos);
    HOLDS(!bundle.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).empty());
    return 0;
}
