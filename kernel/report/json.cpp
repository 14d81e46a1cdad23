#include "report/render.hpp"

namespace xmemory::report
{
    nlohmann::json render_bundle(const Document& document)
    {
        // Once through text: names that are not valid UTF-8 would make the front end's serialiser throw later, far from here.
        using nlohmann::json;
        json data = json::parse(document.data.dump(-1, ' ', false, json::error_handler_t::replace));
        if (!data.is_object())
            data = json::object();
        data["kind"] = document.kind;
        return {{"text/plain", render_text(document)},
                {"text/html", render_html(document)},
                {report_mime_type, std::move(data)}};
    }
}
