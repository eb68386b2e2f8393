/// The disk under SQLite, as the program's default VFS: it can be full, fail to write or to sync,
/// and stop for good in the middle of a commit, as for a process that dies there.
///
/// What was written before the death stays, as the kernel would keep it. Nothing is forced to the
/// medium: a power cut is another test.
///
/// Owner: nobody; there is one for the program.   Thread: one.
#pragma once

namespace forcewatch::sim {

class ScratchDisk {
public:
    /// Puts itself under every database that is opened from here on.
    static ScratchDisk& installed();

    /// With one connection at a time nobody need be locked out, which saves much time.
    void set_shared(bool shared) { shared_ = shared; }
    [[nodiscard]] bool is_shared() const { return shared_; }

    /// Files keep their size: what would make one longer fails.
    void set_full(bool full) { full_ = full; }
    /// The next sync fails, and the disk goes on.
    void fail_next_sync() { sync_fails_ = true; }
    void fail_next_write() { write_fails_ = true; }
    /// Dies at write number `writes` from here, or at the sync that follows, whichever is first.
    void die_after(int writes) { writes_left_ = writes; }
    void disarm() { writes_left_ = -1; }
    /// Nothing is written any more; files can be read and closed.
    void die() { dead_ = true; }
    [[nodiscard]] bool is_dead() const { return dead_; }
    /// As new, for the next process.
    void revive();

    /// Asked by the VFS; false: refuse.
    [[nodiscard]] bool may_write();
    [[nodiscard]] bool may_sync();
    [[nodiscard]] bool is_full() const { return full_; }

private:
    bool shared_{true};
    bool full_{};
    bool dead_{};
    bool sync_fails_{};
    bool write_fails_{};
    int writes_left_{-1};
};

}  // namespace forcewatch::sim
