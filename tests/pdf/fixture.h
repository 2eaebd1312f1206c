// The fonts and the writer every test of PDF files needs.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "engine/base/result.h"
#include "engine/port/page_writer.h"
#include "plugins/pdf/pdf.h"

namespace anjuan::test {

class WithFonts : public testing::Test {
 protected:
  void SetUp() override {
    auto fonts = pdf::OpenFonts();
    if (!fonts) GTEST_SKIP() << "no fonts here: " << Render(fonts.error());
    fonts_ = *fonts;
    writer_ = pdf::MakePageWriter(fonts_);
  }

  std::shared_ptr<const pdf::Fonts> fonts_;
  std::unique_ptr<port::PageWriter> writer_;
};

}  // namespace anjuan::test
