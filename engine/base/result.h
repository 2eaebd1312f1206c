// Result<T>: a value, or every diagnostic that says why there is none.
//
// Mirrors the members of std::expected (C++23), which GCC 12 lacks, so that a later standard
// makes this a one-line alias. The error type is Diagnostics because a mistake in a definition,
// template or request is reported whole, never first-only.
#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "engine/base/check.h"
#include "engine/base/diagnostic.h"

namespace anjuan {

template <typename E>
struct Unexpected {
  explicit Unexpected(E e) : error(std::move(e)) {}
  E error;
};

template <typename T, typename E = Diagnostics>
class [[nodiscard]] Result {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): so that a function may return either.
  Result(T value) : data_(std::in_place_index<0>, std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(Unexpected<E> e) : data_(std::in_place_index<1>, std::move(e.error)) {}

  bool has_value() const { return data_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & {
    ANJUAN_CHECK(has_value());
    return std::get<0>(data_);
  }
  const T& value() const& {
    ANJUAN_CHECK(has_value());
    return std::get<0>(data_);
  }
  T&& value() && {
    ANJUAN_CHECK(has_value());
    return std::get<0>(std::move(data_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  E& error() & {
    ANJUAN_CHECK(!has_value());
    return std::get<1>(data_);
  }
  const E& error() const& {
    ANJUAN_CHECK(!has_value());
    return std::get<1>(data_);
  }
  E&& error() && {
    ANJUAN_CHECK(!has_value());
    return std::get<1>(std::move(data_));
  }

  T value_or(T other) const& { return has_value() ? std::get<0>(data_) : std::move(other); }

 private:
  std::variant<T, E> data_;
};

// A single-diagnostic failure, the commonest kind.
inline Unexpected<Diagnostics> Fail(Diagnostic d) {
  return Unexpected<Diagnostics>(Diagnostics{std::move(d)});
}
inline Unexpected<Diagnostics> Fail(std::string code, std::string message) {
  return Fail(Diagnostic{.code = std::move(code), .message = std::move(message)});
}

}  // namespace anjuan
