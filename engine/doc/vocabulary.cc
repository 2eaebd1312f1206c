#include "engine/doc/vocabulary.h"

#include <algorithm>
#include <array>

#include "engine/base/text.h"

namespace anjuan::doc {
namespace {

constexpr std::string_view kBlocks =
    "copy-number secrecy urgency issuer number signer title to attendance p h list table "
    "attachments annex sign receipt note cc print-office page-break sideways "
    "fill picture image qr "
    "entry include style";
constexpr std::string_view kInline = "b blank field fill check br";
constexpr std::string_view kNoted = "b blank field fill check br footnote";

constexpr std::array kVocabulary = {
    Vocabulary{"document", "code form title ref sheet sides marks latin", Content::kElements,
               kBlocks, "一份文书的模板"},
    Vocabulary{"fragment", "", Content::kElements, kBlocks, "几个模板共用的段落"},
    Vocabulary{"include", "href", Content::kElements, kBlocks, "引入 shared 里的共用段落"},
    Vocabulary{"style", "name indent align valign text face keep", Content::kEmpty, "",
               "共用样式，用 style= 引用"},
    Vocabulary{"copy-number", "", Content::kText, kInline, "份号，6位数字"},
    Vocabulary{"secrecy", "", Content::kText, kInline, "密级和保密期限，如 机密★1年"},
    Vocabulary{"urgency", "", Content::kText, kInline, "紧急程度：特急、加急"},
    Vocabulary{"issuer", "word", Content::kText, kInline, "发文机关标志，联合行文至多四个"},
    Vocabulary{"number", "", Content::kText, kInline, "发文字号、编号"},
    Vocabulary{"signer", "", Content::kText, kInline, "签发人姓名（上行文），可以几个"},
    Vocabulary{"title", "", Content::kText, kNoted, "标题"},
    Vocabulary{"to", "place", Content::kText, kInline, "主送机关"},
    Vocabulary{"attendance", "label", Content::kText, kInline, "纪要的出席、请假、列席"},
    Vocabulary{"p", "indent align keep text face style", Content::kText, kNoted, "段落"},
    Vocabulary{"h", "level", Content::kText, kNoted, "小标题，序号自动编"},
    Vocabulary{"list", "marker", Content::kElements, "item", "自动编号的条目"},
    Vocabulary{"item", "", Content::kText, kNoted, "一条"},
    Vocabulary{"table", "text style", Content::kElements, "col row group", "表格"},
    Vocabulary{"col", "width align", Content::kEmpty, "", "一列：宽度和对齐"},
    Vocabulary{"group", "", Content::kElements, "row", "放在同一页上的几行"},
    Vocabulary{"row", "head height keep", Content::kElements, "cell", "一行"},
    Vocabulary{"cell", "colspan rowspan align valign style", Content::kText,
               "b blank field fill check br footnote p", "一格"},
    Vocabulary{"attachments", "", Content::kElements, "item", "附件说明"},
    Vocabulary{"annex", "number", Content::kText, kInline, "附件：另起一页，内容是附件标题"},
    Vocabulary{"sign", "sealed", Content::kElements, "party line date", "落款"},
    Vocabulary{"party", "name role seal stamp size", Content::kEmpty, "", "署名机关，印章或签名章"},
    Vocabulary{"line", "label", Content::kEmpty, "", "签字栏"},
    Vocabulary{"date", "", Content::kText, kInline, "成文日期"},
    Vocabulary{"receipt", "label", Content::kEmpty, "", "签收栏"},
    Vocabulary{"note", "", Content::kText, kInline, "附注，自动加圆括号"},
    Vocabulary{"cc", "", Content::kText, kInline, "版记：抄送"},
    Vocabulary{"print-office", "date", Content::kText, kInline, "版记：印发机关和印发日期"},
    Vocabulary{"page-break", "", Content::kEmpty, "", "换页"},
    Vocabulary{"sideways", "", Content::kElements, "title p h list table fill image qr",
               "横排的页：宽表格横放，页码仍在原处"},
    Vocabulary{"fill", "expr label width lines", Content::kEmpty, "",
               "填写：文字里是有下划线的空，单独用是带名称的横线，有数据的印在线上"},
    Vocabulary{"footnote", "", Content::kText, kInline, "脚注：正文处印注码，注印在本页下方"},
    Vocabulary{"picture", "expr page label", Content::kEmpty, "", "由数据画成的图"},
    Vocabulary{"image", "expr width align label", Content::kEmpty, "", "图片（办公文件夹里的）"},
    Vocabulary{"qr", "expr size align label", Content::kEmpty, "", "二维码"},
    Vocabulary{"entry", "label", Content::kText, kInline, "封面上的一栏：名称和内容"},
    Vocabulary{"b", "", Content::kText, kInline, "黑体"},
    Vocabulary{"blank", "width", Content::kEmpty, "", "横线，留给人填"},
    Vocabulary{"field", "expr blank", Content::kEmpty, "", "有值印值，无值印横线"},
    Vocabulary{"check", "", Content::kEmpty, "", "方框，if 成立时打勾"},
    Vocabulary{"br", "", Content::kEmpty, "", "换行"},
};

constexpr std::array kValues = {
    AttributeValues{"*", "if", "feel", "条件：FEEL 表达式，成立才印"},
    AttributeValues{"*", "for", "loop", "循环：x in 列表"},
    AttributeValues{"document", "form",
                    "plain|letter|red-header|minutes|order|certificate|plaque|cover|toc",
                    "文种：表单、信函、红头文件、纪要、命令（令）、证书、牌匾、案卷封面、目"
                    "录"},
    AttributeValues{"document", "sheet", "sheet",
                    "证书、牌匾的纸张：A4-landscape 或 600x400（毫米）"},
    AttributeValues{"document", "marks", "close|grid|hang",
                    "标点：相邻的挤紧；grid 不挤，字对格；hang 行尾、，。可以悬出版心"},
    AttributeValues{"document", "latin", "none|gap",
                    "汉字与西文、数字之间：不空；gap 空四分之一字"},
    AttributeValues{"document", "sides", "one|two", "单面或双面印：双面的版记在偶数页"},
    AttributeValues{"to", "place", "foot", "主送机关移至版记"},
    AttributeValues{"h", "level", "1|2|3|4", "一、（一）1.（1）"},
    AttributeValues{"list", "marker", "1.|（1）|（一）|none", "条目的序号"},
    AttributeValues{"col", "align", "left|center|right|decimal", "decimal：按小数点对齐"},
    AttributeValues{"col", "width", "width", "毫米（30mm）或份额（*、2*）"},
    AttributeValues{"row", "head", "true|false", "表头，换页重复"},
    AttributeValues{"picture", "page", "own", "独占一页"},
    AttributeValues{"*", "align", "left|center|right", "对齐"},
    AttributeValues{"sign", "sealed", "yes|no", "no：不加盖印章的落款"},
    AttributeValues{"*", "valign", "top|middle", "格内文字靠上或居中"},
    AttributeValues{"*", "face", "仿宋|小标宋|黑体|楷体|宋体", "字体"},
    AttributeValues{"*", "keep", "next", "与下一段（行）同页"},
    AttributeValues{"*", "expr", "feel", "FEEL 表达式"},
    AttributeValues{"*", "seal", "feel", "印章图片的编号：FEEL 表达式，空值留出盖章位置"},
    AttributeValues{"*", "stamp", "feel", "签名章图片的编号：FEEL 表达式"},
    AttributeValues{"*", "indent", "number", "首行缩进的字数"},
    AttributeValues{"p", "text", "number", "字号（磅）"},
    AttributeValues{"table", "text", "number", "字号（磅）"},
    AttributeValues{"style", "text", "number", "字号（磅）"},
    AttributeValues{"blank", "width", "number", "横线的字数"},
    AttributeValues{"image", "width", "number", "宽度（毫米）"},
    AttributeValues{"field", "blank", "number", "横线的字数"},
    AttributeValues{"fill", "width", "number", "横线的字数；单独用时不写就到行末"},
    AttributeValues{"fill", "lines", "whole", "单独用时横线的行数"},
    AttributeValues{"row", "height", "number", "最小高度（毫米）"},
    AttributeValues{"*", "size", "number", "宽度（毫米）"},
    AttributeValues{"cell", "colspan", "whole", "跨几列"},
    AttributeValues{"cell", "rowspan", "whole", "跨几行"},
};

}  // namespace

std::span<const Vocabulary> AllVocabulary() {
  return kVocabulary;
}

std::span<const AttributeValues> AllAttributeValues() {
  return kValues;
}

const Vocabulary* FindVocabulary(std::string_view element) {
  const auto found = std::find_if(kVocabulary.begin(), kVocabulary.end(),
                                  [&](const Vocabulary& v) { return v.element == element; });
  return found == kVocabulary.end() ? nullptr : &*found;
}

const AttributeValues* FindValues(std::string_view element, std::string_view attribute) {
  const auto found = std::find_if(kValues.begin(), kValues.end(), [&](const AttributeValues& v) {
    return v.attribute == attribute && (v.element == "*" || v.element == element);
  });
  return found == kValues.end() ? nullptr : &*found;
}

bool HasWord(std::string_view words, std::string_view word) {
  const auto list = SplitWords(words);
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace anjuan::doc
