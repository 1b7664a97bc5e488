#include "picture/size_fields.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace fluxgate {
namespace {

std::string text_of(const std::optional<ImageSize>& size) {
  return size ? size_text(*size) : "none";
}

TEST(SizeFieldsTest, ReadASizeInPixels) {
  for (const char* value : {"1024x768", "1024X768", "1024*768", "1024×768", " 1024 x 768 "}) {
    EXPECT_EQ(text_of(read_size_field(value)), "1024x768") << value;
  }
  EXPECT_EQ(text_of(read_size_field("64x4096")), "64x4096");
}

TEST(SizeFieldsTest, LeaveAllOtherSizesToTheNextSource) {
  for (const char* value : {"",
                            "auto",
                            "AUTO",
                            "x",
                            "1024",
                            "1024x",
                            "x768",
                            "63x768",
                            "768x63",
                            "1024x4097",
                            "-1x64",
                            "1024x768x2",
                            "1024.5x768",
                            "1024x768px",
                            "1e3x768",
                            "0x40",
                            "large",
                            "16:9",
                            "1024 768",
                            "99999999999999999999x768",
                            "１０２４x768",
                            "\xFFx\xFF"}) {
    EXPECT_EQ(text_of(read_size_field(value)), "none") << value;
  }
}

TEST(SizeFieldsTest, ReadAnyOtherRatio) {
  const RatioTable table;
  for (const char* value : {"4:3", "4/3", "4x3", "400:300", "landscape_4_3", "Landscape"}) {
    EXPECT_EQ(text_of(read_aspect_ratio_field(value, table)), "1152x864") << value;
  }
  EXPECT_EQ(text_of(read_aspect_ratio_field("32:18", table)), "1024x576");
  EXPECT_EQ(text_of(read_aspect_ratio_field("1.6:0.9", table)), "1024x576");
  EXPECT_EQ(text_of(read_aspect_ratio_field("2.39:1", table)), "1568x656");
  EXPECT_EQ(text_of(read_aspect_ratio_field("21:9", table)), "1456x624");
  EXPECT_EQ(text_of(read_aspect_ratio_field("4:5", table)), "896x1120");
  EXPECT_EQ(text_of(read_aspect_ratio_field("portrait", table)), "768x1024");
  EXPECT_EQ(text_of(read_aspect_ratio_field("square_hd", table)), "1024x1024");
  EXPECT_EQ(text_of(read_aspect_ratio_field("portrait_16_9", table)), "576x1024");
}

TEST(SizeFieldsTest, TakeTheFirstFieldThatSaysSomething) {
  PictureFields fields;
  EXPECT_EQ(text_of(read_size_fields(fields, RatioTable())), "none");
  fields.aspect_ratio = "9:16";
  EXPECT_EQ(text_of(read_size_fields(fields, RatioTable())), "576x1024");
  fields.image_size = "2K";
  EXPECT_EQ(text_of(read_size_fields(fields, RatioTable())), "576x1024");
  fields.image_size = "640x480";
  fields.size = "auto";
  EXPECT_EQ(text_of(read_size_fields(fields, RatioTable())), "640x480");
  fields.size = "16:9";
  EXPECT_EQ(text_of(read_size_fields(fields, RatioTable())), "1024x576");
}

TEST(SizeFieldsTest, ReadARatioOfTheTable) {
  const RatioTable table;
  for (const char* value : {"16:9", "16/9", "16x9", "16X9", "16：9", "16∶9", " 16 : 9 ", "016:9"}) {
    EXPECT_EQ(text_of(read_aspect_ratio_field(value, table)), "1024x576") << value;
  }
  EXPECT_EQ(text_of(read_aspect_ratio_field("9:16", table)), "576x1024");
}

TEST(SizeFieldsTest, LeaveAllOtherRatiosToTheNextSource) {
  const RatioTable table;
  for (const char* value : {"", "auto", ":", "16:", ":9", "16", "0:9", "16:0", "16:9:1", "16:9 am",
                            "1.:1", "1.2345:1", "-16:9", "16-9", "16:4294967305", "wide"}) {
    EXPECT_EQ(text_of(read_aspect_ratio_field(value, table)), "none") << value;
  }
}

}  // namespace
}  // namespace fluxgate
