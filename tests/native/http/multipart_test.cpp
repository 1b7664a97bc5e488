// The text parts of forms: boundaries, and what stands above a part.
#include "http/multipart.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "http/form_writer.h"

namespace fluxgate {
namespace {

TEST(Multipart, IsKnownByItsMediaType) {
  for (const char* type : {"multipart/form-data", "Multipart/Form-Data; boundary=x",
                           " multipart/form-data ;charset=utf-8; boundary=x"}) {
    EXPECT_TRUE(is_multipart_form(type)) << type;
  }
  for (const char* type : {"", "multipart/mixed; boundary=x", "application/json",
                           "multipart/form-data-x", "x; multipart/form-data"}) {
    EXPECT_FALSE(is_multipart_form(type)) << type;
  }
}

TEST(Multipart, NamesItsBoundary) {
  for (const auto& [type, boundary] : {
           std::pair("multipart/form-data; boundary=abc", "abc"),
           std::pair("multipart/form-data;boundary=\"abc def\"", "abc def"),
           std::pair("multipart/form-data; charset=utf-8; Boundary = abc ; x=y", "abc"),
           std::pair("multipart/form-data; boundary=----WebKitFormBoundaryAbC123",
                     "----WebKitFormBoundaryAbC123"),
           std::pair("multipart/form-data; boundary=\"'()+_,-./:=?\"", "'()+_,-./:=?"),
           std::pair("multipart/form-data; boundary=first; boundary=second", "first"),
       }) {
    EXPECT_EQ(boundary_in(type), boundary) << type;
  }
  const std::string longest(kMaxBoundaryBytes, 'x');
  EXPECT_EQ(boundary_in("multipart/form-data; boundary=" + longest), longest);
  for (const std::string& type : {
           std::string("multipart/form-data"),
           std::string("multipart/form-data; boundary"),
           std::string("multipart/form-data; boundary="),
           std::string("multipart/form-data; boundary=\"\""),
           std::string("multipart/form-data; boundary=\"abc \""),
           std::string("multipart/form-data; boundary=a\nb"),
           std::string("multipart/form-data; boundary=\"a\\\"b\""),
           "multipart/form-data; boundary=x" + longest,
           std::string("multipart/form-data; xboundary=abc"),
       }) {
    EXPECT_EQ(boundary_in(type), std::nullopt) << type;
  }
}

TEST(Multipart, TellsOfAPart) {
  struct Row {
    const char* lines;
    const char* name;
    bool is_file;
  };
  for (const Row& row : {
           Row{"\r\nContent-Disposition: form-data; name=\"prompt\"", "prompt", false},
           Row{"content-disposition:form-data;name=prompt", "prompt", false},
           Row{"X: y\r\nContent-Type: a/b\r\nCONTENT-DISPOSITION: form-data; NAME=\"a\"\r\nZ: z",
               "a", false},
           Row{"Content-Disposition: form-data; name=\"image\"; filename=\"a.png\"", "image", true},
           Row{"Content-Disposition: form-data; filename=\"a;name=b.png\"; name=\"image[]\"",
               "image[]", true},
           Row{"Content-Disposition: form-data; name=\"image\"; filename*=UTF-8''k%C3%A4.png",
               "image", true},
           Row{"Content-Disposition: form-data; name=\"image\"; filename=\"\"", "image", true},
           Row{"Content-Disposition: form-data; name=\"a\\\"b\"", "a\"b", false},
           Row{"Content-Disposition: form-data; name=\"a%22b%0D%0A\"", "a\"b\r\n", false},
           Row{"Content-Disposition: form-data; name=\"C:\\cat\"", "C:\\cat", false},
           Row{"Content-Disposition: form-data;\r\n name=\"folded\"", "folded", false},
           Row{"Content-Disposition: form-data; name=\"\"", "", false},
           Row{"Content-Disposition: form-data; name=\"first\"; name=\"second\"", "first", false},
           Row{"Content-Disposition: form-data; name=\"open", "open", false},
       }) {
    const auto head = read_part_head(row.lines);
    ASSERT_TRUE(head) << row.lines;
    EXPECT_EQ(head->name, row.name) << row.lines;
    EXPECT_EQ(head->is_file, row.is_file) << row.lines;
  }
  for (const char* lines :
       {"", "\r\n", "Content-Disposition: form-data", "name=\"a\"",
        "Content-Disposition: form-data; filename=\"a.png\"", "Content-Type: x; name=\"a\"",
        "X-Content-Disposition: form-data; name=a"}) {
    EXPECT_FALSE(read_part_head(lines)) << lines;
  }
}

TEST(Multipart, ReadsWhatTheWriterWrites) {
  FormWriter writer;
  writer.field("prompt", "a cat").file("image[]", "a.png", "image/png", "bytes");
  const FormWriter::Form form = writer.finish();
  const auto boundary = boundary_in(form.content_type);
  ASSERT_TRUE(boundary);
  const std::string delimiter = "--" + *boundary + "\r\n";
  EXPECT_TRUE(form.body.starts_with(delimiter));
  const std::size_t second = form.body.find(delimiter, 1);
  ASSERT_NE(second, form.body.npos);
  const auto head = read_part_head(form.body.substr(second + delimiter.size(), 80));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->name, "image[]");
  EXPECT_TRUE(head->is_file);
  EXPECT_TRUE(form.body.ends_with("\r\n\r\nbytes\r\n--" + *boundary + "--\r\n"));
}

}  // namespace
}  // namespace fluxgate
