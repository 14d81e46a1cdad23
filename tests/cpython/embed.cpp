// Tests of kernel/cpython/embed.cpp. This program has started Python by it; a Python that cannot be used is refused before that.
#include "cpython/embed.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        namespace fs = std::filesystem;

        std::string refusal_of(const std::string& executable)
        {
            try
            {
                start_python(executable, {"test"});
            }
            catch (const std::runtime_error& error)
            {
                return error.what();
            }
            return "";
        }

        TEST(Embed, IsAsTheGivenPython)
        {
            Notebook notebook;
            EXPECT_EQ(notebook.run_as_tutor("import sys\nexecutable, path = sys.executable, sys.path"), "");
            EXPECT_EQ(PyUnicode_AsUTF8(notebook.get("executable")), default_python());
            EXPECT_STREQ(PyUnicode_AsUTF8(PyList_GetItem(notebook.get("path"), 0)), "")
                << "the notebook's folder comes first";
            EXPECT_EQ(notebook.run_as_tutor("import json, ctypes, ssl"), "") << "the standard library is there, C parts too";
            EXPECT_EQ(notebook.run_as_tutor("assert sys.flags.utf8_mode == 1 and len(sys.argv) == 1"), "");
        }

        TEST(Embed, APathWithoutAPythonIsOneClearSentence)
        {
            EXPECT_EQ(refusal_of("/nowhere/python3"),
                      "There is no Python at /nowhere/python3. Name one with --python, or run './tutor install' again.");
        }

        class EmbedVenv : public testing::Test
        {
        protected:
            EmbedVenv()
            {
                char name[] = "/tmp/xmemory_tests_XXXXXX";
                folder_ = mkdtemp(name);
                fs::create_directory(folder_ / "bin");
                fs::create_symlink(default_python(), folder_ / "bin" / "python");
            }
            ~EmbedVenv() override { fs::remove_all(folder_); }

            std::string python() const { return folder_ / "bin" / "python"; }
            void say_version(const std::string& version) const
            {
                std::ofstream(folder_ / "pyvenv.cfg") << "home = /usr/bin\nversion = " << version << "\n";
            }

        private:
            fs::path folder_;
        };

        TEST_F(EmbedVenv, OfAnotherMinorVersionIsRefusedWithTheWayOut)
        {
            say_version("3.9.18");
            const std::string refusal = refusal_of(python());
            EXPECT_NE(refusal.find("built for Python " + std::to_string(PY_MAJOR_VERSION) + "." +
                                   std::to_string(PY_MINOR_VERSION)),
                      std::string::npos)
                << refusal;
            EXPECT_NE(refusal.find(python() + " is Python 3.9.18"), std::string::npos) << refusal;
            EXPECT_NE(refusal.find("virtual environment"), std::string::npos) << refusal;
        }

        TEST_F(EmbedVenv, OfAVersionThatOnlyBeginsAlikeIsRefused)
        {
            const std::string built_for = std::to_string(PY_MAJOR_VERSION) + "." + std::to_string(PY_MINOR_VERSION / 10);
            ASSERT_GE(PY_MINOR_VERSION, 10);
            say_version(built_for + ".4"); // 3.1.4 for 3.11
            EXPECT_NE(refusal_of(python()), "");
        }
    }
}
