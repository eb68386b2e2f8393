#include "tests/simulation/scratch_disk.hpp"

#include <sqlite3.h>

#include <new>

namespace forcewatch::sim {

namespace {

/// What SQLite holds of one open file: ours first, then that of the VFS below.
struct File {
    sqlite3_file base;
    sqlite3_file* real;
};

sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real; }
sqlite3_vfs* below(sqlite3_vfs* vfs) { return static_cast<sqlite3_vfs*>(vfs->pAppData); }
ScratchDisk& disk() { return ScratchDisk::installed(); }

int close(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }
int read(sqlite3_file* file, void* to, int amount, sqlite3_int64 offset) {
    return real(file)->pMethods->xRead(real(file), to, amount, offset);
}
int size(sqlite3_file* file, sqlite3_int64* bytes) {
    return real(file)->pMethods->xFileSize(real(file), bytes);
}
int write(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
    if (!disk().may_write()) return SQLITE_IOERR_WRITE;
    if (disk().is_full()) {
        sqlite3_int64 now = 0;
        size(file, &now);
        if (offset + amount > now) return SQLITE_FULL;
    }
    return real(file)->pMethods->xWrite(real(file), from, amount, offset);
}
int truncate(sqlite3_file* file, sqlite3_int64 bytes) {
    if (disk().is_dead()) return SQLITE_IOERR_TRUNCATE;
    return real(file)->pMethods->xTruncate(real(file), bytes);
}
int sync(sqlite3_file*, int) { return disk().may_sync() ? SQLITE_OK : SQLITE_IOERR_FSYNC; }
int lock(sqlite3_file* file, int level) {
    return disk().is_shared() ? real(file)->pMethods->xLock(real(file), level) : SQLITE_OK;
}
int unlock(sqlite3_file* file, int level) {
    if (!disk().is_shared()) return SQLITE_OK;
    return real(file)->pMethods->xUnlock(real(file), level);
}
int check_lock(sqlite3_file* file, int* held) {
    *held = 0;
    if (!disk().is_shared()) return SQLITE_OK;
    return real(file)->pMethods->xCheckReservedLock(real(file), held);
}
int control(sqlite3_file* file, int what, void* argument) {
    return real(file)->pMethods->xFileControl(real(file), what, argument);
}
int sector_size(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int characteristics(sqlite3_file* file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
int shm_map(sqlite3_file* file, int region, int bytes, int extend, void volatile** to) {
    return real(file)->pMethods->xShmMap(real(file), region, bytes, extend, to);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    if (!disk().is_shared()) return SQLITE_OK;
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int shm_unmap(sqlite3_file* file, int remove) {
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}
int fetch(sqlite3_file* file, sqlite3_int64 offset, int amount, void** page) {
    return real(file)->pMethods->xFetch(real(file), offset, amount, page);
}
int unfetch(sqlite3_file* file, sqlite3_int64 offset, void* page) {
    return real(file)->pMethods->xUnfetch(real(file), offset, page);
}

const sqlite3_io_methods methods{
    3,         close,      read,    write,       truncate,        sync,    size,     lock,
    unlock,    check_lock, control, sector_size, characteristics, shm_map, shm_lock, shm_barrier,
    shm_unmap, fetch,      unfetch};

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    auto* ours = reinterpret_cast<File*>(file);
    ours->real = reinterpret_cast<sqlite3_file*>(ours + 1);
    const int result = below(vfs)->xOpen(below(vfs), name, ours->real, flags, out);
    ours->base.pMethods = ours->real->pMethods != nullptr ? &methods : nullptr;
    return result;
}
int remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    if (disk().is_dead()) return SQLITE_IOERR_DELETE;
    return below(vfs)->xDelete(below(vfs), name, sync_folder);
}
int access(sqlite3_vfs* vfs, const char* name, int flags, int* out) {
    return below(vfs)->xAccess(below(vfs), name, flags, out);
}
int full_name(sqlite3_vfs* vfs, const char* name, int bytes, char* out) {
    return below(vfs)->xFullPathname(below(vfs), name, bytes, out);
}

}  // namespace

ScratchDisk& ScratchDisk::installed() {
    static ScratchDisk disk;
    static sqlite3_vfs vfs = [] {
        sqlite3_vfs* usual = sqlite3_vfs_find(nullptr);
        sqlite3_vfs ours = *usual;
        ours.szOsFile = static_cast<int>(sizeof(File)) + usual->szOsFile;
        ours.zName = "scratch-disk";
        ours.pAppData = usual;
        ours.xOpen = open;
        ours.xDelete = remove;
        ours.xAccess = access;
        ours.xFullPathname = full_name;
        return ours;
    }();
    static const int registered = sqlite3_vfs_register(&vfs, 1);
    if (registered != SQLITE_OK) throw std::bad_alloc{};
    return disk;
}

void ScratchDisk::revive() {
    dead_ = false;
    sync_fails_ = false;
    write_fails_ = false;
    writes_left_ = -1;
}

bool ScratchDisk::may_write() {
    if (writes_left_ > 0)
        --writes_left_;
    else if (writes_left_ == 0)
        dead_ = true;
    const bool fails = dead_ || write_fails_;
    write_fails_ = false;
    return !fails;
}

bool ScratchDisk::may_sync() {
    if (writes_left_ >= 0) dead_ = true;
    const bool fails = dead_ || sync_fails_;
    sync_fails_ = false;
    return !fails;
}

}  // namespace forcewatch::sim
