/**
 * How Node runs the bridge. Its garbage is young: what a frame leaves behind is dead before the next one comes. Node would give it up to
 * 64 MB all the same; with little it takes no longer and pauses less. One thread clears it away in a millisecond; to wait for three others
 * takes ten where they have to wait for a processor. Old garbage is cleared away when the heap has grown by a quarter: Node would let it
 * double, and eighty calls would hold a third of a megabyte each of what is of no use. At a quarter that costs no processor time that shows. The
 * bench measures the bridge with the same. The desktop's main cannot import this, because nothing of `scripts` is packed with it: it sets the
 * second and the third for itself, in src/main/index.ts; for the first it is too late there, the heap being made before a line of it runs.
 */
export const bridgeFlags = ['--max-semi-space-size=2', '--no-parallel-scavenge', '--heap-growing-percent=25'];

/**
 * glibc gives each thread a heap of its own, and what is freed in one of them serves no other: with eighty calls a quarter of a megabyte for
 * each. Nearly everything is asked for by one thread, so that one heap is enough. Elsewhere it means nothing.
 */
export const bridgeMemory = { MALLOC_ARENA_MAX: '1' };
