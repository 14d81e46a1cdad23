// What was seen of the objects that %%memory life follows, and the sentences that say so. Plain data, no Python: any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace xmemory::magics
{
    inline constexpr std::size_t most_followed = 96; // objects at a time
    inline constexpr std::size_t most_stories = 200;

    // A statement of the body.
    struct LifeLine
    {
        int line = 0; // as the editor numbers the cell's lines
        std::string source;
        std::int64_t runs = 0;
    };

    // What one statement did to an object: one run of it, or all its runs folded.
    struct LifeChange
    {
        int statement = 0; // a place in Life::lines; −1: before the body
        int last_statement = 0; // of several that changed nothing, one after the other; else the same
        std::int64_t runs = 1;
        std::int64_t before = 0; // references, before its first run; 0: the object was not known yet
        std::int64_t after = 0;  // after its last one
        std::int64_t lowest = 0; // of those after each run
        std::int64_t highest = 0;
        std::vector<std::string> came; // who holds it since, in words, each once: "x", "box[0]"
        std::vector<std::string> went;
        bool holders_known = true; // false: not all of those who came and went were looked for
    };

    enum class Watching {
        to_the_end,   // its end would have been seen
        never_ends,   // part of Python itself or of a library: shared, and there as long as the program
        while_named   // its end cannot be seen: nothing is known of it when no variable leads to it any more
    };

    enum class Ending {
        alive,
        last_reference,
        collector,
        resized, // its memory became that of a longer or shorter one, which took its place
        unknown  // no variable leads to it any more, and its end would not have been seen
    };

    // In the collector's generations: 0, 1, 2, or 3 for the permanent ones of gc.freeze.
    struct Tracking
    {
        bool can_be = false; // objects of its type may be tracked
        bool is = false;
        std::optional<int> generation;
        bool operator==(const Tracking& other) const
        {
            return can_be == other.can_be && is == other.is && generation == other.generation;
        }
    };

    struct LifeStory
    {
        std::string name; // the followed name by which it was met first
        std::string type;
        std::string value; // of a small one, as one types it; or ""
        bool was_there = false;        // before the body began
        std::optional<bool> was_made;  // by the statement that bound it; nullopt: unknown
        int bound = 0;                 // the statement that bound it first: a place in Life::lines; −1 where it was there
        Watching watching = Watching::to_the_end;
        bool is_interned = false;
        std::vector<LifeChange> changes; // in the order of their first runs, from the one that bound it on
        std::int64_t references = 0;     // at the end of the body, or when it was seen last

        Tracking tracking_first;
        Tracking tracking_last;
        std::optional<int> untracked_by; // the statement after which the collector no longer tracked it

        std::int64_t weak_references = 0; // when it was seen last
        std::int64_t weak_callbacks = 0;  // of these, those that call something when it ends
        bool has_finalizer = false;       // a __del__ of a Python class
        std::optional<int> finalized_by;  // the statement in which __del__ ran while it lived on: it was resurrected
        bool was_finalized = false;       // __del__ had run when it ended

        Ending ending = Ending::alive;
        int ended = 0;             // the statement that ran; −1: between two statements
        int ended_line = 0;        // the innermost line of the cell's code; 0: none of it ran
        std::string ended_function; // where that is in a function of the cell; or ""
        bool ended_on_another_thread = false;
        std::string last_holder;   // the variable that held it alone before; or ""
        std::string last_step;     // what became of that variable: "rebound", "deleted"; or ""
        int generation = -1;       // of the collector's run
        bool asked_for = false;    // by gc.collect
        bool was_unreachable = false; // the collector found the object itself unreachable, so it was in a cycle or held from one

        std::vector<std::string> holders; // of one that lives on, in words
        std::vector<std::string> lets_go; // the statements that let go of it, each once; "" where one of the holders has none
        std::int64_t not_looked_for = 0; // of its references, those of whom it was not looked for who they are
        std::int64_t unexplained = 0;     // of its references, those that no object accounts for
    };

    struct Life
    {
        std::vector<std::string> names;
        std::vector<LifeLine> lines;
        std::vector<LifeStory> stories;
        std::int64_t more_objects = 0; // that were bound and not followed
        bool is_blind = false;         // ends may have been missed: something replaced Python's object allocator
        std::string error;             // the type of what ended the body early, or ""
        std::vector<std::string> never_bound; // names that were bound to nothing
        std::int64_t searches_left_out = 0;   // how often holders were not looked for
    };

    // "line 3"
    std::string line_words(const Life& life, int statement);
    // "2 references"
    std::string references_words(std::int64_t references);

    // Three changes and more that changed nothing become one, with the sum of their runs.
    void fold_unchanged(LifeStory& story);

    // The sentence of one story: what became of it.
    std::string sentence_of(const Life& life, const LifeStory& story);

    // Stories that read the same but for which run of a loop they are from.
    struct LikeStories
    {
        std::size_t first = 0; // in Life::stories
        std::int64_t number = 0;
    };
    std::vector<LikeStories> fold(const Life& life);
    std::string sentence_of(const Life& life, const LikeStories& like);

    // What is to be said of one beside its sentence: weak references, __del__, sharing, the collector.
    std::vector<std::string> remarks_of(const Life& life, const LifeStory& story);

    std::string finding_of(const Life& life);

    nlohmann::json data_of(const Life& life);
}
