// Tests of kernel/report/json.cpp.
#include "report/render.hpp"

#include <gtest/gtest.h>

namespace xmemory::report
{
    namespace
    {
        TEST(RenderBundle, HoldsTextHtmlAndData)
        {
            Document document;
            document.kind = "cells";
            document.finding = "Finding.";
            document.data = {{"kept_bytes", 496}};
            const auto bundle = render_bundle(document);
            EXPECT_EQ(bundle.size(), 3u);
            EXPECT_EQ(bundle.at("text/plain"), render_text(document));
            EXPECT_EQ(bundle.at("text/html"), render_html(document));
            EXPECT_EQ(bundle.at("application/vnd.xmemory.report+json"),
                      nlohmann::json({{"kind", "cells"}, {"kept_bytes", 496}}));
        }

        TEST(RenderBundle, CanBeSentEvenWhereNamesAreNotUtf8)
        {
            Document document;
            document.kind = "cells";
            document.finding = "\xff is a name";
            document.parts = {Paragraph{"\xff"}, Details{"\xff", {}}};
            document.data = {{"name", "a\xff"}};
            const auto bundle = render_bundle(document);
            EXPECT_NO_THROW(bundle.dump());
            EXPECT_EQ(bundle.at(report_mime_type).at("name"), "a\ufffd");
        }

        TEST(RenderBundle, KeepsLargeNumbersToTheByte)
        {
            Document document;
            document.data = {{"bytes", 9'007'199'254'740'993}};
            EXPECT_EQ(render_bundle(document).at(report_mime_type).at("bytes"), 9'007'199'254'740'993);
        }
    }
}
