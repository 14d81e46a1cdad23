// The hooks on CPython's MEM and OBJ domains: they book its small blocks (at most 512 bytes), and take pymalloc's own shortest way
// to them (used_pools.hpp). Larger requests go on to the RAW domain, and are booked there (allocator_hooks.cpp).
#pragma once

namespace xmemory::cpython::small_hooks
{
    // Before Python is initialised, after the hooks on the RAW domain and on arenas.
    void install();
}
