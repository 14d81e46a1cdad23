// Tests of kernel/cpython/interrupt_gate.cpp.
#include "cpython/interrupt_gate.hpp"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <cstdlib>
#include <thread>

#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        bool is_open()
        {
            sigset_t mask;
            pthread_sigmask(SIG_BLOCK, nullptr, &mask);
            return sigismember(&mask, SIGINT) == 0;
        }

        void change(int how)
        {
            sigset_t set;
            sigemptyset(&set);
            sigaddset(&set, SIGINT);
            pthread_sigmask(how, &set, nullptr);
        }

        class InterruptGateTest : public testing::Test
        {
        protected:
            InterruptGateTest()
            {
                change(SIG_BLOCK);
                core::ledger::adopt_this_thread();
                use_interrupt_gate();
            }
            ~InterruptGateTest() override { change(SIG_UNBLOCK); }
        };

        // In a process of its own, since the gate once used stays so.
        TEST(InterruptGate, IsOffUntilItIsUsed)
        {
            if (std::getenv("XMEMORY_TEST_PROCESS") == nullptr)
            {
                EXPECT_EQ(run_this_program("InterruptGate.IsOffUntilItIsUsed", "XMEMORY_TEST_PROCESS", "own"), 0);
                return;
            }
            change(SIG_BLOCK);
            const InterruptGate gate;
            EXPECT_FALSE(is_open());
        }

        TEST_F(InterruptGateTest, LetsInterruptsThroughWhileItStands)
        {
            EXPECT_FALSE(is_open());
            {
                const InterruptGate gate;
                EXPECT_TRUE(is_open());
            }
            EXPECT_FALSE(is_open());
        }

        TEST_F(InterruptGateTest, ClosesWithTheOutermost)
        {
            const InterruptGate outer;
            {
                const InterruptGate inner;
                EXPECT_TRUE(is_open());
            }
            EXPECT_TRUE(is_open());
        }

        TEST_F(InterruptGateTest, IsShutWhileItIsHeldAndOpenedWithin)
        {
            const InterruptGate gate;
            {
                const InterruptHold hold;
                EXPECT_FALSE(is_open());
                {
                    const InterruptGate within;
                    EXPECT_TRUE(is_open());
                }
                EXPECT_FALSE(is_open());
            }
            EXPECT_TRUE(is_open());
        }

        TEST_F(InterruptGateTest, AnInterruptThatIsNotedWaitsWhileItIsHeld)
        {
            const InterruptGate gate;
            PyErr_SetInterrupt(); // as Python's handler does
            {
                const InterruptHold hold;
                EXPECT_EQ(PyErr_CheckSignals(), 0);
            }
            EXPECT_NE(PyErr_CheckSignals(), 0);
            EXPECT_TRUE(PyErr_ExceptionMatches(PyExc_KeyboardInterrupt));
            PyErr_Clear();
        }

        TEST_F(InterruptGateTest, IsNotAnotherThreadsToOpen)
        {
            bool open_there = true;
            bool open_here = true;
            std::thread(
                [&]
                {
                    change(SIG_BLOCK);
                    const InterruptGate gate;
                    open_there = is_open();
                })
                .join();
            open_here = is_open();
            EXPECT_FALSE(open_there);
            EXPECT_FALSE(open_here);
        }

        TEST_F(InterruptGateTest, AnInterruptInTheLearnersCodeIsKeyboardInterrupt)
        {
            Notebook notebook;
            ASSERT_EQ(notebook.run_as_tutor("import signal"), "");
            notebook.run("reached = False\nsignal.raise_signal(signal.SIGINT)\nfor _ in range(10): pass\nreached = True");
            EXPECT_EQ(notebook.error, "KeyboardInterrupt");
            EXPECT_EQ(notebook.get("reached"), Py_False);
        }

        TEST_F(InterruptGateTest, AnInterruptOnTheLastStepIsNotLost)
        {
            Notebook notebook;
            ASSERT_EQ(notebook.run_as_tutor("import signal"), "");
            notebook.run("signal.raise_signal(signal.SIGINT)");
            EXPECT_EQ(notebook.error, "KeyboardInterrupt");
            notebook.run("after = 1");
            EXPECT_EQ(notebook.error, "") << "and it is raised once";
        }

        TEST_F(InterruptGateTest, AnInterruptInTheMachineryWaitsForTheLearnersCode)
        {
            Notebook notebook;
            // Given one that comes while the gate is shut
            EXPECT_EQ(notebook.run_as_tutor("import signal\nsignal.raise_signal(signal.SIGINT)\nfor _ in range(1000): pass\n"
                                            "whole = True"),
                      "");
            EXPECT_EQ(notebook.get("whole"), Py_True);
            // Then the learner's code meets it
            notebook.run("for _ in range(1000): pass");
            EXPECT_EQ(notebook.error, "KeyboardInterrupt");
        }
    }
}
