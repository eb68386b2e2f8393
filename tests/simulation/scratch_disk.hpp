/// The disk under SQLite, as the program's default VFS: it can be full, fail to write or to sync,
/// and stop for good in the middle of a commit, as for a process that dies there.
///
/// What was written before the death stays, as the kernel would keep it, unless the power is cut.
///
/// Owner: nobody; there is one for the program.   Thread: one.
#pragma once

#include <array>
#include <random>

#include "tests/simulation/unsynced_writes.hpp"

namespace forcewatch::sim {

/// What SQLite asks of a disk.
enum class DiskCall { open, read, write, sync, truncate, remove, map };
inline constexpr std::array disk_calls{DiskCall::open, DiskCall::read,     DiskCall::write,
                                       DiskCall::sync, DiskCall::truncate, DiskCall::remove,
                                       DiskCall::map};

class ScratchDisk {
public:
    /// Puts itself under every database that is opened from here on.
    static ScratchDisk& installed();

    /// With one connection at a time nobody need be locked out, which saves much time.
    void set_shared(bool shared) { shared_ = shared; }
    [[nodiscard]] bool is_shared() const { return shared_; }

    /// Files keep their size: what would make one longer fails.
    void set_full(bool full) { full_ = full; }
    /// Is full from write number `nth` on.
    void fill_up_at(int nth) {
        fail_at({});
        fills_up_at_ = nth;
    }
    /// The next sync fails, and the disk goes on.
    void fail_next_sync() { sync_fails_ = true; }
    void fail_next_write() { write_fails_ = true; }
    /// Dies at write number `writes` from here, or at the sync that follows, whichever is first.
    void die_after(int writes) { writes_left_ = writes; }
    void disarm() { writes_left_ = -1; }
    /// Call number `nth` of that kind fails, counted from here, or all from that one on; with
    /// `dies` nothing is written any more from there.
    struct Fault {
        DiskCall call{};
        int nth{};
        bool for_good{};
        bool dies{};
    };
    void fail_at(const Fault& fault) {
        fault_ = fault;
        made_ = {};
    }
    /// Calls of that kind since `fail_at` or `revive`.
    [[nodiscard]] int made(DiskCall call) const { return made_.at(static_cast<std::size_t>(call)); }

    /// From here on, what is not synced can be lost. A disk that lies says it synced and did not.
    enum class Syncs { kept, remembered, lied_about };
    void set_syncs(Syncs syncs) {
        syncs_ = syncs;
        unsynced_.forget();
    }
    /// After `die`, with every file closed: leaves of what was not synced what chance leaves.
    void cut_power(std::mt19937_64& dice) { unsynced_.cut_power(dice); }
    /// Nothing is written any more; files can be read and closed.
    void die() { dead_ = true; }
    [[nodiscard]] bool is_dead() const { return dead_; }
    /// As new, for the next process.
    void revive();

    /// Asked by the VFS; false: refuse.
    [[nodiscard]] bool may(DiskCall call);
    [[nodiscard]] bool is_full() const { return full_; }
    /// Empty: nobody cares.
    [[nodiscard]] UnsyncedWrites* unsynced() {
        return syncs_ == Syncs::kept ? nullptr : &unsynced_;
    }
    [[nodiscard]] bool lies() const { return syncs_ == Syncs::lied_about; }

private:
    [[nodiscard]] bool may_write();
    [[nodiscard]] bool may_sync();
    [[nodiscard]] bool meets_fault(DiskCall call);

    bool shared_{true};
    bool full_{};
    int fills_up_at_{};
    bool dead_{};
    bool sync_fails_{};
    bool write_fails_{};
    int writes_left_{-1};
    Fault fault_{};
    std::array<int, disk_calls.size()> made_{};
    Syncs syncs_{Syncs::kept};
    UnsyncedWrites unsynced_;
};

}  // namespace forcewatch::sim
