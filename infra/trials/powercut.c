/* Records what a process writes below POWERCUT_DIR, and what it syncs, in the order in which it
   happens: for powercut.py, which makes of it what a power cut would leave.

   A record is: kind, length of the path, offset, length of what follows; then the path, then that.
   A write is recorded before it is made and a sync after: a cut between sees what may be there. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int out = -1;
static const char *folder;
static size_t folder_length;

static ssize_t (*real_write)(int, const void *, size_t);

__attribute__((constructor)) static void begin(void) {
  real_write = dlsym(RTLD_NEXT, "write");
  folder = getenv("POWERCUT_DIR");
  const char *log = getenv("POWERCUT_LOG");
  if (folder != NULL && log != NULL) {
    folder_length = strlen(folder);
    out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  }
}

struct __attribute__((packed)) head {
  char kind;
  uint16_t path;
  uint64_t offset;
  uint32_t data;
};

static int is_ours(const char *path) {
  return out >= 0 && strncmp(path, folder, folder_length) == 0;
}

static void record(char kind, const char *path, uint64_t offset, const void *data, size_t length) {
  struct head head = {kind, (uint16_t)strlen(path), offset, (uint32_t)length};
  char *whole = malloc(sizeof head + head.path + length);
  memcpy(whole, &head, sizeof head);
  memcpy(whole + sizeof head, path, head.path);
  memcpy(whole + sizeof head + head.path, data, length);
  pthread_mutex_lock(&lock);
  if (real_write(out, whole, sizeof head + head.path + length) < 0) abort();
  pthread_mutex_unlock(&lock);
  free(whole);
}

/* The path that a descriptor was opened by; empty when it isn't below the folder. */
static int path_of(int fd, char *path) {
  char link[64];
  if (out < 0 || fd == out) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return is_ours(path);
}

static void record_write(int fd, const void *data, size_t length, off_t offset) {
  char path[PATH_MAX];
  if (path_of(fd, path)) {
    if (offset < 0) {
      int flags = fcntl(fd, F_GETFL);
      offset = flags & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
    }
    record('w', path, (uint64_t)offset, data, length);
  }
}

ssize_t write(int fd, const void *data, size_t length) {
  if (real_write == NULL) real_write = dlsym(RTLD_NEXT, "write");
  record_write(fd, data, length, -1);
  return real_write(fd, data, length);
}

#define PWRITE(name, type)                                                    \
  ssize_t name(int fd, const void *data, size_t length, type offset) {        \
    static ssize_t (*real)(int, const void *, size_t, type);                  \
    if (real == NULL) real = dlsym(RTLD_NEXT, #name);                         \
    record_write(fd, data, length, (off_t)offset);                            \
    return real(fd, data, length, offset);                                    \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define TRUNCATE(name, type)                                                  \
  int name(int fd, type length) {                                             \
    static int (*real)(int, type);                                            \
    char path[PATH_MAX];                                                      \
    if (real == NULL) real = dlsym(RTLD_NEXT, #name);                         \
    if (path_of(fd, path)) record('t', path, (uint64_t)length, "", 0);        \
    return real(fd, length);                                                  \
  }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define SYNC(name)                                                            \
  int name(int fd) {                                                          \
    static int (*real)(int);                                                  \
    char path[PATH_MAX];                                                      \
    if (real == NULL) real = dlsym(RTLD_NEXT, #name);                         \
    int result = real(fd);                                                    \
    if (result == 0 && path_of(fd, path)) record('s', path, 0, "", 0);        \
    return result;                                                            \
  }
SYNC(fsync)
SYNC(fdatasync)

int unlink(const char *path) {
  static int (*real)(const char *);
  if (real == NULL) real = dlsym(RTLD_NEXT, "unlink");
  if (is_ours(path)) record('u', path, 0, "", 0);
  return real(path);
}

int rename(const char *from, const char *to) {
  static int (*real)(const char *, const char *);
  if (real == NULL) real = dlsym(RTLD_NEXT, "rename");
  if (is_ours(to)) record('r', from, 0, to, strlen(to));
  return real(from, to);
}
