/* Ends a process with SIGKILL at one of its steps, for step.py: a step is a call that writes, syncs, renames or
   removes below KILL_DIR, that says something to the port KILL_HOP, or that asks the port KILL_TABLES for a change.

   Steps count while the file KILL_ARMED exists. Before step KILL_AT is made the process ends; each is noted in
   KILL_LOG, with a line for what it is. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *folder, *armed, *log_path;
static long at, hop, tables;
static atomic_long steps;

static long number(const char *name) {
  const char *text = getenv(name);
  return text == NULL ? 0 : atol(text);
}

__attribute__((constructor)) static void begin(void) {
  folder = getenv("KILL_DIR");
  armed = getenv("KILL_ARMED");
  log_path = getenv("KILL_LOG");
  at = number("KILL_AT");
  hop = number("KILL_HOP");
  tables = number("KILL_TABLES");
}

static void step(const char *what, const char *on) {
  if (at == 0 || access(armed, F_OK) != 0) return;
  long number = atomic_fetch_add(&steps, 1) + 1;
  if (number > at) pause(); /* another thread is about to end us */
  if (number == at) {
    FILE *out = fopen(log_path, "a");
    if (out != NULL) {
      fprintf(out, "%ld %s %s\n", number, what, on);
      fclose(out);
    }
    kill(getpid(), SIGKILL);
    pause();
  }
}

static void step_at_path(const char *what, const char *path) {
  if (folder != NULL && strncmp(path, folder, strlen(folder)) == 0) step(what, path + strlen(folder));
}

/* The change that a request asks for, NULL when it only reads. */
static const char *change(const void *data, size_t length) {
  static const char *changes[] = {"PutItem", "UpdateItem", "DeleteItem"};
  for (int i = 0; data != NULL && i < 3; i++) {
    if (memmem(data, length, changes[i], strlen(changes[i])) != NULL) return changes[i];
  }
  return NULL;
}

static void step_at(const char *what, int fd, const void *data, size_t length) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t end = readlink(link, path, sizeof path - 1);
  if (end <= 0) return;
  path[end] = 0;
  if (strncmp(path, "socket:", 7) != 0) {
    step_at_path(what, path);
    return;
  }
  struct sockaddr_storage peer;
  socklen_t size = sizeof peer;
  if (getpeername(fd, (struct sockaddr *)&peer, &size) != 0) return;
  long port = peer.ss_family == AF_INET    ? ntohs(((struct sockaddr_in *)&peer)->sin_port)
             : peer.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&peer)->sin6_port)
                                          : 0;
  const char *asked = port == tables ? change(data, length) : NULL;
  if (asked != NULL) step(asked, "the table");
  if (port == hop) step(what, "the next hop");
}

#define OF_FD(type, name, parameters, arguments, said, octets)                     \
  type name parameters {                                             \
    static type(*real) parameters;                                   \
    if (real == NULL) real = (type(*) parameters)dlsym(RTLD_NEXT, #name); \
    step_at(#name, fd, said, octets);                                            \
    return real arguments;                                           \
  }

OF_FD(ssize_t, write, (int fd, const void *data, size_t length), (fd, data, length), data, length)
OF_FD(ssize_t, writev, (int fd, const struct iovec *data, int count), (fd, data, count), data->iov_base, data->iov_len)
OF_FD(ssize_t, send, (int fd, const void *data, size_t length, int flags), (fd, data, length, flags), data, length)
OF_FD(ssize_t, pwrite64, (int fd, const void *data, size_t length, off64_t offset), (fd, data, length, offset), data, length)
OF_FD(int, fsync, (int fd), (fd), NULL, 0)
OF_FD(int, fdatasync, (int fd), (fd), NULL, 0)

int unlink(const char *path) {
  static int (*real)(const char *);
  if (real == NULL) real = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
  step_at_path("unlink", path);
  return real(path);
}

int rename(const char *from, const char *to) {
  static int (*real)(const char *, const char *);
  if (real == NULL) real = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  step_at_path("rename", to);
  return real(from, to);
}
