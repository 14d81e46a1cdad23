/* Loaded ahead of a plain Python: the nth request of more than 512 bytes to the C library's malloc fails, once. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);

static atomic_long countdown = 0;
static atomic_long requests = 0;
static atomic_int armed = 0;

/* 0 ends it. Gives how many requests there were since the last call. */
long fail_nth(long nth)
{
    const long seen = atomic_exchange(&requests, 0);
    atomic_store(&countdown, nth);
    atomic_store(&armed, nth != 0);
    return seen;
}

static int fails(size_t bytes)
{
    if (!atomic_load(&armed) || bytes <= 512)
    {
        return 0;
    }
    atomic_fetch_add(&requests, 1);
    if (atomic_fetch_sub(&countdown, 1) != 1)
    {
        return 0;
    }
    errno = ENOMEM;
    return 1;
}

void* malloc(size_t bytes) { return fails(bytes) ? NULL : __libc_malloc(bytes); }

void* calloc(size_t number, size_t bytes) { return fails(number * bytes) ? NULL : __libc_calloc(number, bytes); }

void* realloc(void* block, size_t bytes) { return fails(bytes) ? NULL : __libc_realloc(block, bytes); }

void* memalign(size_t alignment, size_t bytes) { return fails(bytes) ? NULL : __libc_memalign(alignment, bytes); }

void* aligned_alloc(size_t alignment, size_t bytes) { return memalign(alignment, bytes); }

int posix_memalign(void** result, size_t alignment, size_t bytes)
{
    void* made = memalign(alignment, bytes);
    if (made == NULL)
    {
        return ENOMEM;
    }
    *result = made;
    return 0;
}
