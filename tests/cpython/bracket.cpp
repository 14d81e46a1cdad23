// Tests of kernel/cpython/learner_code.cpp. What the functions with names of their own do stands in python.hpp.
#include "cpython/bracket.hpp"

#include <gtest/gtest.h>

#include "python.hpp"

namespace xmemory::cpython
{
    namespace
    {
        TEST(Bracket, BracketedCallableIsLikeTheCallable)
        {
            Notebook notebook;
            EXPECT_EQ(notebook.run_as_tutor("def f(a, b=2, *c, **d):\n"
                                            "    'words'\n"
                                            "    if a is None: raise ValueError(b)\n"
                                            "    return a, b, c, d\n"
                                            "f.mark = 5\n"
                                            "for bracketed in (as_learner(f), as_tutor(f)):\n"
                                            "    assert bracketed(1) == (1, 2, (), {})\n"
                                            "    assert bracketed(1, 3, 4, z=5) == (1, 3, (4,), {'z': 5})\n"
                                            "    assert bracketed.__name__ == 'f' and bracketed.mark == 5\n"
                                            "    try: bracketed.missing\n"
                                            "    except AttributeError as e: assert 'missing' in str(e)\n"
                                            "    else: assert False\n"
                                            "    try: bracketed(None, 'why')\n"
                                            "    except ValueError as e: assert str(e) == 'why'\n"
                                            "    else: assert False"),
                      "");
        }

        TEST(Bracket, BracketedCallableWorksOnItsSide)
        {
            Notebook notebook;
            ASSERT_EQ(notebook.run_as_tutor("kept = []\n"
                                            "show = as_tutor(lambda n: kept.append(bytes(n)))\n"
                                            "def run(n): kept.append(bytes(n))\n"
                                            "back = as_tutor(as_learner(run))"),
                      "");
            EXPECT_EQ(large_of(notebook.run("show(5000)")).made.blocks, 0);
            EXPECT_EQ(large_of(notebook.run("back(6000)")).made.bytes, 6033);
        }

        TEST(Bracket, BracketsDieWithWhatTheyHold)
        {
            Notebook notebook;
            EXPECT_EQ(notebook.run_as_tutor("import gc, weakref\n"
                                            "class Held:\n"
                                            "    def __call__(self): pass\n"
                                            "held = Held()\n"
                                            "seen = weakref.ref(held)\n"
                                            "held.me = as_learner(held)\n"
                                            "del held\n"
                                            "gc.collect()\n"
                                            "assert seen() is None"),
                      "");
        }

        TEST(Bracket, BracketedCoroutineIsSentToAndReturns)
        {
            Notebook notebook;
            EXPECT_EQ(notebook.run_as_tutor(std::string(waiting) +
                                            "for bracketed in (as_learner, as_tutor):\n"
                                            "    c = bracketed(work())\n"
                                            "    assert c.send(None) == 'asked'\n"
                                            "    assert result(c.send, 1) == (1, 2), 'a tuple stays one value'\n"
                                            "    async def around(): return await bracketed(work())\n"
                                            "    c = around()\n"
                                            "    assert c.send(None) == 'asked' and result(c.send, None) == (None, 2)\n"
                                            "    async def at_once(v): return v\n"
                                            "    for v in (None, 5, (), (1, 2), ValueError('v')):\n"
                                            "        assert result(bracketed(at_once(v)).send, None) is v\n"
                                            "        assert result(next, bracketed(at_once(v))) is v\n"
                                            "    assert asyncio.run(asyncio.wait_for(bracketed(at_once(7)), 5)) == 7"),
                      "");
        }

        TEST(Bracket, BracketedCoroutineIsThrownIntoAndClosed)
        {
            Notebook notebook;
            EXPECT_EQ(
                notebook.run_as_tutor(std::string(waiting) +
                                      "c = as_learner(work())\n"
                                      "c.send(None)\n"
                                      "assert c.throw(ValueError('x')) == 'asked'\n"
                                      "assert c.throw(KeyError) == 'asked'\n"
                                      "assert c.throw(asyncio.CancelledError, None, None) == 'asked'\n"
                                      "c.close()\n"
                                      "assert log == ['ValueError', 'KeyError', 'CancelledError', 'GeneratorExit'], log\n"
                                      "try: c.send(None)\n"
                                      "except RuntimeError: pass\n"
                                      "else: assert False, 'it is closed'"),
                "");
        }

        TEST(Bracket, AnInterruptedCoroutineMeetsKeyboardInterruptOnce)
        {
            Notebook notebook;
            EXPECT_EQ(notebook.run_as_tutor(std::string(waiting) +
                                            "machinery, c = as_tutor(work()), as_learner(work())\n"
                                            "machinery.send(None); c.send(None)\n"
                                            "interrupt()\n"
                                            "machinery.throw(asyncio.CancelledError())\n"
                                            "c.throw(ValueError())\n"
                                            "c.throw(asyncio.CancelledError())\n"
                                            "c.throw(asyncio.CancelledError())\n"
                                            "assert log == ['CancelledError', 'ValueError', 'KeyboardInterrupt',\n"
                                            "               'CancelledError'], log\n"
                                            "log.clear()\n"
                                            "interrupt()\n"
                                            "c.throw(asyncio.CancelledError, None, None)\n"
                                            "assert log == ['KeyboardInterrupt'], log\n"
                                            "c.close(); machinery.close()"),
                      "");
        }
    }
}
