#include "base/result.h"

#include <cstdlib>

namespace fluxgate {

BoxedError::BoxedError(Error&& error) : error_(new Error(std::move(error))) {}
BoxedError::BoxedError(const Error& error) : error_(new Error(error)) {}

Error& BoxedError::operator*() const {
  if (error_ == nullptr) std::abort();
  return *error_;
}

void BoxedError::Delete::operator()(Error* error) const {
  delete error;
}

}  // namespace fluxgate
