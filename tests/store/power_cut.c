/* What a power cut would leave of the folder WATCHED, kept in the folder LEFT as the program syncs: the bytes of each file as of
   its last sync, in a file named by its inode, and in "names" the names and inodes that the folder had at its own last sync.
   A sync of a file says nothing of its name: POSIX wants the folder synced for that. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void keep_names(const char *watched, const char *left) {
    char half[PATH_MAX], path[PATH_MAX];
    snprintf(half, sizeof half, "%s/names.half", left);
    snprintf(path, sizeof path, "%s/names", left);
    FILE *names = fopen(half, "w");
    DIR *folder = opendir(watched);
    for (struct dirent *entry; names && folder && (entry = readdir(folder));)
        if (entry->d_type == DT_REG) fprintf(names, "%llu %s\n", (unsigned long long)entry->d_ino, entry->d_name);
    if (folder) closedir(folder);
    if (names) fclose(names);
    rename(half, path);
}

static void keep_bytes(int file, const char *path, const char *left, unsigned long long inode) {
    char half[PATH_MAX], kept[PATH_MAX], block[65536];
    snprintf(half, sizeof half, "%s/%llu.half", left, inode);
    snprintf(kept, sizeof kept, "%s/%llu", left, inode);
    int target = open(half, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    /* Where the file can be read through its own descriptor it is: closing another one would free SQLite's locks on it. */
    int source = pread(file, block, 1, 0) < 0 ? open(path, O_RDONLY) : file;
    off_t at = 0;
    for (ssize_t n; (n = pread(source, block, sizeof block, at)) > 0; at += n)
        if (write(target, block, (size_t)n) != n) abort();
    if (source != file) close(source);
    close(target);
    rename(half, kept);
}

static void synced(int file) {
    const char *watched = getenv("WATCHED"), *left = getenv("LEFT");
    char link[64], path[PATH_MAX];
    struct stat what;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!watched || !left || length < 0 || fstat(file, &what)) return;
    path[length] = 0;
    if (S_ISDIR(what.st_mode) && !strcmp(path, watched)) keep_names(watched, left);
    char *slash = strrchr(path, '/');
    if (S_ISREG(what.st_mode) && slash && (size_t)(slash - path) == strlen(watched) && !strncmp(path, watched, strlen(watched)))
        keep_bytes(file, path, left, (unsigned long long)what.st_ino);
}

static int sync_and_keep(const char *name, int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int failed = real(file);
    if (!failed) synced(file);
    return failed;
}

int fsync(int file) { return sync_and_keep("fsync", file); }
int fdatasync(int file) { return sync_and_keep("fdatasync", file); }
