// A disk that takes SLOW_SYNC_MS milliseconds for each sync.
#include <dlfcn.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace {

int slowly(const char* name, int file) {
    const char* text = std::getenv("SLOW_SYNC_MS");
    std::this_thread::sleep_for(std::chrono::milliseconds{text == nullptr ? 0 : std::atoi(text)});
    return reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, name))(file);
}

}  // namespace

extern "C" int fsync(int file) { return slowly("fsync", file); }
extern "C" int fdatasync(int file) { return slowly("fdatasync", file); }
