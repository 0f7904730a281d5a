/* Calls that change a disk, counted on their way to the C library: whoever links this can end the
 * process by SIGKILL at a chosen one of them (sudden_death.h). The program's own definitions take the
 * place of the C library's, in the shared libraries too. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

/* As in sudden_death.cc. Null: this process lives on. */
struct death {
  _Atomic uint64_t calls;     /* so far */
  _Atomic uint64_t dies_at;   /* this call is not made any more */
  _Atomic uint32_t torn;      /* if it is a write, half of it is made */
  char call[32];              /* its name */
  char file[512];             /* what it was about */
};
_Atomic(struct death *) blindlink_sudden_death;

#define NEXT(name)               \
  static __typeof__(&name) next; \
  if (next == NULL) *(void **)&next = dlsym(RTLD_NEXT, #name)

/* Counts a call. True if it is the one at which the process dies. */
static bool dies_now(void) {
  struct death *death = atomic_load(&blindlink_sudden_death);
  if (death == NULL) return false;
  const uint64_t number = atomic_fetch_add(&death->calls, 1) + 1;
  const uint64_t last = atomic_load(&death->dies_at);
  while (number > last) pause(); /* another thread's call was the last one */
  return number == last;
}

static void die(const char *call, const char *file) {
  struct death *death = atomic_load(&blindlink_sudden_death);
  snprintf(death->call, sizeof death->call, "%s", call);
  snprintf(death->file, sizeof death->file, "%s", file);
  kill(getpid(), SIGKILL);
  while (true) pause();
}

static void die_at(const char *call, int fd) {
  char link[64];
  char file[512];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link, file, sizeof file - 1);
  file[size < 0 ? 0 : size] = '\0';
  die(call, file);
}

static bool is_torn(void) { return atomic_load(&atomic_load(&blindlink_sudden_death)->torn) != 0; }

ssize_t write(int fd, const void *data, size_t size) {
  NEXT(write);
  if (fd > STDERR_FILENO && dies_now()) {
    if (is_torn() && next(fd, data, size / 2) < 0) die_at("write refused", fd);
    die_at("write", fd);
  }
  return next(fd, data, size);
}

#define DEFINE_PWRITE(name, offset_type)                                    \
  ssize_t name(int fd, const void *data, size_t size, offset_type offset) { \
    NEXT(name);                                                             \
    if (dies_now()) {                                                       \
      if (is_torn() && next(fd, data, size / 2, offset) < 0) die_at("write refused", fd); \
      die_at("write", fd);                                                  \
    }                                                                       \
    return next(fd, data, size, offset);                                    \
  }
DEFINE_PWRITE(pwrite, off_t)
DEFINE_PWRITE(pwrite64, off64_t)

#define DEFINE_OPEN(name)                                                \
  int name(const char *path, int flags, ...) {                           \
    NEXT(name);                                                          \
    mode_t mode = 0;                                                     \
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {                          \
      va_list rest;                                                      \
      va_start(rest, flags);                                             \
      mode = va_arg(rest, mode_t);                                       \
      va_end(rest);                                                      \
    }                                                                    \
    if ((flags & O_CREAT) != 0 && access(path, F_OK) != 0 && dies_now()) { \
      die("create", path);                                               \
    }                                                                    \
    return next(path, flags, mode);                                      \
  }
DEFINE_OPEN(open)
DEFINE_OPEN(open64)

#define DEFINE_ON_FD(name)                 \
  int name(int fd) {                       \
    NEXT(name);                            \
    if (dies_now()) die_at("sync", fd);    \
    return next(fd);                       \
  }
DEFINE_ON_FD(fsync)
DEFINE_ON_FD(fdatasync)

#define DEFINE_FTRUNCATE(name, offset_type)  \
  int name(int fd, offset_type size) {       \
    NEXT(name);                              \
    if (dies_now()) die_at("truncate", fd);  \
    return next(fd, size);                   \
  }
DEFINE_FTRUNCATE(ftruncate, off_t)
DEFINE_FTRUNCATE(ftruncate64, off64_t)

#define DEFINE_ON_PATHS(name)                  \
  int name(const char *from, const char *to) { \
    NEXT(name);                                \
    if (dies_now()) die(#name, to);            \
    return next(from, to);                     \
  }
DEFINE_ON_PATHS(rename)
DEFINE_ON_PATHS(link)

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  NEXT(renameat2);
  if (dies_now()) die("rename", to);
  return next(from_folder, from, to_folder, to, flags);
}

int mkdir(const char *path, mode_t mode) {
  NEXT(mkdir);
  if (dies_now()) die("mkdir", path);
  return next(path, mode);
}

#define DEFINE_ON_PATH(name)           \
  int name(const char *path) {         \
    NEXT(name);                        \
    if (dies_now()) die("remove", path); \
    return next(path);                 \
  }
DEFINE_ON_PATH(unlink)
DEFINE_ON_PATH(rmdir)
DEFINE_ON_PATH(remove)

int unlinkat(int folder, const char *path, int flags) {
  NEXT(unlinkat);
  if (dies_now()) die("remove", path);
  return next(folder, path, flags);
}
