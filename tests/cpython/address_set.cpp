// Tests of kernel/cpython/address_set.hpp, and of the tables below it.
#include "cpython/address_set.hpp"

#include <gtest/gtest.h>

#include <Python.h>

#include <vector>

namespace xmemory::cpython
{
    namespace
    {
        TEST(AddressSet, KnowsWhatWasPutIn)
        {
            std::vector<char> elsewhere(100'000 * 16);
            std::vector<void*> blocks;
            for (int index = 0; index < 10'000; ++index)
            {
                blocks.push_back(PyObject_Malloc(100));
            }
            AddressSet set;
            for (const bool was_in : {false, true})
            {
                for (void* block : blocks)
                {
                    ASSERT_EQ(set.put(block), was_in);
                }
                for (std::size_t offset = 0; offset < elsewhere.size(); offset += 16)
                {
                    ASSERT_EQ(set.put(&elsewhere[offset]), was_in);
                }
            }
            for (void* block : blocks)
            {
                PyObject_Free(block);
            }
        }

        TEST(AddressSet, KnowsStaticObjects)
        {
            static PyObject ours[3];
            AddressSet set;
            for (const bool was_in : {false, true})
            {
                for (PyObject& one : ours)
                {
                    EXPECT_EQ(set.put(&one), was_in);
                }
                EXPECT_EQ(set.put(Py_None), was_in);
                EXPECT_EQ(set.put(&PyType_Type), was_in);
            }
        }

        TEST(AddressTable, GivesTheNumberThatWasPutInLast)
        {
            AddressTable table;
            int places[2];
            EXPECT_EQ(table.find(&places[0]), 0u);
            table.put(&places[0], 1);
            table.put(&places[1], 2);
            table.put(&places[0], 3);
            EXPECT_EQ(table.find(&places[0]), 3u);
            EXPECT_EQ(table.find(&places[1]), 2u);
        }
    }
}
