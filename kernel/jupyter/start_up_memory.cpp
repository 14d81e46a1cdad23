#include "jupyter/start_up_memory.hpp"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace xmemory::jupyter
{
    namespace
    {
        // Whether its code is written to when it is loaded, which no library of today's should need.
        bool has_relocations_in_code(const dl_phdr_info& object)
        {
            for (int index = 0; index < object.dlpi_phnum; ++index)
            {
                if (object.dlpi_phdr[index].p_type != PT_DYNAMIC)
                {
                    continue;
                }
                const auto* entry = reinterpret_cast<const ElfW(Dyn)*>(object.dlpi_addr + object.dlpi_phdr[index].p_vaddr);
                for (; entry->d_tag != DT_NULL; ++entry)
                {
                    if (entry->d_tag == DT_TEXTREL || (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL) != 0))
                    {
                        return true;
                    }
                }
            }
            return false;
        }

        // Segments that are never written to are the file's own pages. The data that is only written while it is relocated is part
        // of a writable segment, and stays.
        int give_back_read_only_segments(dl_phdr_info* object, std::size_t, void*)
        {
            if (has_relocations_in_code(*object))
            {
                return 0;
            }
            const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
            for (int index = 0; index < object->dlpi_phnum; ++index)
            {
                const ElfW(Phdr)& segment = object->dlpi_phdr[index];
                if (segment.p_type == PT_LOAD && (segment.p_flags & PF_W) == 0)
                {
                    const std::uintptr_t begin = (object->dlpi_addr + segment.p_vaddr) & ~(page - 1);
                    const std::uintptr_t end = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
                    madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED); // where it is refused, they stay
                }
            }
            return 0;
        }
    }

    void give_back_start_up_memory()
    {
        malloc_trim(0);
        dl_iterate_phdr(give_back_read_only_segments, nullptr);
    }
}
