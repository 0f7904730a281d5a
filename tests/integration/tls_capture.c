/* Loaded into a program with LD_PRELOAD: appends all that the program gives to TLS for sending, before
 * it is encrypted, to the file named by BLINDLINK_TLS_CAPTURE. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

static void capture(const void *data, size_t size) {
  const char *file = getenv("BLINDLINK_TLS_CAPTURE");
  const int fd = file == NULL ? -1 : open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0 || write(fd, data, size) != (ssize_t)size) abort();
  close(fd);
}

int SSL_write(void *ssl, const void *data, int size) {
  static int (*next)(void *, const void *, int);
  if (next == NULL) *(void **)&next = dlsym(RTLD_NEXT, "SSL_write");
  const int written = next(ssl, data, size);
  if (written > 0) capture(data, (size_t)written);
  return written;
}

int SSL_write_ex(void *ssl, const void *data, size_t size, size_t *written) {
  static int (*next)(void *, const void *, size_t, size_t *);
  if (next == NULL) *(void **)&next = dlsym(RTLD_NEXT, "SSL_write_ex");
  const int ok = next(ssl, data, size, written);
  if (ok == 1) capture(data, *written);
  return ok;
}
