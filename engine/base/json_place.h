// Where a member of a JSON text stands, so that a mistake in a definition file has an address.
//
// The readers of values keep no positions (most JSON is data, and positions would double its
// size); a definition file with a mistake is scanned once more.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"

namespace anjuan {

// `pointer` is an RFC 6901 JSON pointer ("/components/2/key"; "" is the whole text). The place is
// that of the member's value; where the pointer leads nowhere, of the deepest member on its way.
// `text` is expected to be JSON that a reader has accepted; other text gives line 1.
Location FindJsonPlace(std::string_view text, std::string_view file, std::string_view pointer);

// The line of `text` that `at` names, for the picture with a caret.
std::string SourceLine(std::string_view text, int line);

}  // namespace anjuan
