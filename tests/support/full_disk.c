/* Loaded into a program with LD_PRELOAD: makes the disk under the folder BLINDLINK_FULL_DISK_FOLDER
 * full from a chosen call on. Every call that needs room there is counted: write, create, rename, sync,
 * truncate, fallocate, mkdir, link. The numbers are in the file BLINDLINK_FULL_DISK_STATE, which the
 * test maps too: it may fill the disk and make room again while the program runs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

struct state {
  _Atomic uint64_t calls;     /* so far */
  _Atomic uint64_t full_from; /* the disk is full for the calls from this number on */
  _Atomic uint64_t refused;   /* calls that found it full */
};

enum { MAX_FDS = 65536 };
static _Atomic(struct state *) shared;
static char folder[4096];
static size_t folder_size;
static _Atomic unsigned char under_folder[MAX_FDS];

#define NEXT(name)                                                   \
  static __typeof__(&name) next;                                     \
  if (next == NULL) *(void **)&next = dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
  const char *state_file = getenv("BLINDLINK_FULL_DISK_STATE");
  const char *where = getenv("BLINDLINK_FULL_DISK_FOLDER");
  if (state_file == NULL || where == NULL || strlen(where) >= sizeof folder) abort();
  strcpy(folder, where);
  folder_size = strlen(folder);
  const int fd = open(state_file, O_RDWR | O_CLOEXEC);
  void *map = fd < 0 ? MAP_FAILED
                     : mmap(NULL, sizeof(struct state), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (map == MAP_FAILED) abort();
  close(fd);
  atomic_store(&shared, (struct state *)map);
}

static bool is_under(const char *path) {
  return folder_size > 0 && path != NULL && strncmp(path, folder, folder_size) == 0;
}

static bool fd_is_under(int fd) {
  return fd >= 0 && fd < MAX_FDS && atomic_load(&under_folder[fd]) != 0;
}

static bool is_full_now(void) {
  struct state *state = atomic_load(&shared);
  return state != NULL && atomic_load(&state->calls) >= atomic_load(&state->full_from);
}

/* Counts a call. True, with errno set, if it finds the disk full. */
static bool finds_it_full(void) {
  struct state *state = atomic_load(&shared);
  if (state == NULL) return false;
  const uint64_t number = atomic_fetch_add(&state->calls, 1);
  if (number < atomic_load(&state->full_from)) return false;
  atomic_fetch_add(&state->refused, 1);
  errno = ENOSPC;
  return true;
}

static int opened(int fd, const char *path) {
  if (fd >= 0 && fd < MAX_FDS) atomic_store(&under_folder[fd], is_under(path) ? 1 : 0);
  return fd;
}

static bool creation_fails(const char *path, int flags) {
  return (flags & O_CREAT) != 0 && is_under(path) && access(path, F_OK) != 0 && finds_it_full();
}

#define DEFINE_OPEN(name)                                                          \
  int name(const char *path, int flags, ...) {                                     \
    NEXT(name);                                                                    \
    mode_t mode = 0;                                                               \
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) {                                    \
      va_list rest;                                                                \
      va_start(rest, flags);                                                       \
      mode = va_arg(rest, mode_t);                                                 \
      va_end(rest);                                                                \
    }                                                                              \
    return creation_fails(path, flags) ? -1 : opened(next(path, flags, mode), path); \
  }
DEFINE_OPEN(open)
DEFINE_OPEN(open64)

#define DEFINE_MKSTEMP(name)                                        \
  int name(char *path) {                                            \
    NEXT(name);                                                     \
    if (is_under(path) && finds_it_full()) return -1;               \
    return opened(next(path), path);                                \
  }
DEFINE_MKSTEMP(mkstemp)
DEFINE_MKSTEMP(mkstemp64)

#define DEFINE_FOPEN(name)                                                         \
  FILE *name(const char *path, const char *mode) {                                 \
    NEXT(name);                                                                    \
    const bool creates = strchr(mode, 'r') == NULL;                                \
    if (creation_fails(path, creates ? O_CREAT : 0)) return NULL;                  \
    FILE *file = next(path, mode);                                                 \
    if (file != NULL) opened(fileno(file), path);                                  \
    return file;                                                                   \
  }
DEFINE_FOPEN(fopen)
DEFINE_FOPEN(fopen64)

int close(int fd) {
  NEXT(close);
  opened(fd, NULL);
  return next(fd);
}

int fclose(FILE *file) {
  NEXT(fclose);
  opened(fileno(file), NULL);
  return next(file);
}

size_t fwrite(const void *data, size_t size, size_t count, FILE *file) {
  NEXT(fwrite);
  return fd_is_under(fileno(file)) && finds_it_full() ? 0 : next(data, size, count, file);
}

ssize_t write(int fd, const void *data, size_t size) {
  NEXT(write);
  return fd_is_under(fd) && finds_it_full() ? -1 : next(fd, data, size);
}

ssize_t writev(int fd, const struct iovec *pieces, int count) {
  NEXT(writev);
  return fd_is_under(fd) && finds_it_full() ? -1 : next(fd, pieces, count);
}

#define DEFINE_PWRITE(name, offset_type)                                       \
  ssize_t name(int fd, const void *data, size_t size, offset_type offset) {    \
    NEXT(name);                                                                \
    return fd_is_under(fd) && finds_it_full() ? -1 : next(fd, data, size, offset); \
  }
DEFINE_PWRITE(pwrite, off_t)
DEFINE_PWRITE(pwrite64, off64_t)

#define DEFINE_ON_FD(name)                                     \
  int name(int fd) {                                           \
    NEXT(name);                                                \
    return fd_is_under(fd) && finds_it_full() ? -1 : next(fd); \
  }
DEFINE_ON_FD(fsync)
DEFINE_ON_FD(fdatasync)

#define DEFINE_FTRUNCATE(name, offset_type)                          \
  int name(int fd, offset_type size) {                               \
    NEXT(name);                                                      \
    return fd_is_under(fd) && finds_it_full() ? -1 : next(fd, size); \
  }
DEFINE_FTRUNCATE(ftruncate, off_t)
DEFINE_FTRUNCATE(ftruncate64, off64_t)

#define DEFINE_FALLOCATE(name, offset_type)                                        \
  int name(int fd, int mode, offset_type offset, offset_type size) {               \
    NEXT(name);                                                                    \
    const bool needs_room = (mode & FALLOC_FL_PUNCH_HOLE) == 0;                    \
    return needs_room && fd_is_under(fd) && finds_it_full() ? -1                   \
                                                            : next(fd, mode, offset, size); \
  }
DEFINE_FALLOCATE(fallocate, off_t)
DEFINE_FALLOCATE(fallocate64, off64_t)

#define DEFINE_POSIX_FALLOCATE(name, offset_type)                                     \
  int name(int fd, offset_type offset, offset_type size) {                            \
    NEXT(name);                                                                       \
    return fd_is_under(fd) && finds_it_full() ? ENOSPC : next(fd, offset, size);      \
  }
DEFINE_POSIX_FALLOCATE(posix_fallocate, off_t)
DEFINE_POSIX_FALLOCATE(posix_fallocate64, off64_t)

int rename(const char *from, const char *to) {
  NEXT(rename);
  return is_under(to) && finds_it_full() ? -1 : next(from, to);
}

int link(const char *from, const char *to) {
  NEXT(link);
  return is_under(to) && finds_it_full() ? -1 : next(from, to);
}

int mkdir(const char *path, mode_t mode) {
  NEXT(mkdir);
  const bool makes = is_under(path) && access(path, F_OK) != 0;
  return makes && finds_it_full() ? -1 : next(path, mode);
}

#define DEFINE_STATVFS(name)                                            \
  int name(const char *path, struct name *info) {                      \
    NEXT(name);                                                         \
    const int result = next(path, info);                                \
    if (result == 0 && is_under(path) && is_full_now()) info->f_bavail = 0; \
    return result;                                                      \
  }
DEFINE_STATVFS(statvfs)
DEFINE_STATVFS(statvfs64)
