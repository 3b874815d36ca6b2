/* Preloaded into a program, moves its wall clock and the times of files by EASEL_CLOCK_SHIFT seconds.
   What counts time stays as it is: monotonic clocks, sleeps, timers and the waits of threads. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>

#define REAL(name, ...) ((int (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

static time_t shift(void) {
    const char *said = getenv("EASEL_CLOCK_SHIFT");
    return said ? atol(said) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = REAL(clock_gettime, clockid_t, struct timespec *);
    int failed = real(clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += shift();
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    struct timespec exact;
    int failed = clock_gettime(CLOCK_REALTIME, &exact);
    if (!failed) *now = (struct timeval){exact.tv_sec, exact.tv_nsec / 1000};
    return failed;
}

time_t time(time_t *into) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (into) *into = now.tv_sec;
    return now.tv_sec;
}

/* The kernel stamps files by its own clock. */
#define MOVED(failed, file) \
    if (!failed) { file->st_atim.tv_sec += shift(); file->st_mtim.tv_sec += shift(); file->st_ctim.tv_sec += shift(); } \
    return failed;
#define BY_PATH(name, kind) int name(const char *restrict path, struct kind *restrict file) { \
    int failed = REAL(name, const char *, struct kind *)(path, file); MOVED(failed, file) }
#define BY_NUMBER(name, kind) int name(int number, struct kind *file) { \
    int failed = REAL(name, int, struct kind *)(number, file); MOVED(failed, file) }
#define IN_FOLDER(name, kind) int name(int folder, const char *restrict path, struct kind *restrict file, int flags) { \
    int failed = REAL(name, int, const char *, struct kind *, int)(folder, path, file, flags); MOVED(failed, file) }
BY_PATH(stat, stat) BY_PATH(lstat, stat) BY_NUMBER(fstat, stat) IN_FOLDER(fstatat, stat)
BY_PATH(stat64, stat64) BY_PATH(lstat64, stat64) BY_NUMBER(fstat64, stat64) IN_FOLDER(fstatat64, stat64)

static const struct timespec *back(const struct timespec said[2], struct timespec kept[2]) {
    if (!said) return NULL;
    for (int each = 0; each < 2; each++) {
        kept[each] = said[each];
        if (said[each].tv_nsec != UTIME_NOW && said[each].tv_nsec != UTIME_OMIT) kept[each].tv_sec -= shift();
    }
    return kept;
}

int utimensat(int folder, const char *path, const struct timespec said[2], int flags) {
    struct timespec kept[2];
    return REAL(utimensat, int, const char *, const struct timespec *, int)(folder, path, back(said, kept), flags);
}

int futimens(int number, const struct timespec said[2]) {
    struct timespec kept[2];
    return REAL(futimens, int, const struct timespec *)(number, back(said, kept));
}
