// What the vault gives out: personal data on its way to a page, a form or a reveal.
//
// It has no stream operator and no JSON writer on purpose: what is logged or stored by habit does
// not compile. Only document layout, form display and reveal call Expose.
#pragma once

#include <iosfwd>
#include <string_view>
#include <utility>

#include "engine/value/value.h"

namespace anjuan::vault {

// What stands where a value was, on a reprint or in a form.
inline constexpr std::string_view kErasedText = "已依法删除";

class Revealed {
 public:
  enum class State {
    kPresent,
    kErased,   // its key was destroyed
    kUnknown,  // no such token
    kDamaged,  // the bytes were changed, or the office key is another one
  };
  explicit Revealed(Value value) : state_(State::kPresent), value_(std::move(value)) {}
  explicit Revealed(State state) : state_(state) {
    if (state == State::kErased) value_ = Value(kErasedText);
  }

  State state() const { return state_; }
  // The value; kErasedText where it was erased; null where it is unknown or damaged.
  const Value& Expose() const { return value_; }

 private:
  State state_;
  Value value_;
};

std::ostream& operator<<(std::ostream&, const Revealed&) = delete;

}  // namespace anjuan::vault
