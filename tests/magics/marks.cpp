// Tests of magics/marks.cpp.
#include "magics/marks.hpp"

#include <gtest/gtest.h>

#include "magics/command.hpp"

namespace xmemory::magics
{
    namespace
    {
        TypeCounts of_objects(std::int64_t number)
        {
            TypeCounts counts;
            counts.free_lists[1] = {number, 0};
            return counts;
        }

        std::string error_of(void (*does)())
        {
            try
            {
                does();
            }
            catch (const UsageError& error)
            {
                return error.what();
            }
            return "";
        }

        TEST(Marks, AreKeptByNameAndTakeThePlaceOfOneAnother)
        {
            marks::keep("one", of_objects(1));
            marks::keep("one", of_objects(2));
            EXPECT_EQ(marks::named("one").free_lists.at(1).count, 2);
            marks::forget("one");
        }

        TEST(Marks, OneThatIsNotThereIsToldWithThoseThatAre)
        {
            EXPECT_EQ(error_of([] { marks::named("two"); }), "There is no mark 'two'. %memory mark two sets it now.");
            marks::keep("one", of_objects(1));
            EXPECT_EQ(error_of([] { marks::named("two"); }), "There is no mark 'two'. The marks are: one.");
            EXPECT_EQ(error_of([] { marks::forget("two"); }), "There is no mark 'two'. The marks are: one.");
            marks::forget("one");
        }

        TEST(Marks, NoneIsDroppedWhereThereAreTooMany)
        {
            for (int number = 10; number < 60; ++number)
            {
                marks::keep(std::to_string(number), of_objects(number));
            }
            EXPECT_EQ(error_of([] { marks::has_room_for("one more"); }),
                      "There are 50 marks already. %memory mark --drop 10 makes room.");
            EXPECT_EQ(error_of([] { marks::has_room_for("10"); }), "");
            for (int number = 10; number < 60; ++number)
            {
                EXPECT_EQ(marks::named(std::to_string(number)).free_lists.at(1).count, number);
                marks::forget(std::to_string(number));
            }
        }
    }
}
