/* A disk whose every sync takes SLOW_MILLIS more, for slowdisk.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_for_it(void) {
  const char *millis = getenv("SLOW_MILLIS");
  long nanos = millis == NULL ? 0 : atol(millis) * 1000000L;
  struct timespec left = {nanos / 1000000000L, nanos % 1000000000L};
  while (nanos > 0 && nanosleep(&left, &left) != 0) {
  }
}

#define SLOW(name)                                       \
  int name(int fd) {                                     \
    static int (*real)(int);                             \
    if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, #name); \
    wait_for_it();                                       \
    return real(fd);                                     \
  }

SLOW(fsync)
SLOW(fdatasync)
