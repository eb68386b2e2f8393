// Private to libforcewatch_mail.so: GMime's objects, held.
#pragma once

#include <gmime/gmime.h>

#include <memory>

namespace forcewatch {

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using Held = std::unique_ptr<T, Unref>;

inline void init_gmime() {
    static const bool done = [] {
        g_mime_init();
        return true;
    }();
    (void)done;
}

}  // namespace forcewatch
