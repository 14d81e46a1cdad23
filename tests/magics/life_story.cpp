// Tests of magics/life_story.cpp and life_report.cpp: sentences that say what was seen, and tables that stay small.
#include "magics/life_story.hpp"

#include <gtest/gtest.h>

#include "magics/life_report.hpp"

namespace xmemory::magics
{
    namespace
    {
        Life life_of(int lines)
        {
            Life life;
            life.names = {"x"};
            for (int line = 2; line < 2 + lines; ++line)
            {
                life.lines.push_back({line, "line " + std::to_string(line), 1});
            }
            return life;
        }

        LifeStory dead()
        {
            LifeStory story;
            story.name = "x";
            story.type = "Node";
            story.was_made = true;
            story.bound = 0;
            story.ending = Ending::last_reference;
            story.ended = 3;
            story.ended_line = 5;
            story.last_holder = "x";
            story.last_step = "rebound";
            return story;
        }

        TEST(LifeSentence, SaysWhereAndOfWhatItDied)
        {
            const Life life = life_of(5);
            EXPECT_EQ(sentence_of(life, dead()),
                      "**x** (Node, made at line 2) died at line 5, when its last reference, the variable x, was rebound.");
        }

        TEST(LifeSentence, SaysBoundWhereItIsNotKnownToBeMadeThere)
        {
            LifeStory story = dead();
            story.was_made.reset();
            story.last_holder = "x and y";
            story.last_step = "deleted";
            EXPECT_EQ(sentence_of(life_of(5), story), "**x** (Node, bound at line 2) died at line 5, when its last references, the "
                                                      "variables x and y, were deleted.");
        }

        TEST(LifeSentence, NamesTheFunctionAndTheThread)
        {
            LifeStory story = dead();
            story.ended_function = "use";
            story.ended_line = 12;
            story.last_holder = "";
            EXPECT_EQ(sentence_of(life_of(5), story), "**x** (Node, made at line 2) died at line 12 in use(), while line 5 ran, when its "
                                                      "last reference went.");
            story.ended_on_another_thread = true;
            story.ended_line = 0;
            EXPECT_EQ(sentence_of(life_of(5), story), "**x** (Node, made at line 2) died on another thread, while line 5 ran, when its "
                                                      "last reference went.");
        }

        TEST(LifeSentence, TellsTheCollectorsRun)
        {
            LifeStory story = dead();
            story.ending = Ending::collector;
            story.was_unreachable = true;
            story.asked_for = true;
            story.generation = 2;
            EXPECT_EQ(sentence_of(life_of(5), story),
                      "**x** (Node, made at line 2) died at line 5 in a run of the garbage collector (gc.collect(), generation 2), which "
                      "found it unreachable: only a cycle still held it.");
            story.was_unreachable = false;
            story.asked_for = false;
            story.generation = 0;
            EXPECT_EQ(sentence_of(life_of(5), story), "**x** (Node, made at line 2) died at line 5 in a run of the garbage collector "
                                                      "(automatic, generation 0), when its last reference went.");
        }

        TEST(LifeSentence, SaysWhyItIsStillThere)
        {
            LifeStory story = dead();
            story.ending = Ending::alive;
            story.references = 3;
            story.holders = {"x", "box[0]"};
            story.unexplained = 1;
            EXPECT_EQ(sentence_of(life_of(5), story), "**x** (Node, made at line 2) is still there: 3 references, x and box[0], and 1 that "
                                                      "no object accounts for.");
            story.holders = {};
            story.references = story.unexplained = 1;
            EXPECT_EQ(sentence_of(life_of(5), story),
                      "**x** (Node, made at line 2) is still there: 1 reference, which no object accounts for.");
            story.holders = {"a", "b", "c", "d", "e", "f"};
            story.references = 6;
            story.unexplained = 0;
            EXPECT_EQ(sentence_of(life_of(5), story),
                      "**x** (Node, made at line 2) is still there: 6 references, a, b, c, d and 2 more.");
        }

        TEST(LifeFolding, PutsTogetherWhatReadsTheSame)
        {
            Life life = life_of(5);
            life.stories = {dead(), dead(), dead()};
            life.stories.push_back(dead());
            life.stories.back().ending = Ending::alive;
            life.stories.back().references = 1;
            life.stories.back().holders = {"x"};
            const auto groups = fold(life);
            ASSERT_EQ(groups.size(), 2u);
            EXPECT_EQ(groups[0].number, 3);
            EXPECT_EQ(finding_of(life), "**x** was 3 objects one after the other (Node, made at line 2): each died at line 5, when its last "
                                        "reference, the variable x, was rebound. **x** (Node, made at line 2) is still there: 1 "
                                        "reference, x.");
        }

        TEST(LifeFinding, CountsWhereThereAreMany)
        {
            Life life = life_of(5);
            for (int line = 0; line < 4; ++line)
            {
                life.stories.push_back(dead());
                life.stories.back().bound = line;
            }
            life.stories[0].ending = Ending::collector;
            life.stories[1].ending = Ending::alive;
            EXPECT_EQ(finding_of(life), "**4 objects** were followed: 2 died of their last reference, 1 in a run of the garbage collector, "
                                        "1 is still there.");
            life.stories.clear();
            EXPECT_EQ(finding_of(life), "**x** was never bound to anything in this cell.");
        }

        TEST(LifeRemarks, ExplainWhatPythonDoes)
        {
            LifeStory story = dead();
            story.weak_references = 2;
            story.weak_callbacks = 1;
            story.has_finalizer = true;
            story.was_finalized = true;
            story.tracking_first = {true, true, 0};
            story.tracking_last = {true, true, 1};
            EXPECT_EQ(remarks_of(life_of(5), story),
                      (std::vector<std::string>{"2 weak references lead to it (1 with a callback): not in the count, and no reason to "
                                                "have stayed.",
                                                "Its __del__ ran as it died.",
                                                "The garbage collector tracked it, in generation 0 first and 1 at last."}));
            story.finalized_by = 2;
            EXPECT_EQ(remarks_of(life_of(5), story)[1], "Its __del__ ran at line 4 and it was resurrected: a new reference came meanwhile. "
                                                        "__del__ does not run a second time.");
        }

        TEST(LifeFolding, OfLinesThatChangeNothing)
        {
            LifeStory story = dead();
            for (int statement = 0; statement < 6; ++statement)
            {
                LifeChange change;
                change.statement = change.last_statement = statement;
                change.before = change.after = change.lowest = change.highest = 1;
                story.changes.push_back(change);
            }
            story.changes[4].after = story.changes[4].highest = 2;
            fold_unchanged(story);
            ASSERT_EQ(story.changes.size(), 3u);
            EXPECT_EQ(story.changes[0].last_statement, 3);
            EXPECT_EQ(story.changes[0].runs, 4);
            EXPECT_EQ(story.changes[2].last_statement, 5);
        }

        TEST(LifeReport, FoldsALoopIntoARow)
        {
            Life life = life_of(2);
            LifeStory story = dead();
            story.ended = 1;
            LifeChange change;
            change.statement = change.last_statement = 1;
            change.runs = 1000;
            change.before = 1;
            change.after = 1;
            change.lowest = 1;
            change.highest = 2;
            change.came = {"y", "a", "b", "c", "d"};
            story.changes = {change};
            life.stories = {story};
            const report::Document document = life_report(life);
            const auto& table = std::get<report::Table>(document.parts.at(0));
            ASSERT_EQ(table.rows.size(), 1u);
            EXPECT_EQ(table.rows[0][2].text, "1,000");
            EXPECT_EQ(table.rows[0][3].text, "1 → 1, at most 2");
            EXPECT_EQ(table.rows[0][4].text, "+\u00a0y, +\u00a0" "a, +\u00a0" "b and 2 more");
        }

        TEST(LifeReport, StaysSmall)
        {
            Life life = life_of(200);
            for (int line = 0; line < 200; ++line)
            {
                life.stories.push_back(dead());
                life.stories.back().bound = line;
            }
            life.more_objects = 800;
            const report::Document document = life_report(life);
            EXPECT_LE(document.parts.size(), 45u);
            EXPECT_EQ(document.data.at("stories").size(), 200u);
            EXPECT_EQ(document.data.at("more_objects"), 800);
        }
    }
}
