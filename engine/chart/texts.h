// Diagnostics in Chinese: a table of the texts that the reader, the checker and FEEL write, each
// with its Chinese. A text is found by its words; what stands in its holes is kept as it is.
//
// Messages are made in English where they are found, so that nothing has to carry two languages. A
// text that is not in the table stays English; tests hold every text of the cases to it.
#pragma once

#include "engine/base/diagnostic.h"

namespace anjuan::chart {

// Message and hint in Chinese, as far as the table knows them.
Diagnostic InChinese(Diagnostic diagnostic);

// As Render, with 错误 and 警告.
std::string RenderInChinese(const Diagnostics& diagnostics);

}  // namespace anjuan::chart
