// Tests of magics/session.cpp: the records of the cells.
#include "magics/session.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "core/scope.hpp"
#include "cpython/python.hpp"

namespace xmemory::magics
{
    namespace
    {
        class SessionTest : public testing::Test
        {
        protected:
            SessionTest() { session_.start(std::nullopt); }

            template <typename Learner>
            report::CellRecord run(const CellSource& source, Learner learner, const std::string& status = "ok")
            {
                session_.begin_cell(source);
                {
                    const core::LearnerScope scope;
                    learner();
                }
                return session_.end_cell(status);
            }

            report::CellRecord run(const std::string& code, const std::string& cell_id = "")
            {
                return run({core::next_cell(), code, cell_id}, [] {});
            }

            Session session_;
        };

        TEST_F(SessionTest, ARecordHasTheFiguresOfItsCell)
        {
            const int number = core::next_cell();
            void* block = nullptr;
            const report::CellRecord record = run(
                {number, "x = 1", ""}, [&] { block = std::malloc(1000); }, "error");
            EXPECT_EQ(record.cell, number);
            EXPECT_EQ(record.status, "error");
            EXPECT_TRUE(record.exact);
            EXPECT_EQ(record.why, "");
            ASSERT_TRUE(record.figures);
            EXPECT_EQ(record.figures->kept_bytes, 1000);
            EXPECT_EQ(record.still_in_use_bytes, 1000);
            EXPECT_EQ(record.source_bytes, 0);
            EXPECT_EQ(record.arenas_gained, 0);
            EXPECT_TRUE(record.resident_delta_bytes);
            EXPECT_GE(record.seconds, 0);
            std::free(block);
            EXPECT_EQ(session_.record(number)->still_in_use_bytes, 0) << "read again, it says what is in use now";
            EXPECT_EQ(session_.record(number)->figures->kept_bytes, 1000);
        }

        TEST_F(SessionTest, RecordsAreFoundByNumberAndFromTheEnd)
        {
            EXPECT_FALSE(session_.record(-1));
            const int first = run("a").cell, second = run("b").cell;
            EXPECT_EQ(session_.record(first)->first_words, "a");
            EXPECT_EQ(session_.record(-1)->cell, second);
            EXPECT_EQ(session_.record(-2)->cell, first);
            EXPECT_FALSE(session_.record(-3));
            EXPECT_FALSE(session_.record(0));
            EXPECT_FALSE(session_.record(second + 1));
            EXPECT_EQ(session_.records().size(), 2u);
        }

        TEST_F(SessionTest, ASilentRequestLeavesNoRecord)
        {
            EXPECT_FALSE(session_.cell_is_running());
            session_.begin_cell({0, "quiet()", ""});
            EXPECT_TRUE(session_.cell_is_running());
            EXPECT_EQ(session_.end_cell("ok").cell, 0);
            EXPECT_TRUE(session_.records().empty());
        }

        TEST_F(SessionTest, TheSameCellKnowsItsLastRun)
        {
            const report::CellRecord first = run("x = 1", "id-1");
            EXPECT_EQ(first.last_run, 0);
            EXPECT_EQ(run("x = 1", "id-2").last_run, 0) << "another cell with the same text";
            EXPECT_EQ(run("x = 2", "id-1").last_run, first.cell) << "the same cell, edited";
            // A front end that gives no id: the text is what there is
            const report::CellRecord plain = run("y = 1");
            EXPECT_EQ(run("y = 2").last_run, 0);
            EXPECT_EQ(run("y = 1").last_run, plain.cell);
        }

        TEST_F(SessionTest, FirstWordsAreTheFirstLineCutBetweenCharacters)
        {
            EXPECT_EQ(run("").first_words, "");
            EXPECT_EQ(run(" \n\t\n").first_words, "");
            EXPECT_EQ(run("\n\n  x = 1\ny = 2").first_words, "x = 1");
            EXPECT_EQ(run("%%memory check kept<1kB\n\n  x = 1\ny = 2").first_words, "x = 1");
            EXPECT_EQ(run("\n%%memory predict ? of 8 MB, 40 MB\nx = 1").first_words, "x = 1");
            EXPECT_EQ(run("%%memory predict 8 MB").first_words, "%%memory predict 8 MB");
            EXPECT_EQ(run("%%memory compare\n## a\nx = 1").first_words, "%%memory compare");
            EXPECT_EQ(run(std::string(40, 'a')).first_words, std::string(40, 'a'));
            EXPECT_EQ(run(std::string(41, 'a')).first_words, std::string(39, 'a') + "…");
            EXPECT_EQ(run(std::string(38, 'a') + "日本").first_words, std::string(38, 'a') + "…");
        }

        TEST_F(SessionTest, FiguresAreUnknownWhereTheHooksAreBlind)
        {
            Session blind;
            blind.start("a reason");
            blind.begin_cell({core::next_cell(), "x", ""});
            const report::CellRecord record = blind.end_cell("ok");
            EXPECT_FALSE(record.exact);
            EXPECT_EQ(record.why, "a reason");
            EXPECT_FALSE(record.figures);
            EXPECT_FALSE(record.source_bytes);
            EXPECT_FALSE(record.arenas_gained);
            EXPECT_FALSE(record.still_in_use_bytes);
            EXPECT_FALSE(record.unseen_bytes);
            EXPECT_FALSE(record.mapped_bytes);
            EXPECT_FALSE(blind.record(-1)->still_in_use_bytes);
        }

        TEST_F(SessionTest, CollectionsDuringTheCellAreCounted)
        {
            cpython::Notebook notebook;
            notebook.run_as_tutor("import gc\ngc.collect()");
            EXPECT_TRUE(run("no collection").gc.empty());
            const report::CellRecord record =
                run({core::next_cell(), "gc", ""},
                    [&] { notebook.run_as_tutor("a = []; a.append(a); del a\ngc.collect()\ngc.collect()"); });
            ASSERT_EQ(record.gc.size(), 1u);
            EXPECT_EQ(record.gc[0].generation, 2);
            EXPECT_EQ(record.gc[0].collections, 2);
            EXPECT_GE(record.gc[0].collected, 1);
            EXPECT_EQ(record.gc[0].uncollectable, 0);
            EXPECT_FALSE(record.gc[0].seconds) << "nobody watches the collector in this program";
            EXPECT_FALSE(record.collections);
        }
    }
}
