/// Writes each parcel as a file, for a trial without a mail server.
#pragma once

#include <filesystem>

#include "config/settings.hpp"
#include "courier/channel.hpp"

namespace forcewatch {

/// `MESSAGE-ID.eml` for mail, `MESSAGE-ID.json` for all else. A file appears whole or not at all
/// and survives a power cut once delivered; the same parcel again changes nothing.
/// Blocks: one small file write with two syncs.
class FolderChannel : public Channel {
public:
    explicit FolderChannel(FolderTarget target) : folder_{std::move(target.path)} {}
    void carry(const CourierParcel& parcel, Behind behind, Done done) override;

private:
    std::filesystem::path folder_;
};

}  // namespace forcewatch
