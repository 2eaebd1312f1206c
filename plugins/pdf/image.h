// Pixels ready to be put into a file: compressed once, used by every document that shows them.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "engine/doc/pages.h"

namespace anjuan::pdf {

struct EncodedImage {
  std::string sha256;
  int width_px = 0, height_px = 0;
  std::string palette;  // three bytes a colour; empty: the data are RGB behind PNG's "up" predictor
  std::string data;     // deflated
};

EncodedImage Encode(const doc::Image& image);

// The images used last: a seal stands under thousands of letters.
class ImageStore {
 public:
  std::shared_ptr<const EncodedImage> Get(const doc::Image& image) const;

 private:
  mutable std::mutex mutex_;
  mutable std::list<std::shared_ptr<const EncodedImage>> kept_;  // latest first
};

}  // namespace anjuan::pdf
