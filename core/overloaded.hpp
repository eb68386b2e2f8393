/// A visitor made of lambdas, one for each kind that it tells apart.
#pragma once

namespace forcewatch {

template <typename... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace forcewatch
