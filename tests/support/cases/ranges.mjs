// What a store answers about ranges of a picture of ten bytes, "0123456789".

/** For each header `range`: the status, the header `content-range`, and the bytes; none are told of status 416. */
export const ranges = [
  ["bytes=0-3", 206, "bytes 0-3/10", "0123"],
  ["bytes=4-", 206, "bytes 4-9/10", "456789"],
  ["bytes=-3", 206, "bytes 7-9/10", "789"],
  ["bytes=-30", 206, "bytes 0-9/10", "0123456789"],
  ["bytes=8-30", 206, "bytes 8-9/10", "89"],
  ["bytes=10-", 416, "bytes */10", ""],
  ["bytes=-0", 416, "bytes */10", ""],
  ["bytes=3-1", 200, null, "0123456789"],
  ["bytes=0-1,3-4", 200, null, "0123456789"],
  ["lines=1-2", 200, null, "0123456789"],
];
