#include "tests/simulation/scratch_disk.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <new>
#include <string>

namespace forcewatch::sim {

namespace {

/// What SQLite holds of one open file: ours first, then that of the VFS below.
struct File {
    sqlite3_file base;
    sqlite3_file* real;
    const char* path;  ///< empty: a temporary one
};

sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real; }
sqlite3_vfs* below(sqlite3_vfs* vfs) { return static_cast<sqlite3_vfs*>(vfs->pAppData); }
ScratchDisk& disk() { return ScratchDisk::installed(); }

int close(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }
int read(sqlite3_file* file, void* to, int amount, sqlite3_int64 offset) {
    if (!disk().may(DiskCall::read)) return SQLITE_IOERR_READ;
    return real(file)->pMethods->xRead(real(file), to, amount, offset);
}
int size(sqlite3_file* file, sqlite3_int64* bytes) {
    return real(file)->pMethods->xFileSize(real(file), bytes);
}
std::size_t length_of(sqlite3_file* file) {
    sqlite3_int64 bytes = 0;
    size(file, &bytes);
    return static_cast<std::size_t>(bytes);
}
/// The disk's memory of what is not synced; empty: it has none of this file.
UnsyncedWrites* memory_of(sqlite3_file* file) {
    return reinterpret_cast<File*>(file)->path == nullptr ? nullptr : disk().unsynced();
}
const char* path_of(sqlite3_file* file) { return reinterpret_cast<File*>(file)->path; }
std::string stands_at(sqlite3_file* file, std::size_t offset, std::size_t amount) {
    const auto length = length_of(file);
    std::string bytes(offset < length ? std::min(amount, length - offset) : 0, '\0');
    if (!bytes.empty())
        real(file)->pMethods->xRead(real(file), bytes.data(), static_cast<int>(bytes.size()),
                                    static_cast<sqlite3_int64>(offset));
    return bytes;
}

int write(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
    if (!disk().may(DiskCall::write)) return SQLITE_IOERR_WRITE;
    const auto length = length_of(file);
    const auto at = static_cast<std::size_t>(offset);
    const auto bytes = static_cast<std::size_t>(amount);
    if (disk().is_full() && at + bytes > length) return SQLITE_FULL;
    if (auto* memory = memory_of(file))
        memory->changed(path_of(file), {at, stands_at(file, at, bytes),
                                        std::string{static_cast<const char*>(from), bytes}, length,
                                        std::max(length, at + bytes)});
    return real(file)->pMethods->xWrite(real(file), from, amount, offset);
}
int truncate(sqlite3_file* file, sqlite3_int64 bytes) {
    if (!disk().may(DiskCall::truncate)) return SQLITE_IOERR_TRUNCATE;
    const auto length = length_of(file);
    const auto wanted = static_cast<std::size_t>(bytes);
    if (auto* memory = memory_of(file))
        memory->changed(path_of(file),
                        {wanted, stands_at(file, wanted, length), {}, length, wanted});
    return real(file)->pMethods->xTruncate(real(file), bytes);
}
int sync(sqlite3_file* file, int) {
    if (!disk().may(DiskCall::sync)) return SQLITE_IOERR_FSYNC;
    if (auto* memory = memory_of(file); memory != nullptr && !disk().lies())
        memory->synced(path_of(file));
    return SQLITE_OK;
}
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
    if (!disk().may(DiskCall::map)) return SQLITE_IOERR_SHMMAP;
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
    ours->path = name;
    ours->base.pMethods = nullptr;
    if (!disk().may(DiskCall::open)) return SQLITE_CANTOPEN;
    const int result = below(vfs)->xOpen(below(vfs), name, ours->real, flags, out);
    ours->base.pMethods = ours->real->pMethods != nullptr ? &methods : nullptr;
    return result;
}
int remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    if (!disk().may(DiskCall::remove)) return SQLITE_IOERR_DELETE;
    if (auto* memory = disk().unsynced()) memory->synced(name);
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
    fill_up_at(0);
}

bool ScratchDisk::meets_fault(DiskCall call) {
    const int number = ++made_.at(static_cast<std::size_t>(call));
    if (call == DiskCall::write && number == fills_up_at_) full_ = true;
    if (fault_.nth == 0 || call != fault_.call) return false;
    if (number < fault_.nth || (number > fault_.nth && !fault_.for_good)) return false;
    if (fault_.dies) dead_ = true;
    return true;
}

bool ScratchDisk::may(DiskCall call) {
    if (meets_fault(call)) return false;
    switch (call) {
        case DiskCall::write:
            return may_write();
        case DiskCall::sync:
            return may_sync();
        case DiskCall::truncate:
        case DiskCall::remove:
            return !dead_;
        case DiskCall::open:
        case DiskCall::read:
        case DiskCall::map:
            break;
    }
    return true;
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
