#include <dlfcn.h>
#include <fmt/format.h>

#include <filesystem>

#include "core/check.hpp"
#include "daemon/messages/mime/mime_parts.hpp"

namespace forcewatch {

namespace {

/// bin/ and lib/forcewatch/ lie side by side, in the build folder as under /usr.
std::filesystem::path module_path() {
    const auto program = std::filesystem::read_symlink("/proc/self/exe");
    return program.parent_path().parent_path() / "lib/forcewatch/libforcewatch_mail.so";
}

Expected<MimeModule> load_module() {
    const auto path = module_path();
    void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);  // stays for good
    if (module == nullptr)
        return tl::unexpected(fmt::format("no mail can be composed: {}", ::dlerror()));
    const auto* version = static_cast<const char*>(::dlsym(module, mime_version));
    if (version == nullptr || std::string_view{version} != FORCEWATCH_VERSION)
        return tl::unexpected(
            fmt::format("no mail can be composed: {} is of another release; restart the service",
                        path.string()));
    MimeModule functions;
    functions.make = reinterpret_cast<MimeFunction>(::dlsym(module, mime_function));
    functions.read = reinterpret_cast<ReportFunction>(::dlsym(module, report_function));
    FW_CHECK(functions.make != nullptr && functions.read != nullptr);
    return functions;
}

}  // namespace

const Expected<MimeModule>& mime_module() {
    static const Expected<MimeModule> loaded = load_module();
    return loaded;
}

}  // namespace forcewatch
