#include "magics/marks.hpp"

#include <map>

#include "magics/options.hpp"

namespace xmemory::magics::marks
{
    namespace
    {
        constexpr std::size_t most_marks = 50;

        std::map<std::string, TypeCounts>& all()
        {
            static std::map<std::string, TypeCounts> marks;
            return marks;
        }

        std::string known_words()
        {
            std::string known;
            for (const auto& [name, counts] : all())
            {
                known += (known.empty() ? "" : ", ") + name;
            }
            return known;
        }
    }

    void has_room_for(const std::string& name)
    {
        if (all().size() >= most_marks && all().count(name) == 0)
        {
            throw UsageError("There are " + std::to_string(most_marks) + " marks already. %memory mark --drop " +
                             all().begin()->first + " makes room.");
        }
    }

    void keep(const std::string& name, TypeCounts counts)
    {
        has_room_for(name);
        all()[name] = std::move(counts);
    }

    const TypeCounts& named(const std::string& name)
    {
        const auto found = all().find(name);
        if (found != all().end())
        {
            return found->second;
        }
        throw UsageError(
            "There is no mark '" + name + "'. " +
            (all().empty() ? "%memory mark " + name + " sets it now." : "The marks are: " + known_words() + "."));
    }

    void forget(const std::string& name)
    {
        named(name);
        all().erase(name);
    }
}
